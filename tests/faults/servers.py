"""Servers that watch each other: where they can be found, what they say of themselves, what a call comes to."""

import socket

import requests

from deadline import until
from soap import NO_SESSION, Fault, StorageServer

TERM = 1.0
TIMES = ("--term", "%dms" % (TERM * 1000), "--request-timeout", "2s")
"""Short, so that much can be broken in a test; an outage longer than the term is another kind than a shorter one."""


def role(server):
    """`writer` or `standby`; while it is neither, why."""
    answer = requests.get(server.base_url + "/health/ready", timeout=10)
    return answer.json().get("role") if answer.status_code == 200 else answer.json()["reason"]


def outcome(action, *arguments):
    """`done`, or the fault's name."""
    try:
        action(*arguments)
        return "done"
    except Fault as fault:
        return fault.name


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def address_to_be():
    """To listen on; known before the start, since it stands in the term row."""
    return "127.0.0.1:%d" % free_port()


def until_busy(server):
    """Waits until new calls are turned away, which must not wait for what is broken."""
    client = StorageServer(server.soap_url)
    until(lambda: outcome(client.keep_alive, NO_SESSION) == "ServerBusy", "new calls hear busy")
    client.close()
