"""The ceiling: a constant answer of the same size. It counts nothing."""
from harness import consumption, nginx, soap_calls
from harness.contender import FOLDER, SPREAD_COUNTERS, Contender, free_port, write_pairs


class Nginx(Contender):
    name = "nginx"
    workloads = ("spread", "hot", "consume")

    def __init__(self, postgres, folder, options):
        super().__init__(postgres, folder, options)
        self.port = free_port()
        self.services.append(nginx.start(nginx.home(folder, "nginx"), FOLDER / "nginx.conf", PORT=self.port,
                                         ANSWER=soap_calls.constant_answer().ljust(400),
                                         CONSUMPTION=consumption.CONSTANT_ANSWER))
        nginx.wait_for_answers(self.port, self.services)
        self.pairs = write_pairs(folder / "nginx-sessions.txt", zip(SPREAD_COUNTERS, SPREAD_COUNTERS))

    def facts(self):
        return {"nginx": nginx.version()}
