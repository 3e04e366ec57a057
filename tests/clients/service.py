"""The service as one client sees it: operations as methods, with what docs/compatibility.md promises of them."""

import pytest

import promises
from driver import Fault
from soap import settings_text


class Service:
    """The service as one client sees it."""

    def __init__(self, client, promised):
        self._client, self._promised = client, promised
        self.operations = client.operations()

    def __getattr__(self, operation):
        def call(**named):
            try:
                return self._client.call(operation, **named)
            except Fault as fault:
                if self._promised[operation] == promises.NOT_BUILT and fault.text.endswith(promises.NOT_BUILT):
                    raise promises.NotBuiltYet(operation) from None
                raise
        return call

    def log_in(self, computer="PC-1", **more):
        text = settings_text({"ComputerName": computer, "LocaleID": ("1049", "int"), **more})
        return self.SessionLogin(baseName="", sessionSettings=text)["sessionId"]

    def refusal(self, operation, **named):
        with pytest.raises(Fault) as caught:
            getattr(self, operation)(**named)
        return caught.value


def truth(value):
    """Of a boolean, for the clients that leave it a text."""
    return {True: True, False: False, "true": True, "false": False}[value]
