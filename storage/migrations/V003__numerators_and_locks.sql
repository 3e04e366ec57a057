-- Numbers given out by numerators, locks, and the users that accounts know. Their rows are written in the transaction of
-- the step and are always current; the ledger has a line for each step besides.

-- What a step on a number or a lock concerns, and the user's card that a number was taken for.
ALTER TABLE tally_ledger.events
  ADD COLUMN resource     uuid,
  ADD COLUMN first_number integer,
  ADD COLUMN last_number  integer,
  ADD COLUMN for_user     uuid;

CREATE TABLE tally_ledger.numerators (
  account      text NOT NULL,
  id           uuid NOT NULL,
  left_bound   integer NOT NULL,
  right_bound  integer NOT NULL,
  group_number bigint NOT NULL,
  PRIMARY KEY (account, id),
  CHECK (left_bound <= right_bound)
);

-- A zone is a counter: its id comes from the sequence of tally_ledger.counters, and none is ever in both tables.
CREATE TABLE tally_ledger.zones (
  id           bigint PRIMARY KEY,
  account      text NOT NULL,
  numerator    uuid NOT NULL,
  name         text NOT NULL,
  name_id      uuid NOT NULL,
  used         bigint NOT NULL CHECK (used >= 0),
  gross        bigint NOT NULL CHECK (gross >= high_water),
  high_water   bigint NOT NULL CHECK (high_water >= used),
  group_number bigint NOT NULL,
  UNIQUE (account, numerator, name)
) WITH (fillfactor = 50);

-- The numbers that are taken: those that lie side by side are one row.
CREATE TABLE tally_ledger.number_ranges (
  zone_id      bigint NOT NULL,
  first        integer NOT NULL,
  last         integer NOT NULL CHECK (first <= last),
  group_number bigint NOT NULL,
  PRIMARY KEY (zone_id, first)
) WITH (fillfactor = 80);

-- Without a session it is a check-out, which outlives the session that made it.
CREATE TABLE tally_ledger.locks (
  account      text NOT NULL,
  resource     uuid NOT NULL,
  kind         smallint NOT NULL,
  section      uuid,
  instance     uuid,
  session_id   uuid,
  user_name    text NOT NULL,
  locked_at    timestamptz NOT NULL,
  group_number bigint NOT NULL,
  PRIMARY KEY (account, resource)
);

CREATE TABLE tally_ledger.profiles (
  account      text NOT NULL,
  id           uuid NOT NULL,
  user_name    text NOT NULL,
  group_number bigint NOT NULL,
  PRIMARY KEY (account, id)
);

CREATE OR REPLACE VIEW tally.counters AS
  SELECT c.id, c.account, c.license_id, c.product, c.feature,
         CASE c.kind WHEN 0 THEN 'floating' WHEN 1 THEN 'consumption' END AS kind,
         trim_scale(c.maximum::numeric / 1000000) AS maximum,
         trim_scale(coalesce(b.used, 0)::numeric / 1000000) AS used,
         trim_scale(coalesce(b.gross, 0)::numeric / 1000000) AS gross,
         trim_scale(coalesce(b.high_water, 0)::numeric / 1000000) AS high_water,
         NULL::timestamptz AS next_reset
  FROM tally_ledger.counters c LEFT JOIN tally_ledger.balances b ON b.counter_id = c.id
  WHERE c.in_catalog OR b.used > 0
  UNION ALL
  SELECT z.id, z.account, NULL, 'numerator', z.numerator || '/' || z.name, 'numerator',
         n.right_bound::numeric - n.left_bound + 1, z.used, z.gross, z.high_water, NULL
  FROM tally_ledger.zones z JOIN tally_ledger.numerators n ON n.account = z.account AND n.id = z.numerator;

CREATE VIEW tally.numbers AS
  SELECT r.zone_id AS counter_id, z.account, z.numerator, z.name AS zone, r.first, r.last, r.last::bigint - r.first + 1 AS count
  FROM tally_ledger.number_ranges r JOIN tally_ledger.zones z ON z.id = r.zone_id;

CREATE VIEW tally.locks AS
  SELECT account, resource, CASE kind WHEN 0 THEN 'custom' WHEN 1 THEN 'card' WHEN 2 THEN 'file' WHEN 3 THEN 'row' END AS kind,
         section, instance, session_id IS NULL AS checked_out, session_id, user_name, locked_at
  FROM tally_ledger.locks;

CREATE OR REPLACE VIEW tally.events AS
  SELECT token, group_number, at,
         CASE kind WHEN 1 THEN 'granted' WHEN 2 THEN 'refused' WHEN 3 THEN 'given_back' WHEN 4 THEN 'session_opened'
                   WHEN 5 THEN 'session_ended' WHEN 10 THEN 'joined' WHEN 11 THEN 'left'
                   WHEN 12 THEN 'number_taken' WHEN 13 THEN 'number_released' WHEN 14 THEN 'bounds_changed' WHEN 15 THEN 'locked' WHEN 16 THEN 'unlocked' END AS kind,
         counter_id, session_id, user_name,
         CASE door WHEN 0 THEN 'engine' WHEN 1 THEN 'soap' WHEN 2 THEN 'floating' WHEN 3 THEN 'lrm' WHEN 4 THEN 'usage'
                   WHEN 5 THEN 'admin' WHEN 6 THEN 'command_line' END AS door,
         trim_scale(quantity::numeric / 1000000) AS quantity,
         trim_scale(used_after::numeric / 1000000) AS used_after,
         trim_scale(balance_after::numeric / 1000000) AS balance_after,
         reason, resource, first_number, last_number, for_user
  FROM tally_ledger.events;
