#!/usr/bin/python3
"""Composes the OpenAPI document from the YAML files beside this one.

document.yaml has what belongs to no door; each further file, a door's, adds its tags, paths and components. Members that
begin with `x-` at the top of a file are for YAML anchors and stay out of the document.

Usage: compose.py VERSION OUTPUT    writes the document as the text in the program, of that version
"""

import json
import pathlib
import sys

import yaml

FOLDER = pathlib.Path(__file__).resolve().parent
FRAME = "document.yaml"
METHODS = ("get", "put", "post", "delete", "patch")

SOURCE = """\
#include "tally/openapi/document.hpp"

namespace tally::openapi {

const std::string_view document = R"openapi(%s)openapi";

}  // namespace tally::openapi
"""


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Refuses a member that is given twice, of which YAML's own reader takes the last without a word."""

    def __init__(self, stream):
        super().__init__(stream)
        self._looked_at = set()

    def flatten_mapping(self, node):
        if node not in self._looked_at:  # later it has the merged members besides
            self._looked_at.add(node)
            names = [key.value for key, _ in node.value]
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise yaml.constructor.ConstructorError(None, None, "given twice: %s" % ", ".join(twice), node.start_mark)
        super().flatten_mapping(node)


def read(path):
    with open(path, encoding="utf-8") as file:
        whole = yaml.load(file, Loader)  # noqa: S506  it is a safe loader
    return {member: value for member, value in whole.items() if not member.startswith("x-")}


def join(target, more):
    twice = sorted(target.keys() & more.keys())
    if twice:
        raise ValueError("in two files: %s" % ", ".join(twice))
    target.update(more)


def composed(version, folder=FOLDER):
    """The whole document, of a server of this version."""
    document = read(folder / FRAME)
    document["info"]["version"] = version
    for file in sorted(folder.glob("*.yaml")):
        if file.name == FRAME:
            continue
        part = read(file)
        document["tags"] += part.pop("tags", [])
        join(document["paths"], part.pop("paths", {}))
        for kind, named in part.pop("components", {}).items():
            join(document["components"].setdefault(kind, {}), named)
        if part:
            raise ValueError("%s: %s belongs to %s" % (file.name, ", ".join(part), FRAME))
    for path in document["paths"].values():
        for operation in (part for name, part in path.items() if name in METHODS):
            tell_of_the_gate(operation)
    return document


def tell_of_the_gate(operation):
    """What whoever is not let in hears, in the words of the door that the operation belongs to."""
    if operation.get("security") == []:
        return
    responses = operation["responses"]
    door = "Floating" if "Floating" in responses["503"]["$ref"] else "Problem"
    gate = {"401": door + "Unauthenticated", "403": "FloatingAccessDenied" if door == "Floating" else "ProblemDenied",
            "429": door + "TooOften"}
    operation["responses"] = {**{status: {"$ref": "#/components/responses/" + name} for status, name in gate.items()}, **responses}


def main(version, output):
    text = json.dumps(composed(version), indent=1, ensure_ascii=False) + "\n"
    pathlib.Path(output).write_text(SOURCE % text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
