"""The load by wrk."""
import json
import pathlib

from . import soap_calls
from .processes import run

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "load"


def threads_for(connections):
    return 1 if connections == 1 else 2


def lag_for(connections, sessions):
    """See counters.lua: 128 requests of the others lie between a take and its giving back."""
    threads = threads_for(connections)
    per_thread = connections // threads
    return 0 if per_thread == 1 else min(64 * per_thread, sessions // threads * 2 // 5)


def offer(port, connections, seconds, script, arguments):
    """What wrk measured."""
    command = ["wrk", "-t", str(threads_for(connections)), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s", "-s",
               str(FOLDER / script), f"http://127.0.0.1:{port}{soap_calls.PATH}", "--", *(str(each) for each in arguments)]
    load = json.loads(run(command, timeout=seconds + 60).splitlines()[-1])
    return load | {"errors": load["refused"] + load["broken"] + load["timeouts"]}
