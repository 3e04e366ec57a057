"""HTTP below the envelopes, byte by byte: versions, framing, waiting, and the layout of what is answered."""

import gzip
import re

import pytest

from raw_connection import RawConnection, exchange, post
from soap import SERVICE, envelope, response_envelope
from tally_program import SOAP_PATH

HEALTH = envelope("HealthCheck", {})
RUNNING = response_envelope('<HealthCheckResponse xmlns="%s"><result>Running</result></HealthCheckResponse>' % SERVICE)


def get(target, *lines, method="GET", version="1.1"):
    head = ["%s %s HTTP/%s" % (method, target, version), "Host: raw.example", *lines]
    return ("\r\n".join(head) + "\r\n\r\n").encode("latin-1")


# --- The layout of an answer -----------------------------------------------------------------------------------------

def test_an_answers_header_has_these_lines_and_no_others(tally):
    answer = exchange(tally, post(HEALTH, operation="HealthCheck"))
    assert answer.status_line == "HTTP/1.1 200 OK"
    date, *others = answer.lines
    assert re.fullmatch(r"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", date)
    assert others == ["Content-Type: text/xml; charset=utf-8", "Cache-Control: private, max-age=0",
                      "Content-Length: %d" % len(RUNNING)]
    assert answer.body == RUNNING


def test_a_faults_header_has_no_age(tally):
    answer = exchange(tally, post(envelope("CardCreate", {}), operation="CardCreate"))
    assert answer.status_line == "HTTP/1.1 500 Internal Server Error"
    assert answer.lines[1:] == ["Content-Type: text/xml; charset=utf-8", "Cache-Control: private",
                                "Content-Length: %d" % len(answer.body)]


@pytest.mark.parametrize("lines, body, status", [
    (["Content-Type: text/xml", 'SOAPAction: "%sHealthCheck"' % SERVICE], "<broken", 400),
    (["Content-Type: text/plain", 'SOAPAction: "%sHealthCheck"' % SERVICE], HEALTH, 415),
])
def test_a_bare_status_has_no_body_and_no_type(tally, lines, body, status):
    answer = exchange(tally, post(body, *lines))
    assert (answer.status, answer.body) == (status, b"")
    assert answer.lines[1:] == ["Cache-Control: private", "Content-Length: 0"]


def test_an_answer_is_never_compressed(tally):
    answer = exchange(tally, post(HEALTH, "Accept-Encoding: gzip, deflate, br", operation="HealthCheck"))
    assert answer.body == RUNNING
    assert "content-encoding" not in answer.headers


def test_nobody_is_asked_for_credentials(tally):
    for credentials in ([], ["Authorization: NTLM TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAA="],
                        ["Authorization: Negotiate YII="], ["Authorization: Basic ZG9tXGl2YW5vdjpzZWNyZXQ="]):
        answer = exchange(tally, post(HEALTH, *credentials, operation="HealthCheck"))
        assert answer.body == RUNNING
        assert "www-authenticate" not in answer.headers


# --- Versions and framing --------------------------------------------------------------------------------------------

def test_http_1_0_is_answered_with_a_length_and_the_connection_ends(tally):
    with RawConnection(tally) as connection:
        connection.send(post(HEALTH, operation="HealthCheck", version="1.0").replace(b"Host: raw.example\r\n", b""))
        answer = connection.answer()
        assert answer.body == RUNNING
        assert answer.headers["connection"] == "close"
        assert connection.is_ended()


def test_http_1_0_is_kept_where_the_client_asks_for_it(tally):
    with RawConnection(tally) as connection:
        for _ in range(2):
            connection.send(post(HEALTH, "Connection: keep-alive", operation="HealthCheck", version="1.0"))
            answer = connection.answer()
            assert answer.body == RUNNING
            assert answer.headers["connection"] == "keep-alive"


def test_a_chunked_request_with_extensions_and_trailers_is_read(tally):
    body = HEALTH.encode()
    chunked = b"%x;name=\"value\"\r\n%s\r\n%X\r\n%s\r\n0\r\nTrailer: x\r\n\r\n" % (30, body[:30], len(body) - 30, body[30:])
    with RawConnection(tally) as connection:
        for _ in range(2):
            connection.send(post(chunked, "Transfer-Encoding: chunked", operation="HealthCheck"))
            assert connection.answer().body == RUNNING


def test_a_client_that_waits_for_leave_gets_it_before_it_sends(tally):
    whole = post(HEALTH, "Expect: 100-continue", operation="HealthCheck")
    head, _, body = whole.partition(b"\r\n\r\n")
    with RawConnection(tally) as connection:
        connection.send(head + b"\r\n\r\n")
        assert connection.answer(bodiless=True).status_line == "HTTP/1.1 100 Continue"
        connection.send(body)
        assert connection.answer().body == RUNNING


def test_another_expectation_is_417(tally):
    assert exchange(tally, post(HEALTH, "Expect: a-miracle", operation="HealthCheck")).status == 417


def test_a_compressed_body_is_415_and_nothing_is_read_of_it(tally):
    answer = exchange(tally, post(gzip.compress(HEALTH.encode()), "Content-Encoding: gzip", operation="HealthCheck"))
    assert (answer.status, answer.body) == (415, b"")


def test_head_is_answered_like_get_without_the_body(tally):
    for target in (SOAP_PATH, SOAP_PATH + "?WSDL", SOAP_PATH + "?op=HealthCheck"):
        with RawConnection(tally) as connection:
            connection.send(get(target, method="HEAD"))
            head = connection.answer(bodiless=True)
            connection.send(get(target))
            whole = connection.answer()
        assert head.status == 200
        assert head.lines[1:] == whole.lines[1:]
        assert len(whole.body) == int(head.headers["content-length"])


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_other_verbs_are_405_with_the_originals_sentence(tally, method):
    answer = exchange(tally, get(SOAP_PATH, method=method))
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert b"Request format is unrecognized." in answer.body


# --- What names the operation ----------------------------------------------------------------------------------------

def test_two_soap_actions_are_one_with_a_comma(tally):
    answer = exchange(tally, post(HEALTH, 'soapaction: "%sHealthCheck"' % SERVICE, operation="HealthCheck"))
    assert answer.status == 500
    assert b"HTTP Header SOAPAction: %sHealthCheck&quot;,&quot;%sHealthCheck." % (SERVICE.encode(), SERVICE.encode()) \
        in answer.body


def test_an_empty_soap_action_names_no_operation(tally):
    answer = exchange(tally, post(HEALTH, "Content-Type: text/xml", "SOAPAction:"))
    assert b"Server did not recognize the value of HTTP Header SOAPAction: ." in answer.body


def test_a_slash_too_many_in_the_address_does_no_harm(tally):
    for path in ("//StorageServer/StorageServerService.asmx", "/DocsVision//StorageServer//StorageServerService.asmx"):
        assert exchange(tally, post(HEALTH, operation="HealthCheck", path=path)).body == RUNNING


def test_an_absolute_target_is_the_same_address(tally):
    assert exchange(tally, post(HEALTH, operation="HealthCheck", path="http://raw.example" + SOAP_PATH)).body == RUNNING


# --- Below the service's address -------------------------------------------------------------------------------------

@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_operation_below_the_address_is_refused_with_the_originals_page(tally, method):
    answer = exchange(tally, get(SOAP_PATH + "/HealthCheck?x=1", method=method))
    assert answer.status == 500
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert b"Request format is unrecognized for URL unexpectedly ending in '/HealthCheck'." in answer.body


def test_a_form_from_the_machine_itself_hears_that_no_operation_takes_one(tally):
    answer = exchange(tally, post("sessionId=x", "Content-Type: application/x-www-form-urlencoded",
                                  path=SOAP_PATH + "/SessionLogout"))
    assert answer.status == 500
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.body == b"SessionLogout Web Service method name is not valid.\r\n"


def test_a_form_that_was_forwarded_is_not_from_the_machine_itself(tally):
    answer = exchange(tally, post("sessionId=x", "Content-Type: application/x-www-form-urlencoded",
                                  "X-Forwarded-For: 192.0.2.1", path=SOAP_PATH + "/SessionLogout"))
    assert answer.status == 500
    assert b"Request format is unrecognized for URL unexpectedly ending in '/SessionLogout'." in answer.body
