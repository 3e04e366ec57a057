"""Very many connections driven by one thread: each has one request under way, as Tally's clients do."""

import re
import selectors
import socket
import time

from deadline import PATIENCE

_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)


class Answer:
    """One answer, and on which of the connections it came."""

    def __init__(self, bird, head, body):
        self.bird = bird
        self.status = int(head.split(b" ", 2)[1])
        self.head = head
        self.body = body

    def says(self, text):
        return text.encode() in self.body

    @property
    def is_busy(self):
        """In the form in which a client can act on it."""
        return self.says("error code: ServerBusy") and b"\r\nRetry-After: " in self.head


class _Bird:
    def __init__(self, address, number):
        # One address has too few ports to spare where others test beside us.
        self.socket = socket.create_connection(address, timeout=PATIENCE, source_address=("127.0.0.%d" % (2 + number % 8), 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def take_answer(self):
        """The next whole answer that has arrived; none if there is none."""
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self.received[:end + 2]
        length = int(_LENGTH.search(head)[1])
        if len(self.received) < end + 4 + length:
            return None
        body = self.received[end + 4:end + 4 + length]
        self.received = self.received[end + 4 + length:]
        return Answer(self, head, body)


class Flock:
    def __init__(self, server, count):
        self._selector = selectors.DefaultSelector()
        self.birds = []
        for number in range(count):
            bird = _Bird((server.host, server.port), number)
            self.birds.append(bird)
            self._selector.register(bird.socket, selectors.EVENT_READ, bird)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._selector.close()
        for bird in self.birds:
            bird.socket.close()

    def ask_all(self, request):
        for bird in self.birds:
            bird.socket.sendall(request)

    def answers(self, within=PATIENCE):
        """Yields answers as they come, for as long as the caller wants more; fails when none comes in time."""
        while True:
            ready = self._selector.select(within)
            assert ready, "no answer within %g s" % within
            for key, _ in ready:
                bird = key.data
                received = bird.socket.recv(1 << 16)
                assert received, "the server ended the connection"
                bird.received += received
                answer = bird.take_answer()
                if answer:
                    yield answer

    def one_answer_each(self, within=PATIENCE):
        """All answers to what was asked last."""
        give_up_at = time.monotonic() + within
        found = []
        for answer in self.answers(within):
            found.append(answer)
            if len(found) == len(self.birds):
                return found
            assert time.monotonic() < give_up_at, "%d of %d answers within %g s" % (len(found), len(self.birds), within)
        raise AssertionError("unreachable")
