"""Many SOAP calls quickly, for what happens around a measurement: logging in, and giving back what is left."""
import re
import socket

from .processes import Failure

NAMESPACE = "http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/"
PATH = "/DocsVision/StorageServer/StorageServerService.asmx"
ENVELOPE = ('<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
            "<soap:Body>{}</soap:Body></soap:Envelope>")


def constant_answer():
    """What Tally answers to IncrementFeatureUsage."""
    return ENVELOPE.format(f'<IncrementFeatureUsageResponse xmlns="{NAMESPACE}" />')


def message(operation, **parameters):
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in parameters.items())
    return operation, ENVELOPE.format(f'<{operation} xmlns="{NAMESPACE}">{inner}</{operation}>')


class Connection:
    def __init__(self, host, port):
        self.host = f"{host}:{port}"
        self.socket = socket.create_connection((host, port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = self.socket.makefile("rb")

    def send(self, operation, body):
        self.socket.sendall((f"POST {PATH} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: text/xml; charset=utf-8\r\n"
                             f'SOAPAction: "{NAMESPACE}{operation}"\r\nContent-Length: {len(body)}\r\n\r\n{body}').encode())

    def receive(self):
        status = self.answers.readline().split(b" ", 2)
        length = None
        while (line := self.answers.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if len(status) < 2 or length is None:
            raise Failure(f"no complete answer from {self.host}")
        return int(status[1]), self.answers.read(length).decode()

    def close(self):
        self.answers.close()
        self.socket.close()


def call_all(port, messages, connections=64):
    """The body of each answer, in order; anything but 200 is a failure."""
    bodies = []
    open_connections = [Connection("127.0.0.1", port) for _ in range(min(connections, max(1, len(messages))))]
    try:
        for start in range(0, len(messages), len(open_connections)):
            round_of_calls = list(zip(open_connections, messages[start:start + len(open_connections)]))
            for connection, call in round_of_calls:
                connection.send(*call)
            for connection, call in round_of_calls:
                status, body = connection.receive()
                if status != 200:
                    raise Failure(f"{call[0]} was answered {status}: {body[:600]}")
                bodies.append(body)
    finally:
        for connection in open_connections:
            connection.close()
    return bodies


def call(port, message):
    """Status and body of one answer, whatever they are."""
    connection = Connection("127.0.0.1", port)
    try:
        connection.send(*message)
        return connection.receive()
    finally:
        connection.close()


def log_in(port, count, database=""):
    """The ids of so many new sessions."""
    answers = call_all(port, [message("SessionLogin", baseName=database, sessionSettings="")] * count)
    return [re.search(r"<sessionId>([0-9a-f-]{36})</sessionId>", answer).group(1) for answer in answers]


def log_out(port, sessions):
    call_all(port, [message("SessionLogout", sessionId=session) for session in sessions])


def give_back(port, holders, connections):
    """One DecrementFeatureUsage for each (session, option)."""
    call_all(port, [message("DecrementFeatureUsage", sessionId=session, featureId=option) for session, option in holders],
             connections)


def use(port, counters, connections):
    """Takes a place of each counter and gives it back."""
    call_all(port, [message("IncrementFeatureUsage", sessionId=id, featureId=id) for id in counters], connections)
    give_back(port, [(id, id) for id in counters], connections)
