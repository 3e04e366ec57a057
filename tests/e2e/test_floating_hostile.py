"""What an attacker sends to the floating server's door: each of it hears an error with the three members, and changes nothing."""

import json
import select

import pytest

from deadline import until
from floating import Floating, refusal_of
from raw_connection import RawConnection, exchange, post

CONSUMPTION = "/api/v4/add_consumption"
MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def nothing_has_changed(tally):
    """The next caller is served, and the sample's license is as it was."""
    yield
    license = Floating(tally).license()
    assert (license["total_consumptions"], license["max_overages"], license["floating_in_use"]) == (0, 0, 0)


def refused(answer):
    """Status and code of a raw answer, which must have the three members."""
    assert answer.headers["content-type"].startswith("application/json")
    body = json.loads(answer.body)
    assert set(body) == {"status", "code", "message"}
    assert body["status"] == answer.status
    return body["status"], body["code"]


def asked(server, body, path=CONSUMPTION, *lines):
    return refused(exchange(server, post(body, "Content-Type: application/json", *lines, path=path)))


# --- What the HTTP server refuses ---------------------------------------------------------------------------------------

def test_a_body_of_10_megabytes_is_413(tally):
    assert asked(tally, "", CONSUMPTION, "Content-Length: %d" % (10 * MEGABYTE)) == (413, "payload_too_large")
    with RawConnection(tally) as connection:
        connection.send(post("", "Transfer-Encoding: chunked", path=CONSUMPTION))
        try:
            for _ in range(10):
                connection.send(b"%x\r\n%s\r\n" % (MEGABYTE, b" " * MEGABYTE))
        except OSError:
            pass  # the server has answered and hung up
        assert refused(connection.answer()) == (413, "payload_too_large")


def test_a_header_without_end_is_431(tally):
    assert asked(tally, "{}", CONSUMPTION, "X-Long: " + "x" * 100_000) == (431, "header_too_large")
    assert asked(tally, "{}", CONSUMPTION + "?" + "x" * 100_000) == (431, "header_too_large")


@pytest.mark.parametrize("begun", [post("", "Content-Length: 1000", path=CONSUMPTION), b"POST %s HTTP/1.1\r\nHost: x\r\nX: " % CONSUMPTION.encode(),
                                   b"POST " + CONSUMPTION.encode()], ids=["body", "header", "request line"])
def test_a_request_that_never_ends_is_408(new_tally, begun):
    server = new_tally("--request-timeout", "1s").start()
    with RawConnection(server) as connection:
        connection.send(begun)
        until(lambda: select.select([connection.socket], [], [], 0.05)[0], "the server answers", pause=0)
        assert refused(connection.answer()) == (408, "request_timeout")


def test_who_claims_to_be_a_stand_by_is_503(tally):
    answer = exchange(tally, post("{}", "Tally-Forwarded: guess", path=CONSUMPTION))
    assert refused(answer) == (503, "busy")
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("lines, status", [
    (("Content-Length: 1, 2",), 400), (("Transfer-Encoding: gzip",), 501), (("Expect: miracles",), 417)])
def test_what_is_no_request_has_the_three_members_too(tally, lines, status):
    assert asked(tally, "", CONSUMPTION, *lines) == (status, "bad_request")


# --- Paths ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("path", [
    "/api/v4/nope", "/api/v4//add_consumption", "/api/v4/add_consumption/x", "/api/v4/./add_consumption", "/api/v4/../v4/add_consumption",
    "/api/v4/ADD_CONSUMPTION", "/api/v4/%61dd_consumption", "/api/v4/add_consumption%00", "/api/v4/add_consumption;x=1",
    "/api/v4/%2e%2e/%2e%2e/etc/passwd", "/api/v4/check_license", "/api/v4/versions", "/api/v4/floatingregister", "/api/v5/auth/login", "/auth/x"])
def test_paths_that_are_not_there_are_not_found(tally, path):
    assert asked(tally, '{"product":"app"}', path) == (404, "not_found")


@pytest.mark.parametrize("path", ["/API/V4/add_consumption", "//api/v4/add_consumption", "/%61pi/v4/add_consumption", "/x/../api/v4/add_consumption"])
def test_other_spellings_of_the_folder_are_nobodys(tally, path):
    assert exchange(tally, post('{"product":"app"}', path=path)).status == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_405(tally, method):
    request = post('{"product":"app"}', path=CONSUMPTION).replace(b"POST", method.encode(), 1)
    answer = exchange(tally, request)
    assert refused(answer) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


# --- Bodies ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("body", [
    b"\xff", b'{"product":"app\0"}', b'{"product":"\xed\xa0\x80"}', b'{"product":"\xc0\x80"}', b'{"product":"app"', b'{"product":"app"}}',
    b"{'product':'app'}", b'{"product":"app",}', b'{"product":"app" /* */}', b"\xef\xbb\xbf" + b'{"product":"app"}',
    '{"product":"app"}'.encode("utf-16"), b"product=app&consumptions=1", b"<product>app</product>", b"\0" * 1000,
    b'{"a":' * 100_000, b"[" * 3_000_000, b'{"a":' * 40 + b"1" + b"}" * 40, b'{"product":"\\ud800"}', b'{"product":"\\u00"}',
    b'{"product":"app","consumptions":NaN}', b'{"product":"app","consumptions":-}', b'{"product":"app","consumptions":01}',
    b'{"product":"app","consumptions":0x10}', b'{"product":"app","consumptions":+1}', b'{"product":"app","consumptions":1e}',
], ids=range(25))
def test_what_is_no_json_is_invalid_json(tally, body):
    assert asked(tally, body) == (400, "invalid_json")


@pytest.mark.parametrize("body", [
    "[]", "null", '"app"', "1", "true", '[{"product":"app"}]', '{"product":{"product":"app"}}', '{"product":true}',
    '{"product":"app","consumptions":1e400}', '{"product":"app","consumptions":-1e400}',
    '{"product":"app","consumptions":%s}' % ("9" * 100_000), '{"product":"app","consumptions":"%s"}' % ("9" * 100_000),
    '{"product":"app","consumptions":9223372036854775807}', '{"product":"app","consumptions":-9223372036854775808}',
    '{"product":"app","consumptions":"9223372036854775808"}', '{"product":"app","consumptions":0.5}',
    '{"product":"app","max_overages":9223372036854775807,"allow_overages":true}', '{"product":"app","max_overages":-1}',
    '{"product":"app","license_id":1e300}', '{"product":"app","license_id":"1001; DROP TABLE"}',
    '{"product":"%s"}' % ("a" * MEGABYTE), '{"product":"app","user":"%s"}' % ("я" * 200), '{"product":"app","user":"a\\u0000"}',
    '{"product":"app","user":"a\\nb"}', '{"product":"app","Consumptions":1,"CONSUMPTIONS":"many"}',
], ids=range(25))
def test_values_that_cannot_be_are_validation_errors(tally, body):
    assert asked(tally, body) == (400, "validation_error")


def test_of_members_that_are_there_twice_the_last_counts(tally):
    client = Floating(tally)
    for body in ('{"product":"nope","product":"app","consumptions":2}', '{"PRODUCT":"nope","Product":"app","consumptions":9,"consumptions":-2}'):
        assert client.post("add_consumption", raw=body.encode()).status_code == 200
    assert refusal_of(client.post("add_consumption", raw=b'{"product":"app","product":"nope"}')) == (400, "unknown_product")


def test_a_hundred_thousand_members_are_read_and_ignored(tally):
    body = '{%s"product":"app","consumptions":0}' % "".join('"member-%d":[],' % number for number in range(100_000))
    assert Floating(tally).post("add_consumption", raw=body.encode()).status_code == 200


def test_names_are_texts_and_nothing_else(tally):
    client = Floating(tally)
    names = ["'; DROP TABLE tally_ledger.events; --", "../../etc/passwd", "<script>alert(1)</script>", "%00", "${jndi:ldap://x}", "😀", "ß", "я" * 128]
    for name in names:
        reply = client.ok("register", product="app", user=name)
        assert reply["floating_in_use"] == 1
        assert client.post("unregister", {"product": "app", "user": name}).text == "user_unregistered"
    message = client.post("add_consumption", {"product": names[2]})
    assert refusal_of(message) == (400, "unknown_product") and message.headers["Content-Type"] == "application/json"


def test_secrets_in_a_query_are_in_no_log(tally):
    client = Floating(tally)
    assert client.get("/api/v4/setKeys", apiKey="KEY-SECRET-1", sharedKey="KEY-SECRET-2").status_code == 200
    refusal_of(client.get("/api/v4/addProduct", product="app", username="u", password="PASS-SECRET"))
    client.http.get(client.url + "/auth", auth=("anna", "PASS-SECRET"))
    until(lambda: all(path in tally.log() for path in ("/api/v4/setKeys", "/api/v4/addProduct", "/auth")), "the requests are in the log")
    assert "SECRET" not in tally.log()
