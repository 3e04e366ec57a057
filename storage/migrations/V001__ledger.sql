-- The ledger and the tables that are its sum. Everything internal lives in schema tally_ledger; schema tally has only
-- views, for people and checks, in whole units.

CREATE SCHEMA tally;

-- The fence (docs/architecture.md): a group can be inserted only behind its predecessor, by the epoch that wrote it.
CREATE TABLE tally_ledger.groups (
  number       bigint PRIMARY KEY,
  epoch        bigint NOT NULL,
  previous     bigint NOT NULL,
  last_token   bigint NOT NULL,
  committed_at timestamptz NOT NULL
);
INSERT INTO tally_ledger.groups VALUES (0, 0, -1, 0, now());

-- Who writes. `renewed` is the group that renewed the term last; a stand-by watches it change.
CREATE TABLE tally_ledger.term (
  only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch         bigint NOT NULL,
  renewed       bigint NOT NULL,
  duration_ms   bigint NOT NULL,
  advertise     text NOT NULL,
  secret        text NOT NULL,
  backend_pid   integer,
  backend_start timestamptz,
  stopped_at    timestamptz
);
INSERT INTO tally_ledger.term (epoch, renewed, duration_ms, advertise, secret, stopped_at) VALUES (0, 0, 0, '', '', NULL);

-- One line a step, never updated. Quantities in millionths.
CREATE TABLE tally_ledger.events (
  token         bigint NOT NULL,
  group_number  bigint NOT NULL,
  at            timestamptz NOT NULL,
  kind          smallint NOT NULL,
  door          smallint NOT NULL,
  counter_id    bigint,
  session_id    uuid,
  user_name     text NOT NULL,
  hold          bigint,
  quantity      bigint NOT NULL,
  used_after    bigint NOT NULL CHECK (used_after >= 0),
  gross_after   bigint NOT NULL,
  balance_after bigint,
  reason        text NOT NULL
) PARTITION BY RANGE (at);
-- Rows arrive in this order, so a block range index finds the tail that replay needs and costs next to nothing to keep.
CREATE INDEX events_by_group ON tally_ledger.events USING brin (group_number) WITH (pages_per_range = 16, autosummarize = on);

-- Makes the partition of the month that `instant` is in. It is made apart and attached: that lock lets writers go on.
CREATE FUNCTION tally_ledger.ensure_events_partition(instant timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first_day date := date_trunc('month', instant AT TIME ZONE 'UTC')::date;
  next_month date := (first_day + interval '1 month')::date;
  partition text := 'events_' || to_char(first_day, 'YYYY_MM');
BEGIN
  IF to_regclass('tally_ledger.' || partition) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE tally_ledger.%I (LIKE tally_ledger.events INCLUDING ALL)', partition);
  EXECUTE format('ALTER TABLE tally_ledger.events ATTACH PARTITION tally_ledger.%I FOR VALUES FROM (%L) TO (%L)', partition,
                 first_day::timestamp AT TIME ZONE 'UTC', next_month::timestamp AT TIME ZONE 'UTC');
END $$;

CREATE TABLE tally_ledger.sessions (
  id            uuid PRIMARY KEY,
  account       text NOT NULL,
  user_name     text NOT NULL,
  database      text NOT NULL,
  computer      text NOT NULL,
  address       text NOT NULL,
  login_time    timestamptz NOT NULL,
  last_contact  timestamptz NOT NULL,
  offline       boolean NOT NULL,
  settings      jsonb NOT NULL,
  ended_at      timestamptz,
  end_reason    text,
  group_number  bigint NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX sessions_open ON tally_ledger.sessions (id) WHERE ended_at IS NULL;

-- The catalogue as it was imported last, in the shape of its file.
CREATE TABLE tally_ledger.catalog (
  only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  document     jsonb NOT NULL,
  file_hash    text NOT NULL,
  imported_at  timestamptz NOT NULL,
  group_number bigint NOT NULL
);

-- Every counter that ever was: its number is never given to another.
CREATE TABLE tally_ledger.counters (
  id           bigint PRIMARY KEY,
  account      text NOT NULL,
  license_id   bigint NOT NULL,
  product      text NOT NULL,
  feature      text NOT NULL,
  option_id    uuid,
  kind         smallint NOT NULL,
  maximum      bigint,
  in_catalog   boolean NOT NULL,
  group_number bigint NOT NULL,
  UNIQUE (account, license_id, feature)
);

-- Sums of the ledger, each row right for the group it names.
CREATE TABLE tally_ledger.balances (
  counter_id   bigint PRIMARY KEY,
  used         bigint NOT NULL CHECK (used >= 0),
  gross        bigint NOT NULL,
  high_water   bigint NOT NULL,
  group_number bigint NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE tally_ledger.holds (
  token        bigint PRIMARY KEY,
  counter_id   bigint NOT NULL,
  holder_kind  smallint NOT NULL,
  session_id   uuid NOT NULL,
  quantity     bigint NOT NULL CHECK (quantity > 0),
  taken_at     timestamptz NOT NULL,
  used_then    bigint NOT NULL,
  balance_then bigint,
  reason       text NOT NULL,
  group_number bigint NOT NULL
);
-- Every event up to and including this group is in balances and holds.
CREATE TABLE tally_ledger.fold (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position bigint NOT NULL
);
INSERT INTO tally_ledger.fold (position) VALUES (0);

-- First answers to commands with an idempotency key.
CREATE TABLE tally_ledger.answers (
  caller       text NOT NULL,
  operation    text NOT NULL,
  key          text NOT NULL,
  digest       text NOT NULL,
  recorded_at  timestamptz NOT NULL,
  outcome      jsonb NOT NULL,
  group_number bigint NOT NULL,
  PRIMARY KEY (caller, operation, key)
);

-- Commands that the command line files for the writer. A withdrawn command is a deleted row: its answer then fails the
-- foreign key, and the whole group with it, so a command is never carried out after it was withdrawn.
CREATE TABLE tally_ledger.inbox (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  command   text NOT NULL,
  arguments jsonb NOT NULL,
  user_name text NOT NULL,
  filed_at  timestamptz NOT NULL DEFAULT now(),
  deadline  timestamptz NOT NULL
);
CREATE TABLE tally_ledger.inbox_answers (
  inbox_id     bigint PRIMARY KEY REFERENCES tally_ledger.inbox (id),
  outcome      jsonb NOT NULL,
  group_number bigint NOT NULL
);

CREATE VIEW tally.counters AS
  SELECT c.id, c.account, c.license_id, c.product, c.feature,
         CASE c.kind WHEN 0 THEN 'floating' WHEN 1 THEN 'consumption' END AS kind,
         trim_scale(c.maximum::numeric / 1000000) AS maximum,
         trim_scale(coalesce(b.used, 0)::numeric / 1000000) AS used,
         trim_scale(coalesce(b.gross, 0)::numeric / 1000000) AS gross,
         trim_scale(coalesce(b.high_water, 0)::numeric / 1000000) AS high_water,
         NULL::timestamptz AS next_reset
  FROM tally_ledger.counters c LEFT JOIN tally_ledger.balances b ON b.counter_id = c.id
  WHERE c.in_catalog OR b.used > 0;

CREATE VIEW tally.holds AS
  SELECT token, counter_id, CASE holder_kind WHEN 1 THEN 'session' END AS holder_kind, session_id::text AS holder, session_id,
         trim_scale(quantity::numeric / 1000000) AS quantity, taken_at, reason, NULL::timestamptz AS expires_at
  FROM tally_ledger.holds;

CREATE VIEW tally.events AS
  SELECT token, group_number, at,
         CASE kind WHEN 1 THEN 'granted' WHEN 2 THEN 'refused' WHEN 3 THEN 'given_back' WHEN 4 THEN 'session_opened'
                   WHEN 5 THEN 'session_ended' END AS kind,
         counter_id, session_id, user_name,
         CASE door WHEN 0 THEN 'engine' WHEN 1 THEN 'soap' WHEN 2 THEN 'floating' WHEN 3 THEN 'lrm' WHEN 4 THEN 'usage'
                   WHEN 5 THEN 'admin' WHEN 6 THEN 'command_line' END AS door,
         trim_scale(quantity::numeric / 1000000) AS quantity,
         trim_scale(used_after::numeric / 1000000) AS used_after,
         trim_scale(balance_after::numeric / 1000000) AS balance_after,
         reason
  FROM tally_ledger.events;
