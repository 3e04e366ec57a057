"""Every answer of a REST path that `requests` brings is held against the OpenAPI document of the same tree: its status, its
content type and its body. One that is not told there is a failure of the test that asked. fixtures.py switches it on.

That the server serves this document is a test of its own, test_openapi.py.
"""

import functools
import json
import pathlib
import re
import sys
import urllib.parse

import jsonschema
import requests

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "service" / "openapi"))

import compose  # noqa: E402

METHODS = ("get", "put", "post", "delete", "options", "patch", "trace")
# What the HTTP server says by itself, which is told with each operation; paths that are not told have it, too.
BELOW_THE_DOORS = {400, 408, 413, 417, 431, 501, 503}
REFUSALS = {"application/json": "#/components/schemas/FloatingRefusal",
            "application/problem+json": "#/components/schemas/Problem"}


class UndocumentedAnswer(AssertionError):
    """An answer that the document does not tell of."""


class Contract:
    def __init__(self, document):
        self.document = document
        self._templates = [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), path) for path in document["paths"]]

    def check(self, method, target, status, headers, body):
        """Raises UndocumentedAnswer. A `body` of None is one that nobody has read."""
        try:
            self._check(method.lower(), target, status, headers, body)
        except UndocumentedAnswer as failure:
            raise UndocumentedAnswer("%s %s is answered %d, and %s:\n%s" % (
                method, target, status, failure, "(not read)" if body is None else body[:2000])) from None

    def _check(self, method, target, status, headers, body):
        path = self._path_of(target)
        item = self.document["paths"].get(path, {})
        answered_as = "get" if method == "head" and has_head(item) else method
        if answered_as not in item:
            return self._check_refusal(item, status, headers, body)
        responses = item[answered_as]["responses"]
        if str(status) not in responses:
            raise UndocumentedAnswer("no such status is documented")
        at = ["paths", path, answered_as, "responses", str(status)]
        told = responses[str(status)]
        while "$ref" in told:
            at = told["$ref"].removeprefix("#/").split("/")
            told = functools.reduce(lambda part, name: part[name], at, self.document)
        for name in told.get("headers", {}):
            if name not in headers:
                raise UndocumentedAnswer("has no header %s" % name)
        kind = content_type(headers)
        if "content" not in told:
            if kind or body:
                raise UndocumentedAnswer("it should have no body")
            return
        if kind not in told["content"]:
            raise UndocumentedAnswer("the content type %r is not documented" % kind)
        if method != "head" and body is not None:
            self._check_body(pointer([*at, "content", kind, "schema"]), kind, body)

    def _check_refusal(self, item, status, headers, body):
        """The answer to a path, or to a method of a path, that is not documented."""
        expected = 405 if item else 404
        if status != expected and status not in BELOW_THE_DOORS:
            raise UndocumentedAnswer("%s is not documented" % ("the method" if item else "the path"))
        if status == 405:
            methods = {name.upper() for name in METHODS if name in item} | ({"HEAD"} if has_head(item) else set())
            if set(headers.get("Allow", "").split(", ")) != methods:
                raise UndocumentedAnswer("Allow is %r" % headers.get("Allow"))
        kind = content_type(headers)
        if kind not in REFUSALS:
            raise UndocumentedAnswer("a refusal of the content type %r is not documented" % kind)
        if body:
            self._check_body(REFUSALS[kind], kind, body)

    def _check_body(self, schema, kind, body):
        value = self._value(kind, body)
        error = jsonschema.exceptions.best_match(self._validator(schema).iter_errors(value))
        if error is not None:
            raise UndocumentedAnswer("%s: %s" % (error.json_path, error.message))

    @staticmethod
    def _value(kind, body):
        try:
            text = body.decode("utf-8")
            return json.loads(text, object_pairs_hook=members) if kind.endswith("json") else text
        except ValueError as failure:
            raise UndocumentedAnswer("its body is no %s: %s" % (kind, failure)) from None

    @functools.lru_cache(maxsize=None)
    def _validator(self, schema):
        # References are looked up in the schema's own root, so the document stands there besides.
        return jsonschema.Draft202012Validator({**self.document, "$ref": schema})

    @functools.lru_cache(maxsize=None)
    def _path_of(self, target):
        """The documented path that this one is; a slash at its end is nothing. None if it is none of them."""
        path = target if target == "/" else target.removesuffix("/")
        if path in self.document["paths"]:
            return path
        return next((name for pattern, name in self._templates if pattern.fullmatch(path)), None)


def has_head(item):
    """Where GET changes something it is deprecated, and HEAD, which must never do that, is not answered."""
    return "get" in item and not item["get"].get("deprecated", False)


def content_type(headers):
    return headers.get("Content-Type", "").partition(";")[0]


def pointer(names):
    return "#/" + "/".join(urllib.parse.quote(name.replace("~", "~0").replace("/", "~1")) for name in names)


def members(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError("a member is there twice")
    return dict(pairs)


def is_rest(target):
    return not re.search(r"(?i)/storageserverservice\.asmx(/|$)", target)


@functools.lru_cache(maxsize=None)
def contract():
    """Made when the first answer comes: many files of tests ask for none."""
    return Contract(compose.composed("of the tests"))


def watch():
    """From now on, for the whole process."""
    send = requests.Session.send

    def send_and_check(self, request, **more):
        response = send(self, request, **more)
        target = urllib.parse.urlsplit(request.url).path or "/"
        if is_rest(target):
            body = None if more.get("stream") else response.content
            contract().check(request.method, target, response.status_code, response.headers, body)
        return response

    requests.Session.send = send_and_check
