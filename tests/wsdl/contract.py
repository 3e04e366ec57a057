"""Reads wsdl/StorageServerService.wsdl into plain values for the tests beside this file."""

import pathlib
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTRACT = ROOT / "wsdl" / "StorageServerService.wsdl"

SERVICE = "http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/"
GUIDS = "http://microsoft.com/wsdl/types/"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
XSD = "{http://www.w3.org/2001/XMLSchema}"
SOAP11 = "{http://schemas.xmlsoap.org/wsdl/soap/}"
SOAP12 = "{http://schemas.xmlsoap.org/wsdl/soap12/}"


class Contract:
    def __init__(self, path=CONTRACT):
        self.prefixes = {prefix: uri for _, (prefix, uri) in ElementTree.iterparse(path, events=["start-ns"])}
        self.root = ElementTree.parse(path).getroot()
        self.schemas = {schema.get("targetNamespace"): schema for schema in self.root.iter(XSD + "schema")}

    def resolve(self, name):
        """The qualified name in an attribute value, as ElementTree writes the names of tags."""
        prefix, _, local = name.rpartition(":")
        return "{%s}%s" % (self.prefixes[prefix], local)

    def named(self, tag, schema=SERVICE):
        """The global declarations of one kind in a schema, as a list of (name, declaration)."""
        return [(item.get("name"), item) for item in self.schemas[schema].findall(XSD + tag)]

    def members(self, complex_type):
        """(name, qualified type, minOccurs, maxOccurs) of each element of a sequence, in order."""
        sequence = complex_type.find(XSD + "sequence")
        if sequence is None:
            assert len(complex_type) == 0, "a type without a sequence must be empty"
            return []
        assert [child.tag for child in complex_type] == [XSD + "sequence"]
        assert all(child.tag == XSD + "element" for child in sequence)
        return [(element.get("name"), self.resolve(element.get("type")), element.get("minOccurs"),
                 element.get("maxOccurs")) for element in sequence]

    def port_type(self):
        (port_type,) = self.root.findall(WSDL + "portType")
        return port_type

    def operation_names(self):
        return [operation.get("name") for operation in self.port_type().findall(WSDL + "operation")]

    def bindings(self):
        return {binding.get("name"): binding for binding in self.root.findall(WSDL + "binding")}
