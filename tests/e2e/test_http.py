"""Addresses, the description, the help page, health, and requests that are refused before any door looks at them."""

import http.client
import json
import socket
import xml.etree.ElementTree as ElementTree

import pytest

from soap import SERVICE, TIMEOUT, envelope
from tally_program import SOAP_PATH

WSDL_ADDRESS = ("{http://schemas.xmlsoap.org/wsdl/soap/}address", "{http://schemas.xmlsoap.org/wsdl/soap12/}address")


def get(client, server, target, method="GET", **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.http.request(method, server.base_url + target, headers=names, timeout=TIMEOUT)


def locations(response):
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    return [element.get("location") for tag in WSDL_ADDRESS for element in root.iter(tag)]


def assert_well(client):
    assert client.call("HealthCheck") == {"result": "Running"}


def talk(server, data, end_of_input=False):
    """All that the server answers to raw bytes until it closes the connection or the answer is complete."""
    with socket.create_connection((server.host, server.port), timeout=TIMEOUT) as connection:
        connection.sendall(data)
        if end_of_input:
            connection.shutdown(socket.SHUT_WR)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, response.read()


# --- Addresses -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("path", [
    SOAP_PATH, "/StorageServer/StorageServerService.asmx", "/DocsVision5/StorageServer/StorageServerService.asmx",
    "/any-folder/storageserver/storageserverservice.asmx", SOAP_PATH.upper(), SOAP_PATH.lower()])
def test_the_service_is_there_under_any_or_no_first_folder_in_any_letter_case(client, tally, path):
    response = client.post(envelope("HealthCheck", {}), SERVICE + "HealthCheck", url=tally.base_url + path)
    assert response.status_code == 200 and "Running" in response.text


@pytest.mark.parametrize("path", ["/nothing", "/StorageServer", "/StorageServer/Other.asmx", "/%00", "/..%2f..%2fetc/passwd"])
def test_other_addresses_are_not_found(client, tally, path):
    assert get(client, tally, path).status_code == 404
    assert client.post(envelope("HealthCheck", {}), SERVICE + "HealthCheck", url=tally.base_url + path).status_code == 404


# --- ?WSDL and the help page -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("query", ["?WSDL", "?wsdl", "?Wsdl"])
def test_the_description_names_the_address_that_was_asked(client, tally, query):
    assert locations(get(client, tally, SOAP_PATH + query)) == [tally.soap_url] * 2


def test_the_description_shows_the_host_of_the_request(client, tally):
    response = get(client, tally, "/StorageServer/StorageServerService.asmx?WSDL", Host="licenses.example.org:8443")
    assert locations(response) == ["http://licenses.example.org:8443/StorageServer/StorageServerService.asmx"] * 2


def test_a_host_with_special_characters_is_escaped_in_the_description(client, tally):
    assert locations(get(client, tally, SOAP_PATH + "?WSDL", Host="a&b'c.example"))[0].startswith("http://a&b'c.example/")


def test_a_forwarded_host_of_somebody_who_is_no_listed_proxy_is_not_shown(client, tally):
    response = get(client, tally, SOAP_PATH + "?WSDL", X_Forwarded_Host="evil.example", X_Forwarded_Proto="https",
                   Forwarded="host=evil.example")
    assert locations(response) == [tally.soap_url] * 2


def test_the_help_page_lists_the_operations_and_points_to_the_description(client, tally):
    response = get(client, tally, SOAP_PATH)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert "IncrementFeatureUsage" in response.text and "CardGetInfo" in response.text
    assert "?wsdl" in response.text.lower()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_verbs_are_405(client, tally, method):
    assert get(client, tally, SOAP_PATH, method).status_code == 405


def test_head_is_answered_like_get_without_the_body(client, tally):
    whole, head = get(client, tally, SOAP_PATH + "?WSDL"), get(client, tally, SOAP_PATH + "?WSDL", "HEAD")
    assert head.status_code == 200 and head.content == b""
    assert head.headers["Content-Length"] == str(len(whole.content))


# --- Health ----------------------------------------------------------------------------------------------------------

def test_live_is_200(client, tally):
    assert get(client, tally, "/health/live").status_code == 200


def test_ready_says_that_this_is_the_writer(client, tally):
    response = get(client, tally, "/health/ready")
    assert response.status_code == 200
    assert json.loads(response.content) == {"status": "ready", "role": "writer"}


# --- Requests that are refused ---------------------------------------------------------------------------------------

def request_head(length, **more):
    lines = {"Host": "x", "Content-Type": "text/xml; charset=utf-8", "SOAPAction": SERVICE + "HealthCheck", **more}
    if length is not None:
        lines["Content-Length"] = length
    return ("POST %s HTTP/1.1\r\n%s\r\n" % (SOAP_PATH, "".join("%s: %s\r\n" % line for line in lines.items()))).encode()


def test_a_body_that_is_announced_too_long_is_413_before_it_is_sent(client, tally):
    assert talk(tally, request_head(1 << 30))[0] == 413
    assert_well(client)


def test_a_chunked_body_that_grows_too_long_is_413(client, tally):
    chunk = b"%x\r\n%s\r\n" % (1 << 20, b" " * (1 << 20))
    with socket.create_connection((tally.host, tally.port), timeout=TIMEOUT) as connection:
        connection.sendall(request_head(None, **{"Transfer-Encoding": "chunked"}))
        try:
            for _ in range(64):
                connection.sendall(chunk)
        except OSError:
            pass  # the server has answered and closed
        response = http.client.HTTPResponse(connection)
        response.begin()
        assert response.status == 413
    assert_well(client)


def test_a_header_that_is_too_long_is_431(client, tally):
    assert talk(tally, request_head(0, **{"X-Long": "x" * 100_000}))[0] == 431
    assert_well(client)


@pytest.mark.parametrize("data, status", [
    (b"no http\r\n\r\n", 400), (b"GET / HTTP/1.1\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    (request_head("1, 2") + b"xx", 400), (request_head("-1"), 400),
    (request_head(None, **{"Transfer-Encoding": "gzip"}), 501),
], ids=["text", "no host", "two hosts", "TLS", "two lengths", "negative length", "unknown coding"])
def test_what_is_no_request_is_refused_and_the_server_stays_well(client, tally, data, status):
    assert talk(tally, data)[0] == status
    assert_well(client)


def test_clients_that_vanish_in_the_middle_of_a_request_do_no_harm(client, tally):
    whole = request_head(len(envelope("HealthCheck", {}))) + envelope("HealthCheck", {}).encode()
    for length in range(0, len(whole), 25):
        with socket.create_connection((tally.host, tally.port), timeout=TIMEOUT) as connection:
            connection.sendall(whole[:length])
    assert_well(client)


def test_requests_sent_ahead_of_their_answers_are_answered_in_order(client, tally):
    body = envelope("HealthCheck", {}).encode()
    wrong = envelope("SessionKeepAlive", {}).encode()
    health = request_head(len(body)) + body
    keep_alive = request_head(len(wrong)).replace(b"HealthCheck", b"SessionKeepAlive") + wrong
    with socket.create_connection((tally.host, tally.port), timeout=TIMEOUT) as connection:
        connection.sendall((health + keep_alive) * 20)
        statuses = []
        reader = connection.makefile("rb")
        for _ in range(40):
            statuses.append(int(reader.readline().split()[1]))
            fields = http.client.parse_headers(reader)
            reader.read(int(fields["Content-Length"]))
    assert statuses == [200, 500] * 20


def test_a_text_with_a_nul_or_broken_utf_8_spoils_no_other_request(client, tally):
    session = client.log_in()
    for bad in (b"\xed\xa0\x80", b"\xc0\x80", b"\xff"):
        body = envelope("SessionLogin", {"baseName": "", "sessionSettings": "MARK"}).encode().replace(b"MARK", bad)
        assert client.post(body, SERVICE + "SessionLogin").status_code in (400, 500)
        client.increment(session)
        client.decrement(session)
