#!/usr/bin/env python3
"""Logs in, takes a place of a license option, gives it back and logs out.

Usage: storage_server.py [URL of StorageServerService.asmx]

Needs the package `requests` (Debian: python3-requests).
"""

import sys
import xml.etree.ElementTree as ElementTree

import requests

NAMESPACE = "http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/"
URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080/DocsVision/StorageServer/StorageServerService.asmx"
OPTION = "da212a06-edcd-461f-8134-c5e39f1559f7"

SETTINGS = """<Settings>
<Setting Name="ComputerName" Type="string" ReadOnly="0">EXAMPLE-PC</Setting>
<Setting Name="LocaleID" Type="int" ReadOnly="0">1049</Setting>
</Settings>"""

http = requests.Session()


class Refused(Exception):
    """The server's fault, as its text."""


def call(operation, **parameters):
    """Posts one request; returns the root of the reply."""
    envelope = ElementTree.Element("{http://schemas.xmlsoap.org/soap/envelope/}Envelope")
    body = ElementTree.SubElement(envelope, "{http://schemas.xmlsoap.org/soap/envelope/}Body")
    request = ElementTree.SubElement(body, "{%s}%s" % (NAMESPACE, operation))
    for name, value in parameters.items():
        ElementTree.SubElement(request, "{%s}%s" % (NAMESPACE, name)).text = value
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": NAMESPACE + operation}
    response = http.post(URL, data=ElementTree.tostring(envelope, encoding="utf-8"), headers=headers, timeout=30)
    if response.status_code == 500:
        raise Refused(ElementTree.fromstring(response.content).findtext(".//faultstring"))
    response.raise_for_status()
    return ElementTree.fromstring(response.content)


def main():
    login = call("SessionLogin", baseName="", sessionSettings=SETTINGS)
    session_id = login.find(".//{%s}sessionId" % NAMESPACE).text
    print("Log-in: session", session_id)
    try:
        call("IncrementFeatureUsage", sessionId=session_id, featureId=OPTION)
        print("Increment: one place of option", OPTION, "is taken")
        call("DecrementFeatureUsage", sessionId=session_id, featureId=OPTION)
        print("Decrement: it is given back")
    finally:
        call("SessionLogout", sessionId=session_id)
        print("Log-out: the session is closed")


try:
    main()
except Refused as refusal:
    sys.exit("The server refused: %s" % refusal)
except requests.RequestException as failure:
    sys.exit("No proper answer from %s: %s" % (URL, failure))
