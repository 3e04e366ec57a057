"""`GET /api/history`: how much was used over time."""

import concurrent.futures
import csv
import datetime
import io
import json
import random

import psycopg2
import pytest

import postgres
from deadline import until
from floating import Floating
from tally_program import SAMPLE_CATALOG
from usage import Usage, problem_of

HOUR, DAY = 3600, 24 * 3600
START = int(datetime.datetime(2026, 3, 2, tzinfo=datetime.timezone.utc).timestamp())
"""A Monday."""
LONG = {"from": "2026-01-01", "to": "2028-01-01"}


def rows(server, **query):
    response = Usage(server).get("/api/history", **query)
    assert response.status_code == 200, response.text
    return response.json()["rows"]


def time_of(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


class Story:
    """Lines of a ledger at times that the test says, as the writer would have written them: it is stopped meanwhile."""

    def __init__(self, server, url):
        self.server, self.url, self.lines, self.used, self.held = server, url, [], {}, {}
        ids = dict(postgres.query(url, "SELECT feature, id FROM tally_ledger.counters WHERE feature IN ('option-1', '4d-client')"))
        self.first, self.second = ids["option-1"], ids["4d-client"]
        self.limit = {self.first: 5, self.second: 10}
        ((self.token,),) = postgres.query(url, "SELECT max(last_token) FROM tally_ledger.groups")

    def line(self, at, kind, counter, change, hold=None, user="anna", door=1):
        self.token += 1
        counter = counter or self.first
        self.used[counter] = self.used.get(counter, 0) + change
        self.lines.append((self.token, at, kind, door, counter, user, self.token if hold == 0 else hold, self.used[counter],
                           self.limit[counter] - self.used[counter]))
        return self.token

    def take(self, at, counter=None, **who):
        token = self.line(at, 1, counter, 1, hold=0, **who)
        self.held[token] = (counter, who)
        return token

    def free(self, at, token, kind=3):
        counter, who = self.held.pop(token)
        self.line(at, kind, counter, -1, hold=token, **{**who, "door": 0})

    def refuse(self, at, counter=None, **who):
        self.line(at, 2, counter, 0, **who)

    def write(self, lines=None, before_start=lambda: None):
        lines = self.lines if lines is None else lines
        self.server.stop()
        connection = psycopg2.connect(self.url)
        with connection, connection.cursor() as cursor:
            for month in sorted({datetime.datetime.fromtimestamp(line[1], datetime.timezone.utc).strftime("%Y-%m-15") for line in lines}):
                cursor.execute("SELECT tally_ledger.ensure_events_partition(%s::timestamptz)", (month,))
            cursor.executemany(
                "INSERT INTO tally_ledger.events (token, group_number, at, kind, door, counter_id, user_name, hold, quantity, used_after, "
                "gross_after, balance_after, reason, holder_kind) VALUES (%s, 1, to_timestamp(%s), %s, %s, %s, %s, %s, 1000000, "
                "%s * 1000000, 0, %s * 1000000, '', 1)", lines)
            cursor.execute("UPDATE tally_ledger.groups SET last_token = %s", (lines[-1][0],))
            cursor.execute("UPDATE tally_ledger.fold SET position = (SELECT max(number) FROM tally_ledger.groups)")
        connection.close()
        before_start()
        self.server.start()


@pytest.fixture
def told(new_tally, database):
    """A server, and what is told of its ledger."""
    server = new_tally(store=("--database", database)).start()
    return server, Story(server, database)


def test_the_figures_of_a_played_story(tally, client):
    before = {(row["feature"], row["kind"]): row for row in rows(tally, **{"from": "2026-01-01", "window": "month"})}
    session = client.log_in()
    client.increment(session)
    client.increment(session)
    client.decrement(session)
    floating = Floating(tally)
    floating.consume(30)
    floating.consume(-10)
    all_rows = rows(tally, **{"from": "2026-01-01", "window": "month"})
    assert before == {} and {row["feature"] for row in all_rows} >= {"option-1"}
    (option,) = [row for row in all_rows if row["feature"] == "option-1"]
    assert (option["peak"], option["granted"], option["refused"], option["quantity"], option["limit"]) == (2, 2, 0, 2, 10)
    assert (option["account"], option["product"], option["license"], option["kind"]) == ("default", "docsvision", 1000, "floating")
    assert 0 <= option["average"] <= 2
    (consumed,) = [row for row in all_rows if row["kind"] == "consumption"]
    assert (consumed["peak"], consumed["granted"], consumed["quantity"], consumed["limit"]) == (30, 1, 20, 100)
    by_door = {(row["door"], row["kind"]): row for row in rows(tally, group="door", window="day")}
    assert by_door["soap", "floating"]["peak"] == 2 and by_door["floating", "consumption"]["peak"] is None
    assert by_door["floating", "consumption"]["quantity"] == 20 and "limit" not in by_door["soap", "floating"]
    (user,) = [row for row in rows(tally, group="user", window="15m") if row["kind"] == "floating"][-1:]
    assert user["user"] and user["peak"] == 2
    client.log_out(session)


def test_averages_are_over_time_and_windows_without_a_step_are_told(told):
    server, story = told
    first = story.take(START + 6 * HOUR)
    story.take(START + 12 * HOUR)
    story.refuse(START + 12 * HOUR)
    story.free(START + 18 * HOUR, first)
    story.limit[story.first] = 4
    story.refuse(START + 3 * DAY + 5 * HOUR)
    story.write()
    days = rows(server, **{"from": "2026-03-01", "to": "2026-03-06"}, group="counter")
    assert [(row["start"], row["peak"], row["average"], row["granted"], row["refused"], row["limit"]) for row in days] == [
        ("2026-03-02T00:00:00Z", 2, 1, 2, 1, 5), ("2026-03-03T00:00:00Z", 1, 1, 0, 0, 5), ("2026-03-04T00:00:00Z", 1, 1, 0, 0, 5),
        ("2026-03-05T00:00:00Z", 1, 1, 0, 1, 4)]
    assert [row["start"] for row in rows(server, **{"from": "2026-03-01", "to": "2026-03-06"}, group="user")] == [
        "2026-03-0%dT00:00:00Z" % day for day in (2, 3, 4, 5)]
    (week,) = rows(server, **{"from": "2026-03-04", "to": "2026-03-05"}, window="week")
    assert (week["start"], week["end"], week["peak"]) == ("2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z", 2)


def test_a_limit_that_an_import_changes_shows_without_a_further_step(new_tally, new_client, folder):
    server = new_tally().start()
    client = new_client(server)
    client.increment(client.log_in())
    catalog = json.loads(SAMPLE_CATALOG.read_text())
    catalog["accounts"][0]["licenses"][0]["features"][0]["maximum"] = 25
    with open(folder + "/more.json", "w", encoding="utf-8") as file:
        json.dump(catalog, file)
    assert rows(server, window="month")[-1]["limit"] == 10
    assert server.command("catalog", "import", folder + "/more.json").returncode == 0
    assert rows(server, window="month")[-1]["limit"] == 25


@pytest.mark.parametrize("zone, begin, length", [
    ("Europe/Berlin", "2026-03-28T23:00:00Z", 23), ("Asia/Kathmandu", "2026-03-28T18:15:00Z", 24), ("Asia/Kolkata", "2026-03-28T18:30:00Z", 24),
    ("America/St_Johns", "2026-03-29T02:30:00Z", 24), ("UTC", "2026-03-29T00:00:00Z", 24)])
def test_days_are_those_of_the_time_zone_also_when_its_clocks_change(told, zone, begin, length):
    server, story = told
    story.take(time_of(begin) - 60)
    second = story.take(time_of(begin) + 60)
    story.free(time_of(begin) + length * HOUR - 60, second)
    story.take(time_of(begin) + length * HOUR)
    story.write()
    days = rows(server, **{"from": begin, "to": "2026-03-29T20:00:00Z", "tz": zone})
    assert (days[0]["start"], time_of(days[0]["end"]) - time_of(begin), days[0]["granted"], days[0]["peak"]) == (begin, length * HOUR, 1, 2)


def recomputed(lines, counters, start, end):
    """Peak and average of each counter in a window, second by second as a person would."""
    told = {}
    for counter in counters:
        used, at, peak, area, known = 0, start, None, 0, False
        for line in lines:
            if line[4] != counter or line[1] >= end:
                continue
            known = True
            if line[1] < start:
                used = line[7]
                continue
            peak = used if peak is None else peak
            area += used * (line[1] - at)
            used, at = line[7], line[1]
            peak = max(peak, used)
        if known:
            told[counter] = (max(used, peak or 0), round((area + used * (end - at)) / (end - start), 6))
    return told


@pytest.mark.parametrize("seed", [1, 2])
def test_the_sums_agree_with_a_simple_count_of_random_lines(told, seed):
    server, story = told
    choose = random.Random(seed)
    at, held = START, []
    for _ in range(250):
        at += choose.choice([0, 7, 300, 3000, 40000])
        if held and choose.random() < 0.45:
            story.free(at, held.pop(choose.randrange(len(held))), kind=choose.choice([3, 6]))
        else:
            held.append(story.take(at, counter=choose.choice([story.first, story.second]), user=choose.choice(["anna", "boris"]), door=choose.choice([1, 2])))
        if choose.random() < 0.2:
            story.refuse(at, counter=choose.choice([story.first, story.second]))
    lines, half = story.lines, len(story.lines) // 2
    story.write(lines[:half])
    query = {"from": "2026-03-02", "to": "2026-05-01", "tz": "UTC"}
    rows(server, **query)
    story.write(lines[half:])
    for window, length in (("hour", HOUR), ("day", DAY)):
        by_start = {}
        for row in rows(server, window=window, **query):
            by_start.setdefault(time_of(row["start"]), {})[row["counter"]] = (row["peak"], row["average"])
        for start in sorted(by_start)[::7]:
            expected = recomputed(lines, (story.first, story.second), start, start + length)
            assert by_start[start].keys() == expected.keys()
            for counter, figures in expected.items():
                assert by_start[start][counter] == pytest.approx(figures, abs=2e-6), (start, counter)
    for group in ("user", "door"):
        told_rows = rows(server, group=group, window="month", **query)
        granted = sum(row["granted"] for row in told_rows)
        assert granted == sum(line[2] == 1 for line in lines)
        assert sum(row["refused"] for row in told_rows) == sum(line[2] == 2 for line in lines)
    last_day = {row["user"]: row for row in rows(server, group="user", window="15m", **{"from": "2026-04-30", "to": "2026-05-01"})}
    for user, row in last_day.items():
        assert row["peak"] >= sum(who.get("user") == user for _, who in story.held.values())


def test_a_server_that_is_killed_counts_each_line_once(told):
    server, story = told
    for number in range(40):
        story.take(START + number * HOUR, user="user %d" % (number % 3))
    story.write()
    server.kill()
    server.start()
    query = {"from": "2026-03-01", "to": "2026-03-10", "window": "month"}
    (whole,) = rows(server, **query)
    server.kill()
    server.start()
    assert rows(server, **query) == [whole] and whole["granted"] == 40 and whole["peak"] == 40


@pytest.mark.parametrize("victim", ["the server", "its connection"])
def test_what_is_killed_while_it_sums_up_counts_each_line_once(told, database, victim):
    server, story = told
    for number in range(40):
        story.take(START + number * HOUR, user="user %d" % (number % 3))
    blocker = psycopg2.connect(database)
    story.write(before_start=lambda: blocker.cursor().execute("LOCK TABLE tally_ledger.history_places IN EXCLUSIVE MODE"))
    in_the_middle = ("SELECT pid FROM pg_stat_activity WHERE application_name = 'tally history' AND wait_event_type = 'Lock'")
    ((backend,),) = until(lambda: postgres.query(database, in_the_middle), "the sums are half written")
    if victim == "the server":
        server.kill()
    else:
        postgres.query(database, "SELECT pg_terminate_backend(%d)" % backend)
    blocker.close()
    if victim == "the server":
        server.start()
    query = {"from": "2026-03-01", "to": "2026-03-10", "window": "month"}
    (whole,) = rows(server, **query)
    assert (whole["granted"], whole["peak"]) == (40, 40)
    assert sum(row["granted"] for row in rows(server, group="user", **query)) == 40


def test_csv_has_the_same_figures_and_no_cell_is_a_formula(told):
    server, story = told
    story.take(START, user='=cmd("a"),b')
    story.take(START, user="boris")
    story.write()
    query = {"from": "2026-03-02", "to": "2026-03-03", "group": "user"}
    response = Usage(server).get("/api/history", format="csv", **query)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(response.text, newline="")))
    assert [line["user"] for line in lines] == ["'=cmd(\"a\"),b", "boris"]
    told_rows = rows(server, **query)
    assert [{name: str(value) for name, value in row.items() if name != "user"} for row in told_rows] == [
        {name: value for name, value in line.items() if name != "user"} for line in lines]
    assert Usage(server).get("/api/history", headers={"Accept": "text/csv"}, **query).text == response.text


def test_a_long_answer_comes_in_parts_and_is_whole(told):
    server, story = told
    for counter in (story.first, story.second):
        story.take(START - 300 * DAY, counter=counter)
    story.write()
    query = {"from": "2025-04-01", "to": "2026-05-20", "window": "15m"}
    response = Usage(server).get("/api/history", **query)
    assert response.headers["Transfer-Encoding"] == "chunked" and "Content-Length" not in response.headers
    told_rows = response.json()["rows"]
    windows = (time_of("2026-05-20T00:00:00Z") - (START - 300 * DAY)) // 900
    assert len(told_rows) == 2 * windows and {row["peak"] for row in told_rows} == {1}
    assert [row["product"] for row in told_rows] == sorted(row["product"] for row in told_rows)
    text = Usage(server).get("/api/history", format="csv", **query).text
    assert text.count("\r\n") == 2 * windows + 1 and text.count("start,end") == 1
    assert rows(server), "the connection and the desk go on"


@pytest.mark.parametrize("query", [
    "unknown=1", "from=x", "to=yesterday", "from=2026-02-01&to=2026-01-01", "from=2026-01-01&to=2026-01-01", "window=year", "group=all",
    "tz=Nowhere/City", "tz=UTC%2B3", "tz=", "format=xml", "group=user&product=a", "user=a", "group=door&product=a", "window=hour&window=day",
    "from=2020-01-01&to=2026-01-01&window=15m", "from=1960-01-01", "tz=Africa/Monrovia&from=1971-01-01&to=1971-03-01"])
def test_what_can_not_be_asked_is_refused(tally, query):
    assert problem_of(Usage(tally).get("/api/history?" + query)) == (400, "validation_error")


def test_other_methods_and_paths_are_refused(tally):
    assert Usage(tally).post("/api/history").status_code == 405
    assert Usage(tally).get("/api/history/more").status_code == 404


def test_before_the_ledgers_retained_part_nothing_can_be_told(told):
    server, story = told
    postgres.query(story.url, "UPDATE tally_ledger.history_position SET since = '2026-02-01'")
    assert problem_of(Usage(server).get("/api/history", **{"from": "2026-01-31", "to": "2026-03-01"})) == (410, "not_retained")
    assert rows(server, **{"from": "2026-02-01", "to": "2026-03-01"}) == []


def test_a_stand_by_tells_the_history(new_tally, new_client, database):
    writer = new_tally(store=("--database", database)).start()
    stand_by = new_tally(store=("--database", database)).start()
    client = new_client(writer)
    client.increment(client.log_in())
    for server in (stand_by, writer, stand_by):
        (row,) = [each for each in rows(server, window="hour") if each["feature"] == "option-1"][-1:]
        assert (row["granted"], row["peak"]) == (1, 1)


def test_a_report_that_waits_for_the_database_holds_up_nobody(new_tally, new_client, database):
    server = new_tally(store=("--database", database)).start()
    client = new_client(server)
    session = client.log_in()
    rows(server)
    blocker = psycopg2.connect(database)
    blocker.cursor().execute("LOCK TABLE tally_ledger.history_quarters IN ACCESS EXCLUSIVE MODE")
    with concurrent.futures.ThreadPoolExecutor() as pool:
        client.increment(session)
        asked = pool.submit(Usage(server).get, "/api/history")
        until(lambda: postgres.query(database, "SELECT 1 FROM pg_stat_activity WHERE application_name = 'tally history' "
                                     "AND wait_event_type = 'Lock'"), "the report waits")
        for _ in range(5):
            client.increment(session)
        blocker.rollback()
        assert asked.result().status_code in (200, 503)
    blocker.close()
    until(lambda: [row["granted"] for row in rows(server) if row["feature"] == "option-1"] == [6], "the report is right again")
