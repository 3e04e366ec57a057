#!/usr/bin/python3
"""Holds the served contract against operations.json, the documented operations as data."""

import json
import pathlib
import unittest

from contract import GUIDS, SERVICE, SOAP11, SOAP12, WSDL, XSD, Contract

OPERATIONS = json.loads((pathlib.Path(__file__).parent / "operations.json").read_text())
XSD_TYPES = ["string", "int", "unsignedInt", "long", "double", "boolean", "base64Binary"]
MAY_BE_NULL = ["string", "base64Binary", "CursorInfo", "SectionRef"]

# Structures as (name, type) pairs; a member written with a question mark is one that only newer servers send.
STRUCTURES = {
    "CursorInfo": [["ID", "guid"], ["PageCount", "unsignedInt"], ["RowCount", "unsignedInt"], ["FirstPage", "string"],
                   ["UsingCompression", "boolean"], ["PageSize?", "unsignedInt"], ["CurrentPage?", "unsignedInt"],
                   ["CursorType?", "CursorType"]],
    "SectionRef": [["InstanceID", "guid"], ["SectionTypeID", "guid"], ["ParentID", "guid"]],
}
ENUMERATIONS = {
    "CursorType": ["CURSOR_TYPE_DEFAULT", "CURSOR_TYPE_STANDARD", "CURSOR_TYPE_KEYSET", "CURSOR_TYPE_ICON"],
    "CardTypeInfoType": ["CARD_TYPE_SCHEMA", "CARD_TYPE_ICON", "CARD_TYPE_XSD"],
    "ReadType": ["READ_SECTION", "READ_SUBSECTION", "READ_TREE", "READ_TREE_LEVEL", "READ_FIRST_TREE_LEVEL",
                 "READ_SEARCH_RESULTS"],
    "ResourceType": ["CUSTOM", "CARD", "FILE", "ROW"],
    "CardState": ["CARD_STATE_NOT_EXISTING", "CARD_STATE_EXISTING", "CARD_STATE_DELETED"],
    "RecordStatus": ["OBJECT_STATUS_OPERATIVE", "OBJECT_STATUS_RECORD", "OBJECT_STATUS_WITHDRAWN"],
    "LockStatus": ["STATUS_FREE", "STATUS_LOCKED", "STATUS_CHECKED_OUT", "STATUS_OWNER_LOCKED",
                   "STATUS_OWNER_CHECKED_OUT"],
    "NumberStatus": ["NUMBER_STATUS_FREE", "NUMBER_STATUS_IN_USE", "NUMBER_STATUS_RESERVED",
                     "NUMBER_STATUS_NOT_EXISTS"],
}
# The pages tell type names for none of these, so the place of use is what ties a name to its values.
ENUMERATION_OF_ELEMENT = {
    "infoType": "CardTypeInfoType", "readType": "ReadType", "resType": "ResourceType", "state": "CardState",
    "recordStatus": "RecordStatus", "lockStatus": "LockStatus", "numberStatus": "NumberStatus",
}


def qualified(type_name):
    if type_name in XSD_TYPES:
        return XSD + type_name
    return "{%s}%s" % (GUIDS if type_name == "guid" else SERVICE, type_name)


def expected_members(pairs):
    """What the contract must say: every element at most once, and only what can be null may be left out."""
    members = []
    for name, type_name in pairs:
        optional = name.endswith("?") or type_name in MAY_BE_NULL
        members.append((name.rstrip("?"), qualified(type_name), "0" if optional else "1", "1"))
    return members


class TheDocumentedOperations(unittest.TestCase):
    def test_are_139_with_unique_names(self):
        names = [operation["name"] for operation in OPERATIONS]
        self.assertEqual(139, len(names))
        self.assertEqual(139, len(set(names)))

    def test_use_enumerations_where_the_element_calls_for_them(self):
        for operation in OPERATIONS:
            for name, type_name in operation["request"] + operation["response"]:
                with self.subTest(operation["name"], element=name):
                    if name in ENUMERATION_OF_ELEMENT:
                        self.assertEqual(ENUMERATION_OF_ELEMENT[name], type_name)
                    else:
                        self.assertNotIn(type_name, ENUMERATIONS)


class TheContract(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.contract = Contract()
        cls.names = [operation["name"] for operation in OPERATIONS]

    def test_stands_in_the_service_namespace_with_its_trailing_slash(self):
        self.assertEqual(SERVICE, self.contract.root.get("targetNamespace"))
        self.assertEqual({SERVICE, GUIDS}, set(self.contract.schemas))

    def test_qualifies_local_elements(self):
        for schema in self.contract.schemas.values():
            self.assertEqual("qualified", schema.get("elementFormDefault"))
        imported = [item.get("namespace") for item in self.contract.schemas[SERVICE].findall(XSD + "import")]
        self.assertEqual([GUIDS], imported)

    def test_has_imported_schemas_before_those_that_import_them(self):
        """Some generators read in one go, and fetch from the network what an import names and they have not met."""
        met = set()
        for schema in self.contract.root.iter(XSD + "schema"):
            self.assertLessEqual({each.get("namespace") for each in schema.findall(XSD + "import")}, met)
            met.add(schema.get("targetNamespace"))

    def test_declares_each_namespace_under_one_prefix_only(self):
        uris = list(self.contract.prefixes.values())
        self.assertEqual(len(uris), len(set(uris)))

    def test_has_every_operation_once_and_no_other(self):
        self.assertEqual(self.names, self.contract.operation_names())
        for binding in self.contract.bindings().values():
            in_binding = [operation.get("name") for operation in binding.findall(WSDL + "operation")]
            self.assertEqual(self.names, in_binding)

    def test_has_a_request_and_a_response_wrapper_for_every_operation_and_no_other_element(self):
        wrappers = [wrapper for name in self.names for wrapper in (name, name + "Response")]
        self.assertEqual(wrappers, [name for name, _ in self.contract.named("element")])

    def test_gives_elements_the_documented_names_types_and_order(self):
        declared = dict(self.contract.named("element"))
        for operation in OPERATIONS:
            for wrapper, key in ((operation["name"], "request"), (operation["name"] + "Response", "response")):
                with self.subTest(wrapper):
                    (complex_type,) = declared[wrapper]
                    self.assertEqual(XSD + "complexType", complex_type.tag)
                    self.assertEqual(expected_members(operation[key]), self.contract.members(complex_type))

    def test_gives_structures_the_documented_members_in_order(self):
        structures = {name: self.contract.members(item) for name, item in self.contract.named("complexType")}
        self.assertEqual({name: expected_members(pairs) for name, pairs in STRUCTURES.items()}, structures)

    def test_gives_enumerations_the_documented_values_in_order(self):
        enumerations = {}
        for name, simple_type in self.contract.named("simpleType"):
            (restriction,) = simple_type
            self.assertEqual(XSD + "string", self.contract.resolve(restriction.get("base")))
            self.assertTrue(all(value.tag == XSD + "enumeration" for value in restriction))
            enumerations[name] = [value.get("value") for value in restriction]
        self.assertEqual(ENUMERATIONS, enumerations)

    def test_describes_a_guid_by_its_pattern(self):
        ((name, simple_type),) = self.contract.named("simpleType", GUIDS)
        self.assertEqual("guid", name)
        (restriction,) = simple_type
        self.assertEqual(XSD + "string", self.contract.resolve(restriction.get("base")))
        (pattern,) = restriction
        self.assertEqual(XSD + "pattern", pattern.tag)
        self.assertEqual("-".join("[0-9a-fA-F]{%d}" % digits for digits in (8, 4, 4, 4, 12)), pattern.get("value"))

    def test_has_an_in_and_an_out_message_with_one_part_for_every_operation(self):
        expected = []
        for name in self.names:
            expected.append((name + "SoapIn", [("parameters", qualified(name))]))
            expected.append((name + "SoapOut", [("parameters", qualified(name + "Response"))]))
        messages = []
        for message in self.contract.root.findall(WSDL + "message"):
            parts = [(part.get("name"), self.contract.resolve(part.get("element"))) for part in message]
            messages.append((message.get("name"), parts))
        self.assertEqual(expected, messages)

    def test_joins_operations_and_messages_in_one_port_type(self):
        self.assertEqual("StorageServerServiceSoap", self.contract.port_type().get("name"))
        for operation in self.contract.port_type():
            with self.subTest(operation.get("name")):
                directions = [(child.tag, self.contract.resolve(child.get("message"))) for child in operation]
                self.assertEqual([(WSDL + "input", qualified(operation.get("name") + "SoapIn")),
                                  (WSDL + "output", qualified(operation.get("name") + "SoapOut"))], directions)

    def test_binds_the_port_type_to_both_soap_versions(self):
        bindings = self.contract.bindings()
        self.assertEqual(["StorageServerServiceSoap", "StorageServerServiceSoap12"], list(bindings))
        for name, soap in (("StorageServerServiceSoap", SOAP11), ("StorageServerServiceSoap12", SOAP12)):
            with self.subTest(name):
                port_type = self.contract.resolve(bindings[name].get("type"))
                self.assertEqual(qualified("StorageServerServiceSoap"), port_type)
                (binding,) = bindings[name].findall(soap + "binding")
                self.assertEqual({"transport": "http://schemas.xmlsoap.org/soap/http"}, binding.attrib)

    def test_gives_every_operation_its_action_and_literal_document_bodies_in_both_bindings(self):
        for binding, soap in zip(self.contract.bindings().values(), (SOAP11, SOAP12)):
            for operation in binding.findall(WSDL + "operation"):
                with self.subTest(operation.get("name"), binding=binding.get("name")):
                    action, request, response = operation
                    self.assertEqual(soap + "operation", action.tag)
                    self.assertEqual({"soapAction": SERVICE + operation.get("name"), "style": "document"},
                                     action.attrib)
                    self.assertEqual([WSDL + "input", WSDL + "output"], [request.tag, response.tag])
                    for (body,) in (request, response):
                        self.assertEqual((soap + "body", {"use": "literal"}), (body.tag, body.attrib))

    def test_offers_a_port_named_like_its_binding_for_each_version(self):
        (service,) = self.contract.root.findall(WSDL + "service")
        self.assertEqual("StorageServerService", service.get("name"))
        ports = [(port.get("name"), self.contract.resolve(port.get("binding"))) for port in service]
        self.assertEqual([(name, qualified(name)) for name in self.contract.bindings()], ports)

    def test_carries_the_placeholder_that_the_server_replaces_by_its_own_address(self):
        placeholder = "http://localhost/DocsVision/StorageServer/StorageServerService.asmx"
        for soap in (SOAP11, SOAP12):
            (address,) = self.contract.root.iter(soap + "address")
            self.assertEqual({"location": placeholder}, address.attrib)


if __name__ == "__main__":
    unittest.main()
