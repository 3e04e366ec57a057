"""Very many who do nothing, and many who are slow on purpose: nobody else notices, and memory stays bounded."""

import resource
import socket
import threading

import pytest

import agreement
import memory
from crowd import OPTIONS, catalog_of
from deadline import PATIENCE, until
from flock import Flock
from quick_client import Heard, QuickClient
from raw_connection import exchange, post
from soap import StorageServer, envelope
from tally_program import SOAP_PATH

IDLE = 10_000
SLOW_SENDERS = 500
SLOW_READERS = 500
CONNECTION_MAX = 16 * 1024
"""What one of them may cost the server."""
OTHERS = 8
STEPS = 100

BODY = 3_900_000
BODIES = 250
HELD_MAX = 256 * memory.MEGABYTE
"""What the server keeps of requests on their way in and answers that nobody reads, of all clients together."""


@pytest.fixture(autouse=True)
def little_is_kept(monkeypatch):
    monkeypatch.setenv("ASAN_OPTIONS", "")
    memory.keep_little_of_what_was_freed()


@pytest.fixture
def many_files():
    """For the tests' own ends of the connections; the server, started later, takes as many by itself."""
    wanted = IDLE + SLOW_SENDERS + SLOW_READERS + 1000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip("the system allows %d open files, %d are needed" % (hard, wanted))
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def increment(session, option="wide-1"):
    return post(envelope("IncrementFeatureUsage", {"sessionId": session, "featureId": OPTIONS[option][0]}),
                operation="IncrementFeatureUsage")


class SlowReaders:
    """They ask for pages as if they meant to read them, with a window of a few bytes."""

    def __init__(self, server, count):
        self.sockets = []
        page = b"GET %s?WSDL HTTP/1.1\r\nHost: x\r\n\r\n" % SOAP_PATH.encode()
        for number in range(count):
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            one.settimeout(PATIENCE)
            one.bind(("127.0.0.%d" % (2 + number % 8), 0))
            one.connect((server.host, server.port))
            one.sendall(page * 10)
            self.sockets.append(one)

    def read_a_byte(self):
        for one in self.sockets:
            assert len(one.recv(1)) == 1

    def close(self):
        for one in self.sockets:
            one.close()


def drip(flock, request, at):
    """The next byte of everybody's request."""
    for bird in flock.birds:
        bird.socket.sendall(request[at:at + 1])


def steps_of_others(server):
    """What each of the usual clients heard."""
    heard = []

    def work():
        client = QuickClient(lambda: (server.host, server.port))
        session = client.log_in()
        for _ in range(STEPS):
            heard.append(client.increment(session, OPTIONS["wide-2"][0]))
        client.close()

    threads = [threading.Thread(target=work) for _ in range(OTHERS)]
    for thread in threads:
        thread.start()
    return threads, heard


def test_ten_thousand_idle_and_a_thousand_slow_connections_hurt_nobody(many_files, new_tally, folder):
    server = new_tally(catalog=catalog_of(folder)).start()
    session = StorageServer(server.soap_url).log_in()
    watch = memory.Watch(server)
    readers = SlowReaders(server, SLOW_READERS)
    with Flock(server, IDLE) as idle, Flock(server, SLOW_SENDERS) as senders:
        request = increment(session)
        sent = 0
        threads, heard = steps_of_others(server)
        while any(thread.is_alive() for thread in threads):
            if sent < len(request) - 1:
                drip(senders, request, sent)
                sent += 1
            readers.read_a_byte()
        assert heard == [Heard.DONE] * (OTHERS * STEPS)
        # They were slow, not wrong: who comes to the end is served, and so is who was idle.
        for bird in senders.birds:
            bird.socket.sendall(request[sent:])
        assert all(answer.status == 200 for answer in senders.one_answer_each())
        for bird in (idle.birds[0], idle.birds[-1]):
            bird.socket.sendall(request)
            assert bird.socket.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        # What waits in the readers' sockets is the system's memory; what the server keeps is the rest of one page each.
        assert watch.grown() < memory.GROWTH_MAX + len(readers.sockets) * page_bytes(server) + (IDLE + SLOW_SENDERS) * CONNECTION_MAX
    readers.close()
    found = agreement.counters_at_rest(server.database_url())
    assert (found["wide-1"].granted, found["wide-2"].granted) == (SLOW_SENDERS + 2, OTHERS * STEPS)
    server.stop()


def page_bytes(server):
    return len(exchange(server, b"GET %s?WSDL HTTP/1.1\r\nHost: x\r\n\r\n" % SOAP_PATH.encode()).body)


def test_bodies_that_never_end_hold_no_more_than_their_budget_and_others_are_served(new_tally, folder):
    server = new_tally(catalog=catalog_of(folder)).start()
    watch = memory.Watch(server)
    announced = post("", "Content-Length: %d" % (BODY + 1), operation="SessionLogin") + b" " * BODY
    with Flock(server, BODIES) as flock:
        held = [bird for bird in flock.birds if sends_all(bird, announced)]

        def within_budget():
            held[:] = [bird for bird in held if still_held(bird)]
            return len(held) * BODY <= HELD_MAX

        until(within_budget, "those beyond the budget are told to come again")
        assert held
        threads, heard = steps_of_others(server)
        for thread in threads:
            thread.join()
        assert heard == [Heard.DONE] * (OTHERS * STEPS)
        # The buffers grow by doubling, so that each body may have lain in two of them.
        assert watch.grown() < HELD_MAX + 2 * memory.GROWTH_MAX
    # Once they have gone a long body is welcome again.
    until(lambda: exchange(server, post(" " * BODY, operation="SessionLogin")).status == 400, "a long body is read again")
    server.stop()


def sends_all(bird, request):
    """False if the server cut it off while it sent."""
    try:
        bird.socket.sendall(request)
        return True
    except OSError:
        return False


def still_held(bird):
    """Whether the server waits for the rest of the body; else it has said that it is busy."""
    bird.socket.setblocking(False)
    try:
        answer = bird.socket.recv(1 << 16)
    except BlockingIOError:
        return True
    except OSError:
        return False
    assert answer.startswith(b"HTTP/1.1 503 ") and b"\r\nRetry-After: " in answer, answer[:200]
    return False
