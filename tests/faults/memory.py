"""What a server's memory comes to."""

import os
import pathlib

MEGABYTE = 1 << 20
SHADOW = 5 if os.environ.get("TALLY_SANITIZE") == "thread" else 1
"""How many bytes the thread sanitizer has for each, itself included."""
GROWTH_MAX = 96 * MEGABYTE
"""What a server under a sanitizer may grow by while it is pressed: freed memory is kept for a while there."""


class Watch:
    """From here on: how far the peak lies above what the server has now."""

    def __init__(self, server):
        self._process = pathlib.Path("/proc/%d" % server.process.pid)
        (self._process / "clear_refs").write_text("5")  # the peak begins anew
        self._before = self._bytes("VmRSS")

    def _bytes(self, what):
        for line in (self._process / "status").read_text().splitlines():
            if line.startswith(what + ":"):
                return int(line.split()[1]) * 1024
        raise AssertionError("the process has no memory")

    def grown(self):
        return (self._bytes("VmHWM") - self._before) // SHADOW


def keep_little_of_what_was_freed():
    """For servers started from here on, if they are built with the address sanitizer: so that growth can be told from its habits."""
    os.environ["ASAN_OPTIONS"] = "quarantine_size_mb=8"
