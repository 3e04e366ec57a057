-- Places that the sessions of one user on one computer share, and what offline sessions take again.

-- Who has the hold that the event made or ended; NULL: a session.
ALTER TABLE tally_ledger.events ADD COLUMN holder_kind smallint;

-- Options in the order in which they were taken, with repeats. Empty for an online session.
ALTER TABLE tally_ledger.sessions ADD COLUMN remembered uuid[] NOT NULL DEFAULT '{}';

-- A shared place has a row for each session that uses it. The view shows places: of a shared one the oldest hold.
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
        ORDER BY h.counter_id, s.account, s.user_name, lower(s.computer COLLATE "C"), h.token) AS places;

CREATE OR REPLACE VIEW tally.events AS
  SELECT token, group_number, at,
         CASE kind WHEN 1 THEN 'granted' WHEN 2 THEN 'refused' WHEN 3 THEN 'given_back' WHEN 4 THEN 'session_opened'
                   WHEN 5 THEN 'session_ended' WHEN 10 THEN 'joined' WHEN 11 THEN 'left' END AS kind,
         counter_id, session_id, user_name,
         CASE door WHEN 0 THEN 'engine' WHEN 1 THEN 'soap' WHEN 2 THEN 'floating' WHEN 3 THEN 'lrm' WHEN 4 THEN 'usage'
                   WHEN 5 THEN 'admin' WHEN 6 THEN 'command_line' END AS door,
         trim_scale(quantity::numeric / 1000000) AS quantity,
         trim_scale(used_after::numeric / 1000000) AS used_after,
         trim_scale(balance_after::numeric / 1000000) AS balance_after,
         reason
  FROM tally_ledger.events;
