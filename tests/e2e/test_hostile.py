"""What an attacker sends: after each of it the server answers the next caller, and has grown no fatter than one bounded request."""

import json
import os
import pathlib
import resource
import select
import socket

import pytest

from deadline import PATIENCE, until
from raw_connection import RawConnection, exchange, post
from soap import OPTION, SERVICE, Fault, StorageServer, envelope
from tally_program import ROOT, SOAP_PATH, Tally

OPERATIONS = json.loads((ROOT / "tests" / "wsdl" / "operations.json").read_text())
HEALTH = envelope("HealthCheck", {})
MEGABYTE = 1 << 20
GROWTH_MAX = 96 * MEGABYTE
"""What a server under a sanitizer may grow by while it is attacked: freed memory is kept for a while there."""
CONNECTION_MAX = 16 * 1024
"""What an idle connection may cost beyond that."""
SHADOW = 5 if os.environ.get("TALLY_SANITIZE") == "thread" else 1
"""How much memory a byte of the program's takes: beside each the thread sanitizer keeps four of its own."""


@pytest.fixture(scope="module")
def tally(module_folder):
    """One server for all attacks, so that what one leaves behind spoils the next. It starts with the usual number of open files."""
    before = os.environ.get("ASAN_OPTIONS")
    os.environ["ASAN_OPTIONS"] = "quarantine_size_mb=8"
    server = Tally(("--data-dir", module_folder + "/data"), log_folder=module_folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard), hard))
    try:
        server.start()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        yield server
    finally:
        os.environ.pop("ASAN_OPTIONS") if before is None else os.environ.update(ASAN_OPTIONS=before)
        server.clean_up()


def memory_of(server, what):
    for line in pathlib.Path("/proc/%d/status" % server.process.pid).read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the process has no memory")


@pytest.fixture(autouse=True)
def the_server_stays_well(tally, request):
    """The promise behind every test here: the next caller is served, and the peak of memory is one bounded request's."""
    pathlib.Path("/proc/%d/clear_refs" % tally.process.pid).write_text("5")  # the peak begins anew
    before = memory_of(tally, "VmRSS")
    yield
    client = StorageServer(tally.soap_url)
    try:
        session = client.log_in()
        client.increment(session)
        client.decrement(session)
        client.log_out(session)
    finally:
        client.close()
    connections = getattr(request.node, "connections", 0)
    grown = memory_of(tally, "VmHWM") - before
    assert grown < SHADOW * (GROWTH_MAX + connections * CONNECTION_MAX), "grew by %d MB" % (grown // MEGABYTE)


def refused(server, body, operation="SessionLogin", content_type="text/xml; charset=utf-8"):
    answer = exchange(server, post(body, "Content-Type: " + content_type, 'SOAPAction: "%s%s"' % (SERVICE, operation)))
    assert answer.status == 400, answer.body
    assert answer.body == b""


# --- Too much --------------------------------------------------------------------------------------------------------

def test_a_body_of_100_megabytes_is_refused_by_its_announcement(tally):
    with RawConnection(tally) as connection:
        connection.send(post("", "Content-Length: %d" % (100 * MEGABYTE), operation="HealthCheck"))
        assert connection.answer().status == 413


def test_a_body_of_100_megabytes_that_is_sent_anyway_is_not_kept(tally):
    with RawConnection(tally) as connection:
        connection.send(post("", "Content-Length: %d" % (100 * MEGABYTE), operation="HealthCheck"))
        answer = send_on(connection, b"x" * MEGABYTE, 100)
        assert answer.status == 413


def test_100_megabytes_in_chunks_are_refused_when_they_are_too_many(tally):
    with RawConnection(tally) as connection:
        connection.send(post("", "Transfer-Encoding: chunked", operation="HealthCheck"))
        answer = send_on(connection, b"%x\r\n%s\r\n" % (MEGABYTE, b" " * MEGABYTE), 100)
        assert answer.status == 413


def send_on(connection, data, times):
    """Sends until all is out or the server has ended the connection; returns its answer."""
    try:
        for _ in range(times):
            connection.send(data)
    except OSError:
        pass  # the server has answered and hung up
    return connection.answer()


def test_a_million_nested_elements_are_no_document(tally):
    refused(tally, "<a>" * 1_000_000)
    refused(tally, HEALTH.replace("<soap:Body>", "<soap:Body>" + "<a>" * 1_000_000))
    depth = 300_000
    refused(tally, envelope("SessionLogin", "<baseName>%s%s</baseName>" % ("<a>" * depth, "</a>" * depth)))


def test_a_million_nested_elements_in_a_text_are_no_settings(tally):
    fault = Fault(StorageServer(tally.soap_url).ask("SessionLogin", {"baseName": "", "sessionSettings": "<Settings>" + "<a>" * 300_000}))
    assert fault.name == "InvalidSettings"


@pytest.mark.parametrize("head", [
    "X-Bomb: %s\r\n" % ("x" * 4 * MEGABYTE), "%s: x\r\n" % ("X" * MEGABYTE), "X: y\r\n" * 100_000,
    "".join("X-%d: y\r\n" % number for number in range(101)),
], ids=["a long value", "a long name", "many lines", "one line too many"])
def test_a_header_bomb_is_431(tally, head):
    with RawConnection(tally) as connection:
        request = ("POST %s HTTP/1.1\r\nHost: x\r\n%s\r\n" % (SOAP_PATH, head)).encode()
        answer = send_on(connection, request, 1)
        assert answer.status == 431
        assert connection.is_ended()


def test_a_target_without_end_is_431(tally):
    with RawConnection(tally) as connection:
        assert send_on(connection, b"GET /" + b"x" * MEGABYTE, 1).status == 431


# --- Entities --------------------------------------------------------------------------------------------------------

LAUGHS = "<!DOCTYPE l [<!ENTITY l0 'ha'>%s]>" % "".join("<!ENTITY l%d '%s'>" % (n, "&l%d;" % (n - 1) * 10) for n in range(1, 10))
EXTERNAL = "<!DOCTYPE l [<!ENTITY l9 SYSTEM 'file:///etc/passwd'>]>"
PARAMETER = "<!DOCTYPE l [<!ENTITY %% p '<!ENTITY l9 \"ha\">'> %%p;]>".replace("%%", "%")
REMOTE = "<!DOCTYPE l SYSTEM 'http://127.0.0.1:1/l.dtd'>"


@pytest.mark.parametrize("doctype", [LAUGHS, EXTERNAL, PARAMETER, REMOTE], ids=["billion laughs", "file", "parameter", "remote"])
def test_a_document_type_is_refused_in_envelopes_and_in_texts(tally, doctype):
    body = envelope("SessionLogin", "<baseName>&l9;</baseName>")
    refused(tally, body.replace("<soap:Envelope", doctype + "<soap:Envelope", 1))
    fault = Fault(StorageServer(tally.soap_url).ask("SessionLogin", {"sessionSettings": doctype + "<Settings>&l9;</Settings>"}))
    assert fault.name == "InvalidSettings"


# --- Texts and numbers -----------------------------------------------------------------------------------------------

def members(kinds):
    return [(operation["name"], name, kind) for operation in OPERATIONS for name, kind in operation["request"] if kind in kinds]


@pytest.mark.parametrize("bad", [b"\0", b"&#0;", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xd0", b"&#xD800;",
                                 b"&#xFFFF;", b"\x01", b"&#27;"],
                         ids=["NUL", "NUL by reference", "no UTF-8", "overlong NUL", "surrogate", "beyond Unicode", "cut letter",
                              "surrogate by reference", "noncharacter by reference", "control character", "escape by reference"])
def test_no_string_of_any_operation_takes_what_is_no_text(tally, bad):
    cases = members({"string"})
    assert len(cases) > 50
    with RawConnection(tally) as connection:
        for operation, name, _ in cases:
            body = envelope(operation, "<%s>aBADb</%s>" % (name, name)).encode().replace(b"BAD", bad)
            connection.send(post(body, operation=operation))
            answer = connection.answer()
            assert (answer.status, answer.body) == (400, b""), (operation, name)


OUT_OF_RANGE = {
    "int": ["2147483648", "-2147483649", "9" * 100_000], "unsignedInt": ["4294967296", "-1"],
    "long": ["9223372036854775808", "-9223372036854775809"], "double": ["1e999", "-1e999"], "boolean": ["2", "-0"],
    "guid": ["g" * 32, "0" * 33, "-" * 36],
}


@pytest.mark.parametrize("kind", sorted(OUT_OF_RANGE))
def test_no_member_of_any_operation_takes_a_value_out_of_its_range(tally, kind):
    with RawConnection(tally) as connection:
        for operation, name, _ in members({kind}):
            for value in OUT_OF_RANGE[kind]:
                connection.send(post(envelope(operation, {name: value}), operation=operation))
                answer = connection.answer()
                assert answer.status == 500, (operation, name)
                assert b"<faultcode>soap:Client</faultcode>" in answer.body
                assert b"There is an error in XML document (1, " in answer.body


def test_texts_of_a_megabyte_reach_their_operation(tally):
    long_text = "я" * (MEGABYTE // 2)
    client = StorageServer(tally.soap_url)
    assert Fault(client.ask("SessionLogin", {"baseName": "", "sessionSettings": long_text})).name == "InvalidSettings"
    assert Fault(client.ask("SearchCards", {"filter": long_text})).name == "NotImplemented"
    client.close()


# --- Requests that two readers could understand differently ------------------------------------------------------------

SMUGGLED = post(envelope("SessionLogin", {}), operation="SessionLogin")
HEAD = ("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nSOAPAction: %sHealthCheck\r\n" % (SOAP_PATH, SERVICE)).encode()


@pytest.mark.parametrize("request_bytes", [
    HEAD + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(SMUGGLED)) + SMUGGLED,
    HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED,
    HEAD + b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED,
    HEAD + b"Content-Length: 0, %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED,
    HEAD + b"Content-Length: +0\r\n\r\n" + SMUGGLED,
    HEAD + b"Content-Length : 0\r\n\r\n" + SMUGGLED,
    HEAD + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    HEAD + b"X: y\r\n Content-Length: 0\r\n\r\n" + SMUGGLED,
    HEAD + b"X: y\nContent-Length: 0\n\n" + SMUGGLED,
    HEAD + b"Content-Length: 0\r\n\r" + SMUGGLED,
    HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    HEAD.replace(b"1.1", b"1.0", 1) + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + SMUGGLED,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n" + SMUGGLED,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\nX: y\r\n\r\n" + SMUGGLED,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED,
    HEAD + b"Host: y\r\nContent-Length: 0\r\n\r\n" + SMUGGLED,
], ids=["CL.TE", "TE.CL", "CL.CL", "CL list", "signed CL", "blank before the colon", "folded TE", "folded line", "bare line feed",
        "bare carriage return", "unknown TE", "TE after chunked", "two TEs", "TE in 1.0", "negative chunk", "endless chunk",
        "bare line feed in a chunk", "CL in a trailer", "two hosts"])
def test_no_second_request_hides_in_one(tally, request_bytes):
    with RawConnection(tally) as connection:
        connection.send(request_bytes)
        assert connection.answer().status in (400, 501)
        assert connection.is_ended()


# --- Too slow, too early, too many -----------------------------------------------------------------------------------

def test_requests_that_break_off_anywhere_are_forgotten(tally):
    whole = post(envelope("SessionKeepAlive", {"sessionId": OPTION}), operation="SessionKeepAlive")
    for length in list(range(0, len(whole), 37)) + [len(whole) - 1]:
        with RawConnection(tally) as connection:
            connection.send(whole[:length])
            connection.socket.shutdown(socket.SHUT_WR)
            assert connection.is_ended()


@pytest.fixture
def impatient(new_tally):
    return new_tally("--request-timeout", "1s").start()


@pytest.mark.parametrize("endless", [
    b"POST " + SOAP_PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    post("", "Content-Length: 100000", operation="HealthCheck"),
    post("", "Transfer-Encoding: chunked", operation="HealthCheck") + b"10000\r\n",
], ids=["header", "body", "chunk"])
def test_a_request_that_never_ends_is_408(impatient, endless, new_client):
    with RawConnection(impatient) as connection:
        connection.send(endless)
        # A byte now and then, as those send who want to keep a connection.
        until(lambda: trickle(connection), "the server answers", pause=0)
        assert connection.answer().status == 408
        assert connection.is_ended()
    assert new_client(impatient).call("HealthCheck") == {"result": "Running"}


def trickle(connection):
    """Whether there is something to read; sends a byte else."""
    if select.select([connection.socket], [], [], 0.05)[0]:
        return True
    try:
        connection.send(b"x")
    except OSError:
        return True
    return False


def test_ten_thousand_idle_connections_keep_nobody_out(tally, request):
    count = request.node.connections = 10_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count + 1000:
        pytest.skip("the system allows %d open files" % hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + 1000), hard))
    idle = []
    try:
        for number in range(count):
            # One address has too few ports to spare where others test beside us.
            idle.append(socket.create_connection((tally.host, tally.port), timeout=PATIENCE,
                                                 source_address=("127.0.0.%d" % (2 + number % 8), 0)))
        descriptors = pathlib.Path("/proc/%d/fd" % tally.process.pid)
        until(lambda: len(os.listdir(descriptors)) >= count, "the server holds them all", pause=0.2)
        client = StorageServer(tally.soap_url)
        for _ in range(20):
            client.call("HealthCheck")
        session = client.log_in()
        client.increment(session)
        client.close()
        # They are connections, not corpses: the last and the first are served.
        for one in (idle[0], idle[-1]):
            one.sendall(post(HEALTH, operation="HealthCheck"))
            assert one.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
    finally:
        for one in idle:
            one.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    until(lambda: len(os.listdir(descriptors)) < 1000, "the server has let them go", pause=0.2)
