"""The floating server's add_consumption: the license that is counted, the load, and what a constant answer looks like."""
import json
import urllib.request

from . import wrk

PATH = "/api/v4/add_consumption"
PRODUCT = "consumed"
LICENSE = {"id": 3, "product": PRODUCT, "name": "Consumed", "key": "CONSUMED", "type": "consumption",
           "max_consumptions": 1_000_000_000, "allow_negative_consumptions": True}
CONSTANT_ANSWER = ('{"id":3,"max_consumptions":1000000000,"total_consumptions":1000000,"allow_overages":false,"max_overages":0,'
                   '"reset_consumption":false,"consumption_period":null,"allow_unlimited_consumptions":false,'
                   '"allow_negative_consumptions":true}')


def offer(port, connections, seconds):
    return wrk.offer(port, connections, seconds, "consumption.lua", [PATH, PRODUCT])


def add(port, units):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{PATH}", method="POST",
                                     headers={"Content-Type": "application/json"},
                                     data=json.dumps({"product": PRODUCT, "consumptions": units}).encode())
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)
