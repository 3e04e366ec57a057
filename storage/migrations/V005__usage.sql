-- Who held what at a past instant is answered from the ledger.

-- A place is looked up by its token, and lines by their time. One index serves all three: rows arrive in the order of each.
DROP INDEX tally_ledger.events_by_group;
CREATE INDEX events_in_order ON tally_ledger.events USING brin (group_number, token, at)
  WITH (pages_per_range = 16, autosummarize = on);

-- Where a named user was whose place has ended, which lines of the ledger do not tell.
CREATE TABLE tally_ledger.ended_registrations (
  token    bigint PRIMARY KEY,
  computer text NOT NULL,
  address  text NOT NULL
);

CREATE FUNCTION tally_ledger.keep_ended_registration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tally_ledger.ended_registrations VALUES (OLD.token, OLD.computer, OLD.address);
  RETURN NULL;
END $$;
CREATE TRIGGER registration_ended AFTER DELETE ON tally_ledger.registrations
  FOR EACH ROW EXECUTE FUNCTION tally_ledger.keep_ended_registration();
-- Ended, and taken again by the same user in one group.
CREATE TRIGGER registration_followed AFTER UPDATE ON tally_ledger.registrations
  FOR EACH ROW WHEN (OLD.token <> NEW.token) EXECUTE FUNCTION tally_ledger.keep_ended_registration();

-- From when on the ledger can tell what was held; null while nothing of it has been dropped. Partitions leave whole.
CREATE FUNCTION tally_ledger.retained_since() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN EXISTS (SELECT FROM tally_ledger.events WHERE token = 1) THEN NULL
              ELSE (SELECT min(to_timestamp(right(c.relname, 7) || ' 00', 'YYYY_MM TZH'))
                    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                    WHERE i.inhparent = 'tally_ledger.events'::regclass
                      AND EXISTS (SELECT FROM tally_ledger.groups WHERE last_token > 0)) END
$$;
