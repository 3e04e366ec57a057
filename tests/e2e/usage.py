"""Talks to the usage door as scripts do: JSON by `requests`."""

import requests

TIMEOUT = 60
CLIENT = 808464441
"""The id of `4D Client`, in the sample catalogue as with 4D."""


class Usage:
    def __init__(self, server, headers=None):
        self.url = server.base_url
        self.http = requests.Session()
        self.http.trust_env = False  # proxies and .netrc of the machine that runs the tests are none of ours
        self.http.headers.update(headers or {})

    def get(self, path, headers=None, **query):
        return self.http.get(self.url + path, params=query, headers=headers, timeout=TIMEOUT)

    def post(self, path, body=None, headers=None):
        return self.http.post(self.url + path, json=body, headers=headers, timeout=TIMEOUT)

    def delete(self, path, headers=None, **query):
        return self.http.delete(self.url + path, params=query, headers=headers, timeout=TIMEOUT)

    def list(self, **query):
        """The collection."""
        response = self.get("/api/license-usage", **query)
        assert response.status_code == 200, response.text
        return response.json()

    def product(self, name, **query):
        """What `License info` says of a product: used and allowed."""
        response = self.get("/api/license-info", **query)
        assert response.status_code == 200, response.text
        (product,) = [each for each in response.json()["products"] if each["name"] == name]
        return product["usedCount"], product["allowedCount"]


def problem_of(response):
    """Status and code of a refusal, which must be a problem document."""
    assert response.headers["Content-Type"] == "application/problem+json", response.text
    body = response.json()
    assert body["status"] == response.status_code
    return body["status"], body["code"]
