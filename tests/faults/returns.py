"""In what time service returned after each fault, and what callers heard meanwhile.

The tests write one file for each fault into the folder that `TALLY_RETURNS` names (`build/<preset>/tests/faults/returns`).
As a program, given that folder: the table of all of them, as docs quote it.
"""

import json
import os
import pathlib
import statistics
import sys


class Returns:
    def __init__(self, folder):
        self._folder = folder
        self._seconds = {}
        self._heard = {}

    def note(self, fault, seconds, heard=None):
        """`heard`: how often callers heard what, by name."""
        self._seconds.setdefault(fault, []).append(seconds)
        total = self._heard.setdefault(fault, {})
        for name, count in (heard or {}).items():
            total[name] = total.get(name, 0) + count
        print("%s: service returned in %.2f s%s" % (fault, seconds, "; heard: %s" % dict(heard) if heard else ""))

    def summary(self):
        """Lines for people."""
        return ["%s: %d times, %.2f s, at worst %.2f s" % (fault, len(all_of_it), statistics.median(all_of_it), max(all_of_it))
                for fault, all_of_it in sorted(self._seconds.items())]

    def write(self):
        if self._folder is None:
            return
        folder = pathlib.Path(self._folder)
        folder.mkdir(parents=True, exist_ok=True)
        for fault, seconds in self._seconds.items():
            story = {"fault": fault, "seconds": [round(each, 2) for each in seconds], "heard": self._heard[fault]}
            (folder / (fault.replace(" ", "-").replace("/", "-") + ".json")).write_text(json.dumps(story) + "\n")


def returns_here():
    return Returns(os.environ.get("TALLY_RETURNS"))


def main():
    print("| fault | times | median | worst | heard |")
    print("|---|---|---|---|---|")
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
        story = json.loads(path.read_text())
        heard = ", ".join("%s %d" % each for each in sorted(story["heard"].items()))
        print("| %s | %d | %.2f s | %.2f s | %s |" % (story["fault"], len(story["seconds"]), statistics.median(story["seconds"]),
                                                      max(story["seconds"]), heard))


if __name__ == "__main__":
    main()
