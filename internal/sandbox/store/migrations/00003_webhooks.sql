-- +goose Up
-- A webhook belongs to a company of Corebill or to a merchant of Billium, so one
-- of the two columns is set. events is a list with spaces between.
CREATE TABLE webhooks (
    id          TEXT PRIMARY KEY,
    company_id  TEXT REFERENCES companies (id) ON DELETE CASCADE,
    merchant_id TEXT REFERENCES merchants (id) ON DELETE CASCADE,
    url         TEXT    NOT NULL,
    events      TEXT    NOT NULL,
    enabled     BOOLEAN NOT NULL,
    description TEXT,
    retry_count BIGINT  NOT NULL,
    timeout_ms  BIGINT  NOT NULL,
    created_at  BIGINT  NOT NULL
);
CREATE INDEX webhooks_of_company ON webhooks (company_id, created_at DESC, id DESC);
CREATE INDEX webhooks_of_merchant ON webhooks (merchant_id, created_at DESC, id DESC);

-- Unlike a key's token, a signing secret is stored as it is: a hash of it could
-- sign nothing. It lets no one in anywhere, it only proves who sent a delivery.
-- At most one secret of a webhook has no expires_at.
CREATE TABLE webhook_secrets (
    id         TEXT PRIMARY KEY,
    webhook_id TEXT   NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    secret     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX webhook_secrets_webhook ON webhook_secrets (webhook_id);

-- The queue: a row is gone once its event was delivered or given up. The
-- process that makes an attempt first moves next_at on, so that no other makes it too.
CREATE TABLE webhook_deliveries (
    id         TEXT PRIMARY KEY,
    webhook_id TEXT   NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_id   TEXT   NOT NULL,
    event      TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    attempts   BIGINT NOT NULL,
    next_at    BIGINT NOT NULL
);
CREATE INDEX webhook_deliveries_next ON webhook_deliveries (next_at, id);
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook_id);

-- The log of deliveries. webhook_id is no foreign key: the log outlives what it
-- names. status is null where the endpoint did not answer, error where it took
-- the event, next_at where no other attempt follows.
CREATE TABLE webhook_attempts (
    delivery_id TEXT   NOT NULL,
    webhook_id  TEXT   NOT NULL,
    event_id    TEXT   NOT NULL,
    event       TEXT   NOT NULL,
    attempt     BIGINT NOT NULL,
    status      BIGINT,
    error       TEXT,
    at          BIGINT NOT NULL,
    next_at     BIGINT,
    PRIMARY KEY (delivery_id, attempt)
);
CREATE INDEX webhook_attempts_at ON webhook_attempts (at, delivery_id, attempt);

-- +goose Down
DROP TABLE webhook_attempts;
DROP TABLE webhook_deliveries;
DROP TABLE webhook_secrets;
DROP TABLE webhooks;
