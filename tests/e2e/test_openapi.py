"""The OpenAPI document: that it is served, that it tells of every path, and that the tests do hold answers against it."""

import collections
import copy
import http.server
import json
import threading

import pytest
import requests

import rest_contract
from floating import Floating
from rest_contract import METHODS, UndocumentedAnswer, contract
from tally_program import ROOT, run
from test_examples import FLOATING_EXAMPLE, run_example

TIMEOUT = 60


@pytest.fixture(scope="module")
def document():
    return contract().document


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def test_it_is_served_as_the_version_that_serves_it(tally, document):
    response = requests.get(tally.base_url + "/openapi.json", timeout=TIMEOUT)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    expected = copy.deepcopy(document)
    expected["info"]["version"] = run("version").stdout.split()[-1]
    assert response.json() == expected
    assert list(response.json()["paths"]) == list(document["paths"]), "in the order of the files"


def test_every_documented_operation_is_there_and_no_other_method_of_its_path(tally, document):
    """The answer to another method must tell just the documented ones; the watch over answers sees to that."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method == "trace":
                continue
            response = requests.request(method, tally.base_url + path, timeout=TIMEOUT)
            is_there = response.status_code not in (404, 405) or any(code in response.text for code in NAMED_IN_THE_PATH)
            assert is_there == (method in item), (method, path, response.text)
        if "get" in item:
            assert requests.head(tally.base_url + path, timeout=TIMEOUT).content == b""


def test_the_examples_are_a_conversation_with_a_new_server(new_tally, document):
    server = new_tally().start()
    compared = 0
    for path, method, operation in operations(document):
        requested = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("examples", {})
        for name, example in requested.items():
            response = requests.request(method, server.base_url + path, json=example["value"], timeout=TIMEOUT)
            for status, kind, answer in answers_named(operation, name):
                said = response.json() if kind == "application/json" else response.text
                assert (response.status_code, without_text_of_json(said)) == (status, without_text_of_json(answer)), (path, name)
                compared += 1
    assert compared > 15


def answers_named(operation, name):
    for status, response in operation["responses"].items():
        for kind, content in response.get("content", {}).items():
            if name in content.get("examples", {}):
                yield int(status), kind, content["examples"][name]["value"]


def without_text_of_json(answer):
    """Examples have it shortened."""
    return {**answer, "license_json": ""} if "license_json" in answer else answer


def test_every_refusal_has_a_code_of_the_error_table_with_its_status(document):
    told = set()
    for path, method, operation in operations(document):
        for status, response in operation["responses"].items():
            if "$ref" in response:
                response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
            told |= {(code, int(status)) for content in response.get("content", {}).values() for code in codes_of(content["schema"])}
    page = {(word, status) for word, status, _ in rows_of_errors_page()}
    assert told <= page
    words = {word for word, _ in told} | OF_NO_PATH
    assert words == {word for schema in CODES for word in document["components"]["schemas"][schema]["enum"]}
    assert {word for word, _ in page} - words == OF_OTHER_DOORS


NAMED_IN_THE_PATH = ('"code":"invalid_session"', '"code":"no_account_license"')
"""What is said where a path's name in braces stands for a session or an account."""
CODES = ("FloatingCode", "ProblemCode")
OF_NO_PATH = {"not_found", "method_not_allowed"}
"""What is said of paths, and of methods, that the document does not have."""
OF_OTHER_DOORS = {
    # SOAP
    "number_taken", "number_out_of_bounds", "no_free_number", "invalid_number", "bounds_in_use", "locked",
    "invalid_cursor", "unknown_user", "invalid_parameter", "invalid_bounds", "internal_failure",
    # the command line
    "catalog_conflict",
}
"""Words of the error table that no REST path has."""


def codes_of(schema):
    """What a schema of refusals allows as `code`."""
    codes = set()
    for part in schema.get("allOf", []):
        code = part.get("properties", {}).get("code", {})
        codes |= set(code.get("enum", [])) | ({code["const"]} if "const" in code else set())
    return codes


def rows_of_errors_page():
    """(word, status, cause) of the tables of docs/errors.md, which is held against the program by a test of its own."""
    for line in (ROOT / "docs" / "errors.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 8 and cells[0].isdigit():
            yield cells[2].strip("`"), int(cells[3]), cells[6]
        elif len(cells) == 3 and cells[0].startswith("`") and cells[1][:1].isdigit():
            words, statuses = cells[0].replace("`", "").split(", "), [int(status) for status in cells[1].split(", ")]
            words = words * len(statuses) if len(words) == 1 else words
            yield from ((word, status, cells[2]) for word, status in zip(words, statuses))


@pytest.mark.parametrize("name", CODES)
def test_every_code_is_explained_in_words_of_the_error_page(document, name):
    schema = document["components"]["schemas"][name]
    explained = dict(line.removeprefix("- `").split("`: ", 1) for line in joined_lines(schema["description"]))
    assert list(explained) == schema["enum"]
    causes = collections.defaultdict(set)
    for word, _, cause in rows_of_errors_page():
        causes[word].add(cause)
    strangers = {word for word, text in explained.items() if text not in causes[word]}
    of_rows_about_several = {"request_timeout", "payload_too_large", "header_too_large", "internal_error"}
    assert strangers <= of_rows_about_several


def joined_lines(text):
    return text.strip().replace("\n  ", " ").split("\n")


# --- That the watch over answers sees ----------------------------------------------------------------------------------

GOOD = {"id": 1001, "max_consumptions": 100, "total_consumptions": 2, "allow_overages": False, "max_overages": 0,
        "reset_consumption": True, "consumption_period": "daily", "allow_unlimited_consumptions": False,
        "allow_negative_consumptions": True}
CONSUME = "/api/v4/add_consumption"
JSON = {"Content-Type": "application/json"}
PROBLEM = {"Content-Type": "application/problem+json"}


def refusal(status, code):
    return {"status": status, "code": code, "message": "no"}


def body_of(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@pytest.mark.parametrize("method, target, status, headers, body", [
    ("POST", CONSUME, 200, JSON, GOOD),
    ("POST", CONSUME + "/", 200, JSON, GOOD),
    ("POST", CONSUME, 400, JSON, refusal(400, "unknown_product")),
    ("POST", CONSUME, 503, {**JSON, "Retry-After": "1"}, refusal(503, "busy")),
    ("GET", CONSUME, 405, {**JSON, "Allow": "POST"}, refusal(405, "method_not_allowed")),
    ("GET", "/api/v5/ping", 404, JSON, refusal(404, "not_found")),
    ("POST", "/api/v4/unregister", 200, {"Content-Type": "text/plain; charset=utf-8"}, b"user_unregistered"),
    ("HEAD", "/health/live", 200, JSON, b""),
    ("GET", "/nothing", 404, PROBLEM, {"type": "about:blank", "title": "nothing is here", "status": 404, "code": "not_found"}),
])
def test_a_documented_answer_passes(method, target, status, headers, body):
    contract().check(method, target, status, headers, body_of(body))


@pytest.mark.parametrize("method, target, status, headers, body, complaint", [
    ("POST", CONSUME, 201, JSON, GOOD, "no such status"),
    ("POST", CONSUME, 200, {"Content-Type": "text/html"}, GOOD, "content type"),
    ("POST", CONSUME, 200, {}, GOOD, "content type"),
    ("POST", CONSUME, 200, JSON, b"{", "no application/json"),
    ("POST", CONSUME, 200, JSON, body_of(GOOD)[:-1] + b', "id": 1001}', "twice"),
    ("POST", CONSUME, 200, JSON, {**GOOD, "more": 1}, "'more' was unexpected"),
    ("POST", CONSUME, 200, JSON, {name: value for name, value in GOOD.items() if name != "id"}, "'id' is a required"),
    ("POST", CONSUME, 200, JSON, {**GOOD, "id": "1001"}, r"\$\.id: '1001' is not of type"),
    ("POST", CONSUME, 200, JSON, {**GOOD, "consumption_period": "hourly"}, "'hourly' is not one of"),
    ("POST", CONSUME, 400, JSON, refusal(400, "license_not_registered"), "'license_not_registered' is not one of"),
    ("POST", CONSUME, 400, JSON, refusal(401, "unknown_product"), "400 was expected"),
    ("POST", CONSUME, 503, JSON, refusal(503, "busy"), "no header Retry-After"),
    ("GET", CONSUME, 200, JSON, GOOD, "the method is not documented"),
    ("GET", CONSUME, 405, {**JSON, "Allow": "GET, POST"}, refusal(405, "method_not_allowed"), "Allow"),
    ("GET", CONSUME, 405, {**JSON, "Allow": "POST"}, {"status": 405}, "required"),
    ("GET", "/api/v4/nothing", 200, JSON, {}, "the path is not documented"),
    ("GET", "/api/v4/nothing", 404, {"Content-Type": "text/html"}, b"no", "content type"),
    ("POST", "/api/v4/unregister", 200, {"Content-Type": "text/plain"}, b"gone", "'user_unregistered' was expected"),
])
def test_an_answer_that_is_not_documented_is_told_of(method, target, status, headers, body, complaint):
    with pytest.raises(UndocumentedAnswer, match=complaint):
        contract().check(method, target, status, headers, body_of(body))


@pytest.fixture
def impostor():
    """A server that answers every request with an object of its own."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "19")
            self.end_headers()
            self.wfile.write(b'{"mine": "and only"')

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield "http://127.0.0.1:%d" % server.server_port
        server.shutdown()
        thread.join()


def test_whatever_a_test_asks_by_requests_is_held_against_the_document(impostor):
    with pytest.raises(UndocumentedAnswer, match="POST /api/v4/add_consumption is answered 200"):
        requests.post(impostor + CONSUME, json={}, timeout=TIMEOUT)
    client = Floating(type("Server", (), {"base_url": impostor}))
    with pytest.raises(UndocumentedAnswer):
        client.post("add_consumption", {})
    client.http.close()
    assert requests.post(impostor + "/StorageServerService.asmx", data=b"", timeout=TIMEOUT).status_code == 200


def test_what_an_example_asks_is_held_against_it_too(impostor):
    assert "UndocumentedAnswer" in run_example(FLOATING_EXAMPLE, impostor).stderr
