#!/usr/bin/python3
"""The matrix of clients and operations in docs/compatibility.md, made from what runs of the scenario left.

    matrix.py SEEN            fails when the page does not match
    matrix.py SEEN --write    rewrites that part of the page
"""

import argparse
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "wsdl"))

import driver  # noqa: E402
import promises  # noqa: E402
from test_compatibility_page import PAGE  # noqa: E402

BEGIN = "<!-- made by the test run: tests/clients/matrix.py -->"
END = "<!-- end of what the test run made -->"
TITLES = {"requests": "Python requests", "zeep": "Python zeep", "php": "PHP SoapClient", "perl": "Perl SOAP::Lite",
          "node": "Node soap"}


def state(outcomes):
    """An operation that was answered works, whatever refusals it gave besides."""
    return promises.BUILT if promises.BUILT in outcomes else " and ".join(outcomes) or "not called"


def read(seen):
    """By speaker, the state of each operation."""
    operations = promises.outcome_of_each()
    runs = {speaker: json.loads((seen / ("%s-%s.json" % speaker)).read_text()) for speaker in driver.SPEAKERS}
    return {speaker: {operation: state(run.get(operation, [])) for operation in operations} for speaker, run in runs.items()}


def table(runs):
    """A row for each operation, a cell for each client. What differs between SOAP versions shows as both."""
    lines = ["| Operation | %s |" % " | ".join(TITLES.values()), "| --- |" + " --- |" * len(TITLES)]
    for operation in promises.outcome_of_each():
        cells = [" / ".join(sorted({run[operation] for (name, _), run in runs.items() if name == client})) for client in TITLES]
        lines.append("| `%s` | %s |" % (operation, " | ".join(cells)))
    return "\n".join(lines)


def broken_promises(runs):
    return ["%s %s: %s is %s, but promised as %s" % (*speaker, operation, run[operation], promised)
            for speaker, run in runs.items() for operation, promised in promises.outcome_of_each().items()
            if run[operation] != promised]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seen", type=pathlib.Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()

    runs = read(options.seen)
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    fresh = "%s%s\n\n%s\n\n%s%s" % (before, BEGIN, table(runs), END, after)
    if options.write:
        PAGE.write_text(fresh, encoding="utf-8")
    elif fresh != page:
        sys.exit("docs/compatibility.md does not tell what the clients saw: run tests/clients/matrix.py %s --write" % options.seen)
    sys.exit("\n".join(broken_promises(runs)[:50]) or 0)


if __name__ == "__main__":
    main()
