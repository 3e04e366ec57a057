"""The way from Tally to PostgreSQL, on which everything can go wrong that goes wrong on networks."""

import socket
import threading
import time

TOWARDS_DATABASE = "towards the database"
TOWARDS_TALLY = "towards Tally"
BOTH_WAYS = (TOWARDS_DATABASE, TOWARDS_TALLY)

_PIECE = 64 * 1024


class DatabaseLink:
    """Listens on a port of 127.0.0.1 and passes everything on to PostgreSQL's socket, whatever server stands behind it.

    Two threads for each connection. The faults may be called from any thread; they hold until they are taken back.
    """

    def __init__(self, socket_folder):
        self._target = "%s/.s.PGSQL.5432" % socket_folder
        self._state = threading.Condition()
        self._pairs = set()
        self._stalled = ()
        self._delay = 0.0
        self._pieces_max = None
        self._listener = None
        self.port = 0
        self.accept()

    def url(self, database, user="tally"):
        return "postgresql://%s@127.0.0.1:%d/%s" % (user, self.port, database)

    def connections(self):
        with self._state:
            return len(self._pairs)

    def cut(self):
        """Ends all connections at once, on both sides, and what was on its way is lost."""
        with self._state:
            for pair in self._pairs:
                pair.end()
            self._state.notify_all()

    def refuse(self):
        """Nobody gets through any more; those who are through stay."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts; closing alone would not
            listener.close()

    def accept(self):
        """Takes `refuse` back."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen()
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept_all, args=(listener,), daemon=True).start()

    def stall(self, *directions):
        """Bytes are taken and not passed on, of these directions or of both; also on new connections."""
        with self._state:
            self._stalled = directions or BOTH_WAYS

    def flow(self):
        """Takes `stall` back: what was kept goes on its way."""
        with self._state:
            self._stalled = ()
            self._state.notify_all()

    def forget(self):
        """Takes `stall` back for new connections alone: those that were there stay silent for ever, and nobody is told."""
        with self._state:
            for pair in self._pairs:
                pair.forgotten = True
            self._stalled = ()
            self._state.notify_all()

    def lose_new_ones_after(self, pieces):
        """New connections stay silent for ever once so many pieces have gone towards the database; none takes it back."""
        self._pieces_max = pieces

    def slow_down(self, delay):
        """Seconds that each piece needs on its way; 0 takes it back."""
        self._delay = delay

    def close(self):
        self.refuse()
        self.cut()

    def _accept_all(self, listener):
        while True:
            try:
                ours, _ = listener.accept()
            except OSError:
                return
            # PostgreSQL may be frozen, or its queue full: that keeps nobody else waiting.
            threading.Thread(target=self._connect_through, args=(ours,), daemon=True).start()

    def _connect_through(self, ours):
        theirs = socket.socket(socket.AF_UNIX)
        try:
            theirs.connect(self._target)
        except OSError:
            theirs.close()
            return ours.close()
        ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pair = _Pair(ours, theirs, self._pieces_max)
        with self._state:
            self._pairs.add(pair)
        for source, sink, direction in ((ours, theirs, TOWARDS_DATABASE), (theirs, ours, TOWARDS_TALLY)):
            threading.Thread(target=self._pass_on, args=(pair, source, sink, direction), daemon=True).start()

    def _pass_on(self, pair, source, sink, direction):
        try:
            while piece := source.recv(_PIECE):
                if self._delay:
                    time.sleep(self._delay)  # the fault itself
                self._wait_until_it_may_pass(pair, direction)
                sink.sendall(piece)
                if direction is TOWARDS_DATABASE:
                    pair.sent_one()
            self._wait_until_it_may_pass(pair, direction)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            self._end(pair)
        with self._state:
            pair.ways_open -= 1
            if pair.ways_open == 0:
                self._pairs.discard(pair)
                pair.close()

    def _wait_until_it_may_pass(self, pair, direction):
        with self._state:
            self._state.wait_for(lambda: pair.is_ended or not (pair.forgotten or direction in self._stalled))

    def _end(self, pair):
        with self._state:
            pair.end()
            self._state.notify_all()


class _Pair:
    """A connection of Tally's and the one to PostgreSQL that continues it."""

    def __init__(self, ours, theirs, pieces_max):
        self._sockets = (ours, theirs)
        self._pieces_left = pieces_max
        self.ways_open = 2
        self.forgotten = False
        self.is_ended = False

    def sent_one(self):
        if self._pieces_left is not None:
            self._pieces_left -= 1
            self.forgotten = self._pieces_left <= 0

    def end(self):
        self.is_ended = True
        for each in self._sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads; the last to wake closes
            except OSError:
                pass

    def close(self):
        for each in self._sockets:
            each.close()
