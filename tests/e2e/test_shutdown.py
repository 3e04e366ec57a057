"""SIGTERM lets what is in work be answered, ends with exit code 0, and leaves nothing behind."""

import concurrent.futures
import signal
import socket

import psycopg2
import pytest

import processes
from deadline import until
from postgres import query
from soap import OPTION, OPTION_MAXIMUM, SERVICE, TIMEOUT, StorageServer, envelope, response_envelope


@pytest.fixture(params=[signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def end_signal(request):
    return request.param


def accepts_connections(server):
    try:
        socket.create_connection((server.host, server.port), timeout=TIMEOUT).close()
        return True
    except ConnectionRefusedError:
        return False


def test_an_idle_server_ends_at_once_and_takes_its_database_along(new_tally, new_client, end_signal):
    server = new_tally().start()
    client = new_client(server)  # whose connection stays open
    client.log_in()
    postmaster = processes.postmaster_of(server.cluster)
    assert postmaster
    server.signal(end_signal)
    server.wait_stopped()
    assert not accepts_connections(server)


def test_requests_that_wait_for_the_database_are_answered_before_the_end(new_tally, new_client, database, cluster):
    server = new_tally("--term", "60s", store=("--database", database)).start()
    sessions = [new_client(server).log_in() for _ in range(4)]
    # The ledger's first table is the fence that every group must pass.
    blocker = psycopg2.connect(database)
    blocker.cursor().execute("LOCK TABLE tally_ledger.groups IN ACCESS EXCLUSIVE MODE")

    with concurrent.futures.ThreadPoolExecutor(len(sessions)) as pool:
        answers = [pool.submit(StorageServer(server.soap_url).ask, "IncrementFeatureUsage",
                               {"sessionId": session, "featureId": OPTION}) for session in sessions]
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        until(lambda: query(cluster.url("postgres", "postgres"), waiting) != [(0,)], "a group waits for the table")
        server.signal(signal.SIGTERM)
        until(lambda: not accepts_connections(server), "the server accepts nothing more")
        assert not any(answer.done() and answer.result().status_code == 200 for answer in answers), "answered before it was durable"
        blocker.rollback()
        statuses = [answer.result().status_code for answer in answers]
    blocker.close()
    server.wait_stopped()
    assert 200 in statuses

    # Who heard yes has a place, and who heard anything else was told the truth as well: the counts match.
    server.start()
    client = new_client(server)
    left = client.increment_up_to_the_limit(client.log_in())
    assert left == OPTION_MAXIMUM - statuses.count(200)


def test_a_request_of_which_half_was_sent_may_still_be_finished(new_tally, new_client):
    server = new_tally().start()
    session = new_client(server).log_in()
    body = envelope("IncrementFeatureUsage", {"sessionId": session, "featureId": OPTION}).encode()
    head = ("POST /StorageServer/StorageServerService.asmx HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml; charset=utf-8\r\n"
            "SOAPAction: %sIncrementFeatureUsage\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n" % (SERVICE, len(body))).encode()
    with socket.create_connection((server.host, server.port), timeout=TIMEOUT) as connection:
        reader = connection.makefile("rb")
        connection.sendall(head)
        assert reader.readline() == b"HTTP/1.1 100 Continue\r\n" and reader.readline() == b"\r\n"
        server.signal(signal.SIGTERM)
        until(lambda: not accepts_connections(server), "the server accepts nothing more")
        connection.sendall(body)
        answer = reader.read()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(response_envelope('<IncrementFeatureUsageResponse xmlns="%s" />' % SERVICE))
    server.wait_stopped()
    server.start()
    assert new_client(server).increment_up_to_the_limit(session) == OPTION_MAXIMUM - 1


def test_a_stop_during_the_start_is_obeyed(new_tally):
    server = new_tally()
    server.launch()
    server.signal(signal.SIGTERM)
    server.process.wait(TIMEOUT)
    assert not processes.working_in(server.data_dir)
