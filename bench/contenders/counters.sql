-- The counters of every contender that keeps them in rows: 20,000 for the workload spread, one for hot.
CREATE TABLE counters (
  id uuid PRIMARY KEY,
  maximum bigint NOT NULL,
  used bigint NOT NULL DEFAULT 0 CHECK (used >= 0)
) WITH (fillfactor = 50);
