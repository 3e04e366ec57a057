"""Where a column's story takes place: a ledger of its own, and who decides on it."""

import json
import os
import subprocess

import postgres
import tally_program
from deadline import until
from story import Refused

CONFIGURATION = """
[identity]
proxy_header = "X-User"
proxies = ["127.0.0.1"]
administrators = ["admin"]
"""
DUE = """
SELECT (SELECT count(*) FROM tally_ledger.sessions WHERE ended_at IS NULL AND NOT offline AND last_contact < now() - interval '12 hours') +
       (SELECT count(*) FROM tally_ledger.registrations WHERE expires_at <= now() OR borrowed_until <= now()) +
       (SELECT count(*) FROM tally_ledger.consumption WHERE next_reset <= now())
"""
REFUSED = 3
"""The exit code."""


class Store:
    """What happens to Tally itself. `asked`: the engine's commands, where the column knows them."""

    def __init__(self, url, folder):
        self.url = url
        self.folder = folder
        self.asked = set()

    def end(self):
        """Whatever became of the story."""

    def restarts(self, _):
        self.stop()
        self.start()

    def passes(self, _):
        """So long that whatever can end by itself does: sessions, leases, loans, periods."""
        self.stop()
        for statement in ("sessions SET last_contact = last_contact - interval '1 day'",
                          "registrations SET expires_at = now(), borrowed_until = CASE WHEN borrowed_until IS NULL THEN NULL ELSE now() END",
                          "consumption SET next_reset = now() WHERE next_reset IS NOT NULL"):
            postgres.query(self.url, "UPDATE tally_ledger.%s RETURNING 1" % statement)
        self.start()
        until(lambda: postgres.query(self.url, DUE) == [(0,)], "what was due has been done")

    def imports(self, _, catalog, *force):
        """By the command line, which is the one way."""
        self.asked.add("ImportCatalog")
        path = "%s/%s.json" % (self.folder, catalog)
        done = tally_program.run("catalog", "import", path, "--database", self.url, *["--force" for _ in force])
        if done.returncode == REFUSED:
            raise Refused(done.stderr.partition("tally: ")[2].partition(":")[0])
        assert done.returncode == 0, done.stderr
        return "ok"


class ServedStore(Store):
    """A Tally that serves; the test that made it ends it in any case."""

    def __init__(self, url, folder, new_tally):
        super().__init__(url, folder)
        configuration = folder + "/parity.toml"
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION)
        self.server = new_tally("--config", configuration, "--log-level", "warning", store=("--database", url), catalog=None)

    def start(self):
        self.server.start()

    def stop(self):
        self.server.stop()


class BareStore(Store):
    """The engine and nothing before it."""

    def start(self):
        self._process = subprocess.Popen([os.environ["TALLY_ENGINE_LINE"], self.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         env=tally_program.environment(), encoding="utf-8")
        assert self._process.stdout.readline() == "ready\n"

    def stop(self):
        self._process.stdin.close()
        assert self._process.wait(tally_program.PATIENCE) == 0
        self._process.stdout.close()

    def end(self):
        """If it still runs, because of a failure."""
        self._process.kill()
        self._process.wait()

    def imports(self, who, catalog, *force):
        """Beside the engine the command line is the writer for a moment."""
        self.stop()
        try:
            return super().imports(who, catalog, *force)
        finally:
            self.start()

    def ask(self, who, key, command, **fields):
        """The answer's members; raises Refused."""
        self.asked.add(command)
        line = {"user": who, "administrator": who == "admin", "command": command, **({"key": key} if key else {}), **fields}
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if answer["word"] != "ok":
            raise Refused(answer["word"])
        return answer
