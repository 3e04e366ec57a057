-- The counters of the naive service: 20,000 of them, one for each session, and with --by-option one for each option.
CREATE TABLE counters (
  id uuid PRIMARY KEY,
  maximum bigint NOT NULL,
  used bigint NOT NULL DEFAULT 0 CHECK (used >= 0)
) WITH (fillfactor = 50);
