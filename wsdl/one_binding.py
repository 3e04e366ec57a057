#!/usr/bin/python3
"""Writes a copy of a WSDL that keeps the SOAP 1.1 binding alone.

wsdl2h generates every operation once for each binding, while the run time answers both SOAP versions from one set of
stubs. The contract therefore has two bindings and the generator sees one.

usage: one_binding.py CONTRACT.wsdl OUTPUT.wsdl
"""

import sys
import xml.etree.ElementTree as ElementTree

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP12 = "{http://schemas.xmlsoap.org/wsdl/soap12/}"


def keep_prefixes(path):
    """Prefixes also stand in attribute values (type="tns:..."), which ElementTree does not rewrite."""
    for _, (prefix, uri) in ElementTree.iterparse(path, events=["start-ns"]):
        # Registering a second prefix for a namespace drops the first, so a contract must not declare two.
        ElementTree.register_namespace(prefix, uri)


def remove_soap12(definitions):
    names = {binding.get("name") for binding in definitions.iter(WSDL + "binding")
             if binding.find(SOAP12 + "binding") is not None}
    for binding in definitions.findall(WSDL + "binding"):
        if binding.get("name") in names:
            definitions.remove(binding)
    for service in definitions.findall(WSDL + "service"):
        for port in service.findall(WSDL + "port"):
            if port.get("binding").partition(":")[2] in names:
                service.remove(port)


def declare_prefixes_of_values(definitions, path):
    """ElementTree declares only the prefixes that tags use; those used in values alone are added back."""
    used = {element.tag[1:].partition("}")[0] for element in definitions.iter()}
    for _, (prefix, uri) in ElementTree.iterparse(path, events=["start-ns"]):
        if uri not in used:
            definitions.set("xmlns:" + prefix, uri)


def main(contract, output):
    keep_prefixes(contract)
    tree = ElementTree.parse(contract)
    remove_soap12(tree.getroot())
    declare_prefixes_of_values(tree.getroot(), contract)
    tree.write(output, encoding="utf-8", xml_declaration=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
