-- +goose Up
-- permissions is a list with spaces between, as in billium_keys.
CREATE TABLE permission_sets (
    id          TEXT PRIMARY KEY,
    merchant_id TEXT   NOT NULL REFERENCES merchants (id),
    name        TEXT   NOT NULL,
    description TEXT,
    permissions TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);
CREATE INDEX permission_sets_newest ON permission_sets (merchant_id, created_at DESC, id DESC);

-- A key or a member has permissions of its own, or a set, or neither. A member
-- who was removed stays, for the keys that it issued to name it.
ALTER TABLE billium_keys ADD COLUMN permission_set_id TEXT REFERENCES permission_sets (id);
ALTER TABLE team_members ADD COLUMN permissions TEXT;
ALTER TABLE team_members ADD COLUMN permission_set_id TEXT REFERENCES permission_sets (id);
ALTER TABLE team_members ADD COLUMN removed_at BIGINT;

-- An accepted or cancelled invitation is no row.
CREATE TABLE invitations (
    id                TEXT PRIMARY KEY,
    merchant_id       TEXT   NOT NULL REFERENCES merchants (id),
    email             TEXT   NOT NULL,
    role              TEXT   NOT NULL,
    permissions       TEXT,
    permission_set_id TEXT REFERENCES permission_sets (id),
    expires_at        BIGINT NOT NULL,
    created_at        BIGINT NOT NULL
);
CREATE INDEX invitations_newest ON invitations (merchant_id, created_at DESC, id DESC);

ALTER TABLE merchants ADD COLUMN enforce_tfa BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE merchants ADD COLUMN enforce_passkey BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE merchants ADD COLUMN enforce_google_login BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE merchants ADD COLUMN enforce_github_login BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE merchants ADD COLUMN enforce_email_verified BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE merchants DROP COLUMN enforce_email_verified;
ALTER TABLE merchants DROP COLUMN enforce_github_login;
ALTER TABLE merchants DROP COLUMN enforce_google_login;
ALTER TABLE merchants DROP COLUMN enforce_passkey;
ALTER TABLE merchants DROP COLUMN enforce_tfa;
DROP TABLE invitations;
ALTER TABLE team_members DROP COLUMN removed_at;
ALTER TABLE team_members DROP COLUMN permission_set_id;
ALTER TABLE team_members DROP COLUMN permissions;
ALTER TABLE billium_keys DROP COLUMN permission_set_id;
DROP TABLE permission_sets;
