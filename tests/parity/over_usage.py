"""The stories as 4D-style programs tell them."""

import usage
from story import Refused

NOT_HELD = (1 << 53) - 1
NO_SESSION = "00000000-0000-0000-0000-000000000000"


class OverUsage:
    family = "usage"

    def __init__(self, store):
        self.key = None
        self._store = store
        self._sessions = {}
        self._tokens = {}

    def _ask(self, who, method, path, body=None):
        client = usage.Usage(self._store.server, {"X-User": who, **({"Idempotency-Key": self.key} if self.key else {})})
        try:
            response = client.delete(path) if method == "DELETE" else client.post(path, body)
            if response.status_code >= 400:
                raise Refused(usage.problem_of(response)[1])
            return response.json() if response.content else None
        finally:
            client.http.close()

    def _path(self, who):
        return "/api/sessions/" + self._sessions.get(who, NO_SESSION)

    def enters(self, who):
        self._sessions[who] = self._ask(who, "POST", "/api/sessions", {"userName": who, "machineName": who})["id"]

    def stays(self, who):
        self._ask(who, "POST", self._path(who) + "/contact")

    def leaves(self, who):
        self._ask(who, "DELETE", self._path(who))

    def takes(self, who, option):
        place = self._ask(who, "POST", self._path(who) + "/places", {"product": option})
        self._tokens.setdefault((who, option), []).append(place["token"])

    def frees(self, who, option):
        tokens = self._tokens.get((who, option)) or [NOT_HELD]
        self._ask(who, "DELETE", "%s/places/%d" % (self._path(who), tokens[-1]))
