#!/usr/bin/python3
"""Lists the operations that PySimpleSOAP reads from a WSDL. Usage: list_pysimplesoap.py WSDL_URL"""

import sys

import pysimplesoap.client

client = pysimplesoap.client.SoapClient(wsdl=sys.argv[1])
for port in client.services["StorageServerService"]["ports"].values():
    print("\n".join(port["operations"]))
