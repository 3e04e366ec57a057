"""A bare socket, for what no HTTP library sends and for what libraries hide of an answer."""

import socket

from soap import SERVICE, TIMEOUT
from tally_program import SOAP_PATH


class RawAnswer:
    """An answer as it came: its first line, its header lines in order, its body."""

    def __init__(self, reader, bodiless=False):
        self.status_line = reader.readline().decode("latin-1").rstrip("\r\n")
        self.status = int(self.status_line.split(" ")[1])
        self.lines = []
        while (line := reader.readline()) not in (b"\r\n", b""):
            self.lines.append(line.decode("latin-1").rstrip("\r\n"))
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in self.lines)}
        self.body = b"" if bodiless else reader.read(int(self.headers.get("content-length", 0)))


class RawConnection:
    def __init__(self, server):
        self.socket = socket.create_connection((server.host, server.port), timeout=TIMEOUT)
        self._reader = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._reader.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def answer(self, bodiless=False):
        return RawAnswer(self._reader, bodiless)

    def is_ended(self):
        """Whether the server has ended the connection, with nothing more to read."""
        return self._reader.read(1) == b""


def exchange(server, data, bodiless=False):
    """The answer to one request on a connection of its own."""
    with RawConnection(server) as connection:
        connection.send(data)
        return connection.answer(bodiless)


def post(body, *lines, operation=None, version="1.1", path=SOAP_PATH):
    """A POST with these header lines; with the operation's SOAPAction and the usual content type if one is named."""
    body = body.encode("utf-8") if isinstance(body, str) else body
    head = ["POST %s HTTP/%s" % (path, version), "Host: raw.example"]
    if operation:
        head += ["Content-Type: text/xml; charset=utf-8", 'SOAPAction: "%s%s"' % (SERVICE, operation)]
    head += lines
    if not any(line.lower().startswith(("content-length:", "transfer-encoding:")) for line in lines):
        head.append("Content-Length: %d" % len(body))
    return ("\r\n".join(head) + "\r\n\r\n").encode("latin-1") + body
