"""nginx in front, which authenticates callers and names them to Tally: docs/security.md, with a real nginx."""

import base64
import os
import socket
import subprocess
import urllib.error
import urllib.request

import pytest
import requests

import postgres
from deadline import until
from soap import StorageServer

TIMEOUT = 60
CONFIGURATION = r"""
daemon off;
master_process off;
pid %(folder)s/nginx.pid;
error_log %(folder)s/error.log;
events {}
http {
  access_log off;
  client_body_temp_path %(folder)s/body;
  proxy_temp_path %(folder)s/proxy;
  fastcgi_temp_path %(folder)s/fastcgi;
  uwsgi_temp_path %(folder)s/uwsgi;
  scgi_temp_path %(folder)s/scgi;
  server {
    listen 127.0.0.1:%(port)d;
    auth_basic "front";
    auth_basic_user_file %(folder)s/users;
    location / {
      proxy_pass %(tally)s;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Remote-User $remote_user;
      proxy_set_header Authorization "";
    }
  }
}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_refused_by_nginx(url, **headers):
    """Whether the answer is nginx's own 401: a page, which the document of the REST answers knows nothing about."""
    try:
        urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=TIMEOUT)
    except urllib.error.HTTPError as refusal:
        return refusal.code == 401 and refusal.headers["WWW-Authenticate"] == 'Basic realm="front"'
    except urllib.error.URLError:
        pass
    return False


@pytest.fixture
def front(new_tally, folder):
    """(the address of an nginx that knows ivanov and chief, the Tally behind it)"""
    server = new_tally("--authentication", "--identity-proxies", "127.0.0.1", "--identity-proxy-header", "X-Remote-User",
                       "--identity-administrators", "chief").start()
    port = free_port()
    with open(os.path.join(folder, "users"), "w", encoding="utf-8") as file:
        file.write("ivanov:{PLAIN}secret\nchief:{PLAIN}secret\n")
    configuration = os.path.join(folder, "nginx.conf")
    with open(configuration, "w", encoding="utf-8") as file:
        file.write(CONFIGURATION % {"folder": folder, "port": port, "tally": server.base_url})
    nginx = subprocess.Popen(["nginx", "-p", folder, "-c", configuration], stderr=subprocess.DEVNULL,
                             env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"})
    try:
        address = "http://127.0.0.1:%d" % port
        until(lambda: is_refused_by_nginx(address + "/api/history"), "nginx listens")
        yield address, server
    finally:
        nginx.terminate()
        nginx.wait(TIMEOUT)


def status_of(address, user, **headers):
    return requests.get(address + "/api/history", auth=(user, "secret"), headers=headers, timeout=TIMEOUT).status_code


def test_whom_nginx_has_authenticated_is_the_user_of_the_session_and_of_the_ledger(front):
    address, server = front
    client = StorageServer(server.soap_url.replace(server.base_url, address), user="ivanov")
    session = client.log_in()
    assert client.settings(session)["AccountName"] == "ivanov"
    client.increment(session)
    assert postgres.query(server.database_url(), "SELECT DISTINCT user_name FROM tally.events") == [("ivanov",)]


def test_nobody_gets_past_nginx_by_a_header_of_their_own(front):
    address, server = front
    assert status_of(address, "chief") == 200
    assert status_of(address, "ivanov") == 403
    assert status_of(address, "ivanov", **{"X-Remote-User": "chief"}) == 403
    wrong = base64.b64encode(b"chief:wrong").decode()
    assert is_refused_by_nginx(address + "/api/history", Authorization="Basic " + wrong)
    assert requests.get(server.base_url + "/api/history", timeout=TIMEOUT).status_code == 401
