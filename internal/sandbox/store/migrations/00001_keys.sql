-- +goose Up
-- TEXT, BIGINT (microseconds since 1970, UTC) and BOOLEAN only, so that one
-- file serves SQLite and PostgreSQL. A token is never stored: token_hash is the
-- hex SHA-256 of it, key_prefix the part that may be shown.
CREATE TABLE organizations (
    id         TEXT PRIMARY KEY,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE companies (
    id              TEXT PRIMARY KEY,
    organization_id TEXT   NOT NULL REFERENCES organizations (id),
    name            TEXT   NOT NULL,
    slug            TEXT   NOT NULL,
    currency        TEXT   NOT NULL,
    invoice_prefix  TEXT   NOT NULL,
    quote_prefix    TEXT   NOT NULL,
    logo_url        TEXT,
    created_at      BIGINT NOT NULL
);
CREATE INDEX companies_newest ON companies (organization_id, created_at DESC, id DESC);

-- company_id is no foreign key: the keys of a deleted company stay, revoked,
-- for the log to name them.
CREATE TABLE corebill_keys (
    id               TEXT PRIMARY KEY,
    organization_id  TEXT    NOT NULL REFERENCES organizations (id),
    company_id       TEXT,
    name             TEXT    NOT NULL,
    permission_level TEXT    NOT NULL,
    key_prefix       TEXT    NOT NULL,
    token_hash       TEXT    NOT NULL UNIQUE,
    disabled         BOOLEAN NOT NULL,
    created_by       TEXT    NOT NULL,
    created_at       BIGINT  NOT NULL,
    last_used_at     BIGINT,
    revoked_at       BIGINT
);
CREATE INDEX corebill_keys_prefix ON corebill_keys (key_prefix);
CREATE INDEX corebill_keys_newest ON corebill_keys (organization_id, created_at DESC, id DESC);

CREATE TABLE customers (
    id         TEXT PRIMARY KEY,
    company_id TEXT   NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    name       TEXT   NOT NULL,
    email      TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX customers_newest ON customers (company_id, created_at DESC, id DESC);

CREATE TABLE merchants (
    id         TEXT PRIMARY KEY,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE team_members (
    id          TEXT PRIMARY KEY,
    merchant_id TEXT   NOT NULL REFERENCES merchants (id),
    email       TEXT   NOT NULL,
    role        TEXT   NOT NULL,
    joined_at   BIGINT NOT NULL
);
CREATE INDEX team_members_merchant ON team_members (merchant_id);

-- member_id is the issuing user. permissions is a list with spaces between, or
-- null for a key that inherits its issuing user's.
CREATE TABLE billium_keys (
    id           TEXT PRIMARY KEY,
    merchant_id  TEXT    NOT NULL REFERENCES merchants (id),
    member_id    TEXT    NOT NULL REFERENCES team_members (id),
    name         TEXT    NOT NULL,
    type         TEXT    NOT NULL,
    permissions  TEXT,
    key_prefix   TEXT    NOT NULL,
    token_hash   TEXT    NOT NULL UNIQUE,
    is_active    BOOLEAN NOT NULL,
    created_by   TEXT    NOT NULL,
    created_at   BIGINT  NOT NULL,
    last_used_at BIGINT,
    revoked_at   BIGINT
);
CREATE INDEX billium_keys_prefix ON billium_keys (key_prefix);
CREATE INDEX billium_keys_newest ON billium_keys (merchant_id, created_at DESC, id DESC);

CREATE TABLE invoices (
    id           TEXT PRIMARY KEY,
    merchant_id  TEXT   NOT NULL REFERENCES merchants (id),
    status       TEXT   NOT NULL,
    amount       TEXT   NOT NULL,
    currency     TEXT   NOT NULL,
    description  TEXT,
    created_at   BIGINT NOT NULL,
    cancelled_at BIGINT
);
CREATE INDEX invoices_newest ON invoices (merchant_id, created_at DESC, id DESC);

-- scope_id is Corebill's company or Billium's merchant. Neither it nor key_id
-- is a foreign key: a row of the log outlives what it names.
CREATE TABLE api_logs (
    id          TEXT PRIMARY KEY,
    platform    TEXT   NOT NULL,
    key_id      TEXT,
    scope_id    TEXT,
    method      TEXT   NOT NULL,
    path        TEXT   NOT NULL,
    status      BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    ip          TEXT   NOT NULL,
    user_agent  TEXT   NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE INDEX api_logs_newest ON api_logs (platform, created_at DESC, id DESC);
CREATE INDEX api_logs_scope ON api_logs (platform, scope_id, created_at DESC, id DESC);

-- key_hash is the hex SHA-256 of the Idempotency-Key. response is sealed under a
-- key derived from the Idempotency-Key itself, which is not stored.
CREATE TABLE idempotency_records (
    merchant_id  TEXT   NOT NULL REFERENCES merchants (id),
    key_hash     TEXT   NOT NULL,
    request_hash TEXT   NOT NULL,
    status       BIGINT NOT NULL,
    response     TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (merchant_id, key_hash)
);
CREATE INDEX idempotency_records_age ON idempotency_records (created_at);

-- +goose Down
DROP TABLE idempotency_records;
DROP TABLE api_logs;
DROP TABLE invoices;
DROP TABLE billium_keys;
DROP TABLE team_members;
DROP TABLE merchants;
DROP TABLE customers;
DROP TABLE corebill_keys;
DROP TABLE companies;
DROP TABLE organizations;
