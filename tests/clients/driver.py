"""Runs the client programs of this folder and tells them what to call.

A program is started with the service's URL, the SOAP version and, where the test wants one, a header for every HTTP
request. It first says which operations its library read from `?WSDL`, then answers order after order until its input
ends. Every message is one line of JSON:

    said at first   {"operations": ["SessionLogin", ...]}      or null, where its users write envelopes without the WSDL
    order           ["SessionLogin", [["baseName", ""], ["sessionSettings", "<Settings/>"]]]
    answer          {"result": {"sessionId": "...", ...}}
             or     {"fault": {"code": "soap:Server", "text": "28674, ...", "number": "28674"}}

Everything else is the library's: the program puts together no message, and reads a fault as the exception that the
library throws. So values in answers have the library's types: a number may be a text.
"""

import json
import os
import pathlib
import selectors
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PATIENCE = 180
"""Seconds: fifty interpreters that start at once on two cores under load need their time."""

PROGRAMS = {
    "requests": ["/usr/bin/python3", HERE / "python" / "requests_client.py"],
    "zeep": ["/usr/bin/python3", HERE / "python" / "zeep_client.py"],
    "php": ["php", HERE / "php" / "client.php"],
    "perl": ["perl", HERE / "perl" / "client.pl"],
    "node": ["node", HERE / "node" / "client.js"],
}

SPEAKERS = [("requests", "1.1"), ("zeep", "1.1"), ("zeep", "1.2"), ("php", "1.1"), ("php", "1.2"), ("perl", "1.1"),
            ("node", "1.1"), ("node", "1.2")]
"""In which SOAP versions each is run. The vendor's samples are 1.1; what SOAP::Lite tells of faults is that of 1.1 alone."""


class Fault(Exception):
    """What the client's own exception told."""

    def __init__(self, code, text, number):
        super().__init__("%s: %s (%s)" % (code, text, number))
        self.code = code
        self.text = text
        self.number = None if number is None else int(number)


def environment():
    """Without proxies: several of the libraries would take the machine's for requests to this very machine."""
    clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    packages = os.environ.get("TALLY_NODE_MODULES")
    return {**clean, **({"NODE_PATH": packages} if packages else {}), "PYTHONIOENCODING": "utf-8"}


class Client:
    """A running client program. `outcomes` collects what became of each operation: names of faults, or `works`."""

    def __init__(self, name, version, url, header, outcomes):
        self.outcomes = outcomes
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8")
        command = [*map(str, PROGRAMS[name]), url, version, *([header] if header else [])]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
                                         env=environment(), encoding="utf-8")

    def operations(self):
        """What its library read from `?WSDL`. To be asked first, once."""
        return self._hear()["operations"]

    def order(self, operation, **arguments):
        """Tells it to call, and does not wait for the answer."""
        print(json.dumps([operation, list(arguments.items())]), file=self._process.stdin, flush=True)
        self._ordered = operation

    def answer(self):
        """The results by name. Raises Fault."""
        answer = self._hear()
        if "fault" in answer:
            fault = Fault(**answer["fault"])
            self.outcomes[self._ordered].add(fault.text.rpartition("error code: ")[2])
            raise fault
        self.outcomes[self._ordered].add("works")
        return answer["result"]

    def call(self, operation, **arguments):
        self.order(operation, **arguments)
        return self.answer()

    def _hear(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            line = self._process.stdout.readline() if selector.select(PATIENCE) else ""
        assert line, "the client says nothing more\n" + self._complaints()
        return json.loads(line)

    def _complaints(self):
        self._errors.seek(0)
        return self._errors.read()

    def finish(self):
        """Tells it that no more orders come, and does not wait for its end."""
        self._process.stdin.close()

    def close(self):
        """Waits for its end; it must have been content: no warning of the library, exit code 0."""
        self.finish()
        self._process.stdout.close()
        try:
            exit_code = self._process.wait(PATIENCE)
        finally:
            self._process.kill()
        complaints = self._complaints()
        assert exit_code == 0 and not complaints, "exit code %d: %s" % (exit_code, complaints)
        self._errors.close()
