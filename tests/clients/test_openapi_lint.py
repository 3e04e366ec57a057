"""The OpenAPI document is linted by Spectral, without a complaint but for the exceptions that openapi.spectral.yaml lists."""

import json
import os
import pathlib
import subprocess

import pytest

from rest_contract import contract

HERE = pathlib.Path(__file__).resolve().parent
SPECTRAL = pathlib.Path(os.environ.get("TALLY_NODE_MODULES", "")) / ".bin" / "spectral"
TIMEOUT = 300


@pytest.fixture
def linted(tmp_path):
    def lint(document):
        file = tmp_path / "openapi.json"
        file.write_text(json.dumps(document, indent=1), encoding="utf-8")
        return subprocess.run([str(SPECTRAL), "lint", "--ruleset", str(HERE / "openapi.spectral.yaml"), "--fail-severity", "hint",
                               str(file)], capture_output=True, encoding="utf-8", timeout=TIMEOUT)
    return lint


def test_the_linter_has_no_complaint(linted):
    done = linted(contract().document)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("spoil, complaint", [
    (lambda document: document["paths"]["/health/live"]["get"].pop("operationId"), "operation-operationId"),
    (lambda document: document["components"]["schemas"].pop("Problem"), "invalid-ref"),
    (lambda document: document["components"]["schemas"]["Problem"]["properties"]["status"].update(type="integr"), "oas3-schema"),
    (lambda document: document["paths"]["/health/live"]["get"]["responses"]["200"]["content"]["application/json"]["examples"].update(
        live={"value": {"status": "dead"}}), "oas3-valid-media-example"),
])
def test_the_linter_sees_what_it_is_asked_to_see(linted, spoil, complaint):
    document = json.loads(json.dumps(contract().document))
    spoil(document)
    done = linted(document)
    assert done.returncode != 0 and complaint in done.stdout, done.stdout + done.stderr
