#!/usr/bin/python3
"""Measures the history: makes a year of events, has Tally sum it up, and asks for the year. See docs/performance.md.

Its PostgreSQL is private to the run (durable settings are off: only reading is measured) and removed with its folder."""

import argparse
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import postgres  # noqa: E402

DAYS = 365
QUESTIONS = [(group, window) for group in ("counter", "product", "user", "door") for window in ("month", "week", "day")] + [("product", "hour")]

# One day: places taken in working hours for about twenty minutes, one attempt in fifty refused, all back in the evening. Counts after
# each step are right, so the sums can be checked. Users come back to a few counters each.
DAY = """
WITH attempts AS (
  SELECT i, 1 + (u * 7 + i %% 3) %% {counters} AS counter, u, random() < 0.02 AS is_refused,
         timestamptz '2025-01-01 07:00+00' + interval '1 day' * {day} + interval '11 hours' * (random() + random()) / 2 AS at,
         interval '1 second' * (60 + 2400 * random()) AS length
  FROM (SELECT i, (random() * ({users} - 1))::int AS u FROM generate_series(1, {attempts}) i) a),
steps AS (
  SELECT i, CASE WHEN is_refused THEN 2 ELSE 1 END AS kind, counter, u, at, CASE WHEN is_refused THEN 0 ELSE 1 END AS change FROM attempts
  UNION ALL SELECT i, 3, counter, u, at + length, -1 FROM attempts WHERE NOT is_refused),
counted AS (
  SELECT *, {token} + row_number() OVER (ORDER BY at, i) AS token,
         sum(change) OVER (PARTITION BY counter ORDER BY at, i ROWS UNBOUNDED PRECEDING) AS used FROM steps),
held AS (SELECT *, first_value(token) OVER (PARTITION BY i ORDER BY kind) AS hold FROM counted)
INSERT INTO tally_ledger.events (token, group_number, at, kind, door, counter_id, user_name, holder_kind, hold, quantity, used_after,
                                 gross_after, balance_after, reason)
SELECT token, 1, at, kind, 1 + counter %% 4, counter, 'user' || u, 1, CASE WHEN kind <> 2 THEN hold END, 1000000, used * 1000000, 0,
       (10000 - used) * 1000000, ''
FROM held ORDER BY token"""


def chatter(text):
    print(text, file=sys.stderr, flush=True)


def make_events(url, options):
    """Of a year; the last token."""
    connection = postgres.psycopg2.connect(url)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SET work_mem = '256MB'; SET synchronous_commit = off; SET jit = off; SELECT setseed(0.5)")
    cursor.execute("SELECT tally_ledger.ensure_events_partition(timestamptz '2025-01-15' + interval '1 month' * m) FROM generate_series(0, 11) m")
    cursor.execute("INSERT INTO tally_ledger.counters SELECT i, 'default', 1, 'product' || i %% 20, 'feature' || i, NULL, 0, 10000000000, false, 0 "
                   "FROM generate_series(1, %s) i ON CONFLICT DO NOTHING", (options.counters,))
    token = 0
    for day in range(DAYS):
        attempts = int(options.events / DAYS / 1.98 * random.Random(day).uniform(0.5, 1.5))
        cursor.execute(DAY.replace("%%", "%").format(day=day, token=token, attempts=attempts, users=options.users, counters=options.counters))
        token += cursor.rowcount
        if day % 30 == 0:
            chatter("day %d, %d events" % (day, token))
    cursor.execute("VACUUM (ANALYZE) tally_ledger.events")
    cursor.execute("INSERT INTO tally_ledger.groups VALUES (1, 1, 0, %s, now())", (token,))
    cursor.execute("UPDATE tally_ledger.term SET epoch = 1, renewed = 1, stopped_at = now()")
    cursor.execute("UPDATE tally_ledger.fold SET position = 1")
    connection.close()
    return token


def measure(program, url, options, token):
    server = subprocess.Popen([program, "serve", "--database", url, "--allow-unsafe", "--listen", "127.0.0.1:0", "--log-level", "error"],
                              stdout=subprocess.PIPE, text=True)
    try:
        address = server.stdout.readline().split()[-1]
        begun = time.monotonic()
        while postgres.query(url, "SELECT token FROM tally_ledger.history_position")[0][0] < token:
            time.sleep(0.2)
        took = time.monotonic() - begun
        ((rows, size),) = postgres.query(url, "SELECT count(*), pg_total_relation_size('tally_ledger.history_quarters') FROM tally_ledger.history_quarters")
        print("%d events summed up in %.0f s (%.0f a second); %d rows of sums, %.1f GB" % (token, took, token / took, rows, size / 1e9))
        postgres.query(url, "ANALYZE tally_ledger.history_quarters")
        for group, window in QUESTIONS:
            figures = []
            for _ in range(options.rounds):
                begun = time.monotonic()
                text = urllib.request.urlopen("%s/api/history?from=2024-12-31T23:00:00Z&to=2025-12-31T23:00:00Z&tz=Europe/Berlin&format=csv&group=%s&window=%s%s" % (
                    address, group, window, "&product=product7" if window == "hour" else "&user=user7" if (group, window) == ("user", "day") else ""),
                    timeout=120).read()
                figures.append(time.monotonic() - begun)
            print("| %s | %s | %d | %s |" % (group, window, text.count(b"\n") - 1, " ".join("%.2f" % figure for figure in figures)), flush=True)
    finally:
        server.terminate()
        server.wait(60)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=50_000_000, help="default: %(default)s")
    parser.add_argument("--users", type=int, default=1000, help="default: %(default)s")
    parser.add_argument("--counters", type=int, default=100, help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="how often each question is asked (default: %(default)s)")
    parser.add_argument("--program", default=str(ROOT / "build/release/tally"))
    parser.add_argument("--scratch", default="/var/tmp", help="where the cluster is: 15 GB at the default size (default: %(default)s)")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # the folder goes all the same
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tally-history-", dir=options.scratch))
    folder.chmod(0o755)
    cluster = None
    try:
        cluster = postgres.Cluster(folder, fsync="off", full_page_writes="off", wal_level="minimal", max_wal_senders="0", shared_buffers="1GB",
                                   max_wal_size="2GB", checkpoint_timeout="30min")
        url = cluster.new_database()
        subprocess.run([options.program, "migrate", "--database", url], check=True, stdout=subprocess.DEVNULL)
        begun = time.monotonic()
        token = make_events(url, options)
        chatter("%d events made in %.0f s" % (token, time.monotonic() - begun))
        measure(options.program, url, options, token)
    finally:
        if cluster is not None:
            cluster.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
