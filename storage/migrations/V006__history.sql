-- How much was used over time: sums of the ledger by quarters of an hour (UTC), made after the fact by whoever has the row
-- of history_position (docs/history.md). Quantities in millionths.

-- What is summed up for itself. `used`, `limited` and `unlimited` are how it stands at the position.
CREATE TABLE tally_ledger.history_groups (
  id          integer PRIMARY KEY,
  dimension   smallint NOT NULL,          -- 0 counter, 1 product, 2 user, 3 door
  account     text NOT NULL,
  name        text NOT NULL,              -- the counter's number, the product, the user, the door's number
  kind        smallint NOT NULL,          -- of the counters that are in it
  product_id  integer,                    -- of a counter: the group of its product, where it was first seen
  used        bigint NOT NULL,
  limited     bigint NOT NULL,            -- the sum of the limits
  unlimited   integer NOT NULL,           -- how many counters in it have none
  touched_at  bigint NOT NULL,            -- its last step, in microseconds since 1970
  UNIQUE (dimension, account, name, kind)
) WITH (fillfactor = 70);

-- Only quarters in which there was a step; in between all stays as it is.
CREATE TABLE tally_ledger.history_quarters (
  group_id    integer NOT NULL,
  quarter     integer NOT NULL,           -- since 1970
  previous    integer,                    -- the group's quarter before this one; null: this is its first
  granted     integer NOT NULL,
  refused     integer NOT NULL,
  until       integer NOT NULL,           -- microseconds of the quarter that `area` covers: up to its last step
  used_before bigint NOT NULL,
  used        bigint NOT NULL,            -- after its last step, like `maximum`
  maximum     bigint,                     -- null: without a limit
  peak        bigint NOT NULL,
  quantity    bigint NOT NULL,            -- granted, less what consumers gave back
  area        double precision NOT NULL,  -- use over time, in millionths and seconds
  PRIMARY KEY (group_id, quarter)
) WITH (fillfactor = 90);

-- Places that are taken, with whose and which door's they are: those who give back need not be those who took.
CREATE TABLE tally_ledger.history_places (
  hold       bigint PRIMARY KEY,
  counter_id bigint NOT NULL,
  user_group integer NOT NULL,
  door_group integer NOT NULL,
  quantity   bigint NOT NULL,
  is_shared  boolean NOT NULL
);

-- Up to which token the ledger is in the sums. `at` never goes back, also where the clock did.
CREATE TABLE tally_ledger.history_position (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  token    bigint NOT NULL,
  at       bigint NOT NULL,
  since    timestamptz                    -- where the ledger began when its summing did; null: all that ever was
);
INSERT INTO tally_ledger.history_position (token, at, since) VALUES (0, 0, tally_ledger.retained_since());
