#!/usr/bin/python3
"""Writes the inputs that fuzz_soap begins with: make_soap_seeds.py FOLDER

Each operation in both versions with a value for each member, and the corners of the wire by hand."""

import json
import pathlib
import sys

SERVICE = "http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/"
SOAP11, SOAP12 = "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"
GUID = "da212a06-edcd-461f-8134-c5e39f1559f7"
OPERATIONS = pathlib.Path(__file__).parents[1] / "wsdl" / "operations.json"
VALUES = {"guid": GUID, "int": "5", "unsignedInt": "5", "long": "5", "double": "45000.25", "boolean": "true",
          "base64Binary": "QUJDRA==", "string": "text", "CardTypeInfoType": "CARD_TYPE_XSD", "ReadType": "READ_TREE",
          "ResourceType": "CARD", "RecordStatus": "OBJECT_STATUS_RECORD",
          "SectionRef": "<InstanceID>%s</InstanceID><SectionTypeID>%s</SectionTypeID><ParentID>%s</ParentID>" % ((GUID,) * 3)}
SETTINGS = "&lt;Settings&gt;&lt;Setting Name='ComputerName' Type='string' ReadOnly='0'&gt;PC&lt;/Setting&gt;&lt;/Settings&gt;"


def envelope(operation, inner, version=SOAP11, header=""):
    return ('<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="%s">%s<s:Body><%s xmlns="%s">%s</%s></s:Body></s:Envelope>'
            % (version, header, operation, SERVICE, inner, operation))


def seed(body, content_type="text/xml; charset=utf-8", action="-", codec="utf-8"):
    return ("%s\n%s\n" % (content_type, action)).encode() + body.encode(codec)


def seeds():
    for operation in json.loads(OPERATIONS.read_text()):
        name = operation["name"]
        inner = "".join("<%s>%s</%s>" % (member, VALUES[kind], member) for member, kind in operation["request"])
        yield seed(envelope(name, inner), action='"%s%s"' % (SERVICE, name))
        yield seed(envelope(name, inner, SOAP12), 'application/soap+xml; charset=utf-8; action="%s%s"' % (SERVICE, name))
    login = envelope("SessionLogin", "<baseName/><sessionSettings>%s</sessionSettings>" % SETTINGS)
    for content_type, codec in (("text/xml; charset=utf-16", "utf-16"), ("text/xml; charset=windows-1251", "cp1251"),
                                ("application/soap+xml", "utf-16-le"), ("text/xml", "utf-8-sig")):
        yield seed(login, content_type, codec=codec)
    # What is read without a parser, as PHP and zeep write it.
    for operation, names in (("IncrementFeatureUsage", ("sessionId", "featureId")), ("SessionKeepAlive", ("sessionId",))):
        inner = "".join("<n:%s>%s</n:%s>" % (name, GUID, name) for name in names)
        action = SERVICE + operation
        yield seed("<e:Envelope xmlns:e=\"%s\" xmlns:n=\"%s\"><e:Body><n:%s>%s</n:%s></e:Body></e:Envelope>"
                   % (SOAP11, SERVICE, operation, inner, operation), action=action)
        yield seed("<e:Envelope xmlns:e=\"%s\"><e:Body><n:%s xmlns:n=\"%s\">%s</n:%s></e:Body></e:Envelope>"
                   % (SOAP11, operation, SERVICE, inner, operation), "text/xml", action)
    header = "<s:Header><t:T xmlns:t='urn:t' s:mustUnderstand='1' s:actor='urn:x'>t</t:T></s:Header>"
    yield seed(envelope("SessionKeepAlive", "<sessionId>%s</sessionId>" % GUID, header=header))
    yield seed(envelope("SessionKeepAlive", "<sessionId><![CDATA[%s]]></sessionId><!-- c --><?p i?><sessionId>x</sessionId>" % GUID))
    yield seed(envelope("SessionLoginEx", "<flags>99999999999</flags>"))
    yield seed("<!DOCTYPE a [<!ENTITY b 'c'>]>" + login)
    yield seed("<s:Envelope xmlns:s='urn:x'/>")
    yield seed(login, action="urn:unknown")


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds()):
        (folder / ("seed-%03d" % number)).write_bytes(data)


if __name__ == "__main__":
    main()
