"""Parameters of the right types for any operation, as its description in the contract says."""

from contract import GUIDS, SERVICE, XSD

SOME_GUID = "d3b07384-d9a0-4c9b-8f3e-2f6f0d2c7a11"

SIMPLE = {
    "{%s}guid" % GUIDS: SOME_GUID,
    XSD + "string": "Текст",
    XSD + "boolean": True,
    XSD + "int": 1,
    XSD + "unsignedInt": 1,
    XSD + "long": 2**33,
    XSD + "double": 46000.5,
    XSD + "base64Binary": "VGFsbHk=",
}


def of(contract, operation, session):
    """By name, in the contract's order; `sessionId` is the session."""
    (request,) = [element for name, element in contract.named("element") if name == operation]
    return {**structure(contract, request.find(XSD + "complexType")), "sessionId": session}


def structure(contract, complex_type):
    return {name: value(contract, type_name) for name, type_name, _, _ in contract.members(complex_type)}


def value(contract, type_name):
    if type_name in SIMPLE:
        return SIMPLE[type_name]
    local = type_name.replace("{%s}" % SERVICE, "")
    for name, complex_type in contract.named("complexType"):
        if name == local:
            return structure(contract, complex_type)
    ((_, enumeration),) = [(name, simple) for name, simple in contract.named("simpleType") if name == local]
    return enumeration.find(".//%senumeration" % XSD).get("value")
