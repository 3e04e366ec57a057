#!/usr/bin/python3
"""Calls the service as the vendor's Python samples do: envelopes as text, posted by `requests`. Speaks the protocol of
../driver.py.

As in those samples SOAPAction is unquoted, the text is indented, and answers are looked up as `.//{namespace}element`.

Usage: requests_client.py URL 1.1 [HTTP_HEADER]
"""

import json
import sys
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

import requests

NAMESPACE = "http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/"

ENVELOPE = """<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
  <soap:Body>
    <%s xmlns="http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/">
%s
    </%s>
  </soap:Body>
</soap:Envelope>"""

url, _, *headers = sys.argv[1:]

session = requests.Session()
session.trust_env = False  # proxies and .netrc of the machine that runs the tests are none of ours
session.headers["Content-Type"] = "text/xml; charset=utf-8"
session.headers.update(header.split(": ", 1) for header in headers)


def say(**answer):
    print(json.dumps(answer), flush=True)


def text_of(value):
    if isinstance(value, dict):
        return "".join("<%s>%s</%s>" % (name, text_of(member), name) for name, member in value.items())
    return escape(("true" if value else "false") if isinstance(value, bool) else str(value))


def value_of(element):
    if len(element):
        return {child.tag.replace("{%s}" % NAMESPACE, ""): value_of(child) for child in element}
    return element.text or ""


def call(operation, arguments):
    session.headers["SOAPAction"] = NAMESPACE + operation
    elements = "\n".join("      <%s>%s</%s>" % (name, text_of(value), name) for name, value in arguments)
    body = ENVELOPE % (operation, elements, operation)
    response = session.post(url, data=body.encode("utf-8"), timeout=60)
    response.raise_for_status()
    parsed = ElementTree.fromstring(response.content)
    return value_of(parsed.find(".//{%s}%sResponse" % (NAMESPACE, operation))) or {}


say(operations=None)
for line in sys.stdin:
    try:
        say(result=call(*json.loads(line)))
    except requests.HTTPError as error:
        fault = ElementTree.fromstring(error.response.content)
        say(fault={"code": fault.findtext(".//faultcode"), "text": fault.findtext(".//faultstring"),
                   "number": fault.findtext(".//{urn:tally:error}number")})
