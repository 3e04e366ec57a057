"""PHP-FPM behind nginx: SoapServer and PDO (php/service.php)."""
import glob

from harness import machine, nginx
from harness.contender import FOLDER, CounterTable, free_port
from harness.processes import Failure, Service, unprivileged


class Php(CounterTable):
    name = "php"

    def __init__(self, postgres, folder, options):
        super().__init__(postgres, folder, options)
        found = sorted(glob.glob("/usr/sbin/php-fpm*"))
        if not found:
            raise Failure("php-fpm is missing: ./dev bench installs it")
        self.program = found[-1]
        self.home = nginx.home(folder, "php")

    def facts(self):
        version = machine.first_match(r"^PHP (\S+)", machine.output([self.program, "--version"]))
        return {"PHP": f"{version}, {self.options.pool} processes, behind nginx {nginx.version()}"}

    def start(self, connections):
        configuration = self.home / "fpm.conf"
        text = (FOLDER / "php/fpm.conf").read_text()
        for name, value in (("FOLDER", self.home), ("CHILDREN", self.options.pool)):
            text = text.replace(f"@{name}@", str(value))
        configuration.write_text(text)
        self.services.append(Service([self.program, "--nodaemonize", "--fpm-config", str(configuration)],
                                     self.home / "output.log", user=unprivileged()))
        self.port = free_port()
        # What PHP runs and reads is copied to where its user may read it.
        for name in ("php/service.php", "counters.wsdl"):
            (self.home / name.rpartition("/")[2]).write_text((FOLDER / name).read_text())
        self.services.append(nginx.start(
            self.home, FOLDER / "php/nginx.conf", PORT=self.port, SCRIPT=self.home / "service.php",
            WSDL=self.home / "counters.wsdl", DATABASE=f'"pgsql:host={self.postgres.folder};dbname={self.database};user=bench"'))
        nginx.wait_for_answers(self.port, self.services)
