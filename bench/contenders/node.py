"""Node with the packages soap and pg (node/service.js)."""
import json
import shutil

from harness import machine
from harness.contender import FOLDER, CounterTable
from harness.processes import Failure, Service


class Node(CounterTable):
    name = "node"
    warm_up = 10_000  # its compiler works as it runs

    def __init__(self, postgres, folder, options):
        super().__init__(postgres, folder, options)
        self.modules = options.node_modules
        if not (self.modules / "soap").is_dir():
            raise Failure(f"npm's packages are missing in {self.modules}: build the target bench_packages")

    def facts(self):
        versions = [f"{name} {json.loads((self.modules / name / 'package.json').read_text())['version']}"
                    for name in ("soap", "pg")]
        return {"Node": ", ".join([machine.output(["node", "--version"]), *versions, f"{self.options.node_workers} workers"])}

    def start(self, connections):
        # Node looks for packages beside the program and above it.
        program = self.modules.parent / "service.js"
        shutil.copyfile(FOLDER / "node/service.js", program)
        service = Service(["node", str(program), str(FOLDER / "counters.wsdl"), str(self.postgres.folder), self.database, "bench",
                           str(self.options.node_workers), str(self.options.pool)], self.folder / "node.log")
        self.services.append(service)
        self.port = int(service.ready_line().rpartition(":")[2])
