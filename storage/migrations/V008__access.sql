-- Who may come in, and with what (docs/security.md). Passwords and the secrets of keys are here as hashes only.
CREATE TABLE tally_ledger.users (
  name          text PRIMARY KEY CHECK (name <> ''),
  account       text NOT NULL,               -- empty: every account
  role          smallint NOT NULL CHECK (role BETWEEN 1 AND 4),  -- 1 reader, 2 client, 3 operator, 4 admin
  password_hash text NOT NULL,               -- Argon2id; empty: no password lets the user in
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_by_name ON tally_ledger.users (lower(name COLLATE "C"));

CREATE TABLE tally_ledger.api_keys (
  id          text PRIMARY KEY,
  user_name   text NOT NULL REFERENCES tally_ledger.users ON DELETE CASCADE,
  secret_hash bytea NOT NULL,
  note        text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz
);
CREATE INDEX api_keys_of_users ON tally_ledger.api_keys (user_name);
