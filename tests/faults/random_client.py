"""A client that asks at random, at both doors, of either server, and keeps a history of what it was told."""

import random
import threading

from patient_asker import PatientAsker
from random_licenses import RandomLicenses
from random_sessions import RandomSessions


class RandomClient(threading.Thread):
    """`addresses` is asked for (host, port) pairs before each try."""

    def __init__(self, seed, number, addresses):
        super().__init__()
        self.failure = None
        self.known = 0
        self._dice = random.Random(seed * 1000 + number)
        self._asker = PatientAsker(number, self._dice, addresses)
        self.sessions = RandomSessions(self._dice, self._asker)
        self.licenses = RandomLicenses(number, self._dice, self._asker)
        self._stopping = threading.Event()

    def stop(self):
        self._asker.stop()
        self._stopping.set()

    def run(self):
        try:
            while not self._stopping.is_set():
                door = self._dice.choice([self.sessions, self.licenses])
                door.step()
                self.known += 1
        except Exception as failure:  # told by the test: a thread that dies silently would make it too kind
            self.failure = failure
