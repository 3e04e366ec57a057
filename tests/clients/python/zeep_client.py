#!/usr/bin/python3
"""Calls the service by zeep, made from ?WSDL. Speaks the protocol of ../driver.py.

Usage: zeep_client.py URL SOAP_VERSION [HTTP_HEADER]
"""

import json
import sys

import requests
import zeep
import zeep.helpers
import zeep.transports

ERROR = "{urn:tally:error}error/{urn:tally:error}"

url, version, *headers = sys.argv[1:]

http = requests.Session()
http.trust_env = False  # proxies and .netrc of the machine that runs the tests are none of ours
http.headers.update(header.split(": ", 1) for header in headers)
client = zeep.Client(url + "?WSDL", transport=zeep.transports.Transport(session=http, operation_timeout=60))
service = client.bind("StorageServerService", {"1.1": "StorageServerServiceSoap", "1.2": "StorageServerServiceSoap12"}[version])
operations = service._binding.all()


def say(**answer):
    print(json.dumps(answer), flush=True)


def named(operation, result):
    """Results by name: zeep gives a single one without it."""
    elements = operations[operation].output.body.type.elements
    if len(elements) == 1:
        result = {elements[0][0]: result}
    return zeep.helpers.serialize_object(result, dict) or {}


say(operations=list(operations))
for line in sys.stdin:
    operation, arguments = json.loads(line)
    try:
        say(result=named(operation, service[operation](**dict(arguments))))
    except zeep.exceptions.Fault as fault:
        say(fault={"code": fault.code, "text": fault.message, "number": fault.detail.findtext(ERROR + "number")})
