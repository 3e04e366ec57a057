#!/usr/bin/python3
"""Writes the inputs that fuzz_floating begins with: make_floating_seeds.py FOLDER

The bodies and queries that the vendor's pages and clients show, and the corners of both by hand."""

import pathlib
import sys

SEEDS = [
    ("-", '{"product": "app", "consumptions": "2"}'),
    ("-", '{"Product": "app", "User": "hw"}'),
    ("-", '{"product":"app","user":"hw","sdk_ver":"PythonSDK 4.0.0","consumptions":3,"license_id":1001}'),
    ("-", '{"product":"app","consumptions":-2}'),
    ("-", '{"product":"app","consumptions":0,"max_overages":10,"allow_overages":true}'),
    ("-", '{"product":"app","consumptions":1,"max_overages":null,"allowOverages":null}'),
    ("-", '{"Product":"app","Consumptions":"+1","Max_overages":"5","Allowe_overages":"TRUE","license_id":"1728377159207169"}'),
    ("-", '{"product":"app","feature":"f1","consumptions":1e2}'),
    ("-", '{"license_key":"APP-0001","hardware_id":"hw","product":"app","event":["consumption_add"],"allow_overages":1}'),
    ("-", '{"product":"app","user":"\\u0430\\ud83d\\ude00\\"","os_hostname":"PC","ip_local":"10.0.0.1","user_info":"",'
          '"registered_at":"2024-08-26T12:21:59.776731-07:00","borrowed_until":"0001-01-01T00:00:00Z"}'),
    ("-", '{"product":"app","user":"a","borrow_until":"2026-12-31T23:59:59.999999+01:00"}'),
    ("-", "not json"), ("-", ""), ("-", "[]"), ("-", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["), ("-", '{"consumptions":1e400}'),
    ("-", '{"consumptions":18446744073709551615,"product":"a","product":"b"}'),
    ("product=app&licenseKey=APP-0001", ""), ("product=%61pp&license_id=1001&x=%20+y", ""), ("PRODUCT=app&user=%D0%B0", '{"product":"b"}'),
    ("product=app&username=u&password=p", ""), ("product=%zz", ""), ("product=%00&=&&a", ""), ("borrowed_until=2026-01-01T00:00:00%2B01:00", ""),
]


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, (query, body) in enumerate(SEEDS):
        (folder / ("seed-%03d" % number)).write_bytes(("%s\n%s" % (query, body)).encode())


if __name__ == "__main__":
    main()
