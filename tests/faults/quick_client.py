"""A client without ceremony, quick enough to load the server: one kept connection, envelopes as bytes, no XML parser."""

import enum
import http.client
import re
import socket

from soap import SERVICE, envelope
from tally_program import SOAP_PATH

TIMEOUT = 20

_NUMBER = re.compile(rb"<number>(\d+)</number>")
_SESSION = re.compile(rb"<sessionId>([0-9a-f-]{36})</sessionId>")


class Heard(enum.Enum):
    """What a client knows after a request."""

    DONE = 1         # answered: it is durable
    LIMIT = 2        # answered: no place is free
    NOTHING = 3      # busy, or the connection could not even be made: nothing was done and nothing will be
    NO_ANSWER = 4    # the answer is lost or says that nobody knows: it was done, or not


_FAULTS = {b"28674": Heard.LIMIT, b"28679": Heard.NOTHING, b"28684": Heard.NO_ANSWER}


class QuickClient:
    """`address()` gives host and port of the server as they are now; they change when it is restarted."""

    def __init__(self, address):
        self._address = address
        self._connection = None

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def log_in(self):
        """The new session; none when it failed for any reason."""
        heard, body = self._post("SessionLogin", {"baseName": "", "sessionSettings": ""})
        return _SESSION.search(body)[1].decode() if heard is Heard.DONE else None

    def increment(self, session, option, key=None):
        return self._post("IncrementFeatureUsage", {"sessionId": session, "featureId": option}, key)[0]

    def decrement(self, session, option, key=None):
        return self._post("DecrementFeatureUsage", {"sessionId": session, "featureId": option}, key)[0]

    def _connect(self):
        host, port = self._address()
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _post(self, operation, fields, key=None):
        if self._connection is None:
            try:
                self._connection = self._connect()
            except OSError:
                return Heard.NOTHING, b""
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": SERVICE + operation}
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            self._connection.request("POST", SOAP_PATH, envelope(operation, fields).encode(), headers)
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return Heard.NO_ANSWER, b""
        if response.status == 200:
            return Heard.DONE, body
        number = _NUMBER.search(body)
        assert number and number[1] in _FAULTS, "HTTP %d: %r" % (response.status, body[:500])
        return _FAULTS[number[1]], body
