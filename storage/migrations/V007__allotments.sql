-- What tenants' services have of their accounts' products. These rows are written in the transaction of the step and are
-- always current; the ledger has a line for each step besides, as for all that is counted. Each row is a counter, too, whose
-- maximum is what the service has, so none ever leaves. Quantities in millionths.
CREATE TABLE tally_ledger.allotments (
  id           bigint PRIMARY KEY,
  account      text NOT NULL,
  scope        text NOT NULL,
  service      text NOT NULL,
  product      text NOT NULL,
  parent_id    bigint NOT NULL,
  token        bigint NOT NULL,
  allotted_at  timestamptz NOT NULL,
  quantity     bigint NOT NULL CHECK (quantity >= 0),
  group_number bigint NOT NULL,
  UNIQUE (account, scope, service, product)
) WITH (fillfactor = 80);

CREATE OR REPLACE VIEW tally.counters AS
  SELECT c.id, c.account, nullif(c.license_id, 0) AS license_id, c.product, c.feature,
         CASE c.kind WHEN 0 THEN 'floating' WHEN 1 THEN 'consumption' WHEN 2 THEN 'allotted' END AS kind,
         trim_scale(c.maximum::numeric / 1000000) AS maximum,
         trim_scale(coalesce(b.used, 0)::numeric / 1000000) AS used,
         trim_scale(coalesce(b.gross, 0)::numeric / 1000000) AS gross,
         trim_scale(coalesce(b.high_water, 0)::numeric / 1000000) AS high_water,
         s.next_reset
  FROM tally_ledger.counters c
       LEFT JOIN tally_ledger.balances b ON b.counter_id = c.id
       LEFT JOIN tally_ledger.consumption s ON s.counter_id = c.id
  WHERE c.in_catalog OR b.used > 0
  UNION ALL
  SELECT z.id, z.account, NULL, 'numerator', z.numerator || '/' || z.name, 'numerator',
         n.right_bound::numeric - n.left_bound + 1, z.used, z.gross, z.high_water, NULL
  FROM tally_ledger.zones z JOIN tally_ledger.numerators n ON n.account = z.account AND n.id = z.numerator
  UNION ALL
  SELECT id, account, NULL, product, scope || '/' || service, 'allotment', trim_scale(quantity::numeric / 1000000), 0, 0, 0, NULL
  FROM tally_ledger.allotments WHERE quantity > 0;

CREATE OR REPLACE VIEW tally.holds AS
  SELECT token, counter_id, CASE holder_kind WHEN 1 THEN 'session' END AS holder_kind, session_id::text AS holder, session_id,
         trim_scale(quantity::numeric / 1000000) AS quantity, taken_at, reason, NULL::timestamptz AS expires_at
  FROM tally_ledger.holds WHERE holder_kind <> 2
  UNION ALL
  SELECT token, counter_id, 'connection', user_name || ' @ ' || computer, session_id,
         trim_scale(quantity::numeric / 1000000), taken_at, reason, NULL::timestamptz
  FROM (SELECT DISTINCT ON (h.counter_id, s.account, s.user_name, lower(s.computer COLLATE "C"))
               h.*, s.user_name, s.computer
        FROM tally_ledger.holds h JOIN tally_ledger.sessions s ON s.id = h.session_id WHERE h.holder_kind = 2
        ORDER BY h.counter_id, s.account, s.user_name, lower(s.computer COLLATE "C"), h.token) AS places
  UNION ALL
  SELECT token, counter_id, 'user', user_name, NULL, 1, taken_at, CASE WHEN borrowed_until IS NULL THEN '' ELSE 'borrowed' END,
         expires_at
  FROM tally_ledger.registrations
  UNION ALL
  SELECT token, parent_id, 'tenant_service', scope || '/' || service, NULL, trim_scale(quantity::numeric / 1000000),
         allotted_at, '', NULL
  FROM tally_ledger.allotments WHERE quantity > 0;

CREATE OR REPLACE VIEW tally.events AS
  SELECT token, group_number, at,
         CASE kind WHEN 1 THEN 'granted' WHEN 2 THEN 'refused' WHEN 3 THEN 'given_back' WHEN 4 THEN 'session_opened'
                   WHEN 5 THEN 'session_ended' WHEN 6 THEN 'expired' WHEN 7 THEN 'reset' WHEN 8 THEN 'adjusted'
                   WHEN 9 THEN 'allotted' WHEN 10 THEN 'joined' WHEN 11 THEN 'left' WHEN 12 THEN 'number_taken'
                   WHEN 13 THEN 'number_released' WHEN 14 THEN 'bounds_changed' WHEN 15 THEN 'locked'
                   WHEN 16 THEN 'unlocked' END AS kind,
         counter_id, session_id, user_name,
         CASE door WHEN 0 THEN 'engine' WHEN 1 THEN 'soap' WHEN 2 THEN 'floating' WHEN 3 THEN 'lrm' WHEN 4 THEN 'usage'
                   WHEN 5 THEN 'admin' WHEN 6 THEN 'command_line' END AS door,
         trim_scale(quantity::numeric / 1000000) AS quantity,
         trim_scale(used_after::numeric / 1000000) AS used_after,
         trim_scale(balance_after::numeric / 1000000) AS balance_after,
         reason, resource, first_number, last_number, for_user
  FROM tally_ledger.events;
