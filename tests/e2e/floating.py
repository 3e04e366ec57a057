"""Talks to the floating server's door as its clients do: JSON by `requests`."""

import requests

import postgres

TIMEOUT = 60


class Floating:
    """A client. Replies come as they are; `ok` and `code` look at them."""

    def __init__(self, server, headers=None):
        self.url = server.base_url
        self.http = requests.Session()
        self.http.trust_env = False  # proxies and .netrc of the machine that runs the tests are none of ours
        self.http.headers.update(headers or {})

    def post(self, path, body=None, headers=None, raw=None):
        data = {"data": raw} if raw is not None else {"json": body}
        return self.http.post("%s/api/v4/%s" % (self.url, path), headers=headers, timeout=TIMEOUT, **data)

    def get(self, path, headers=None, **query):
        return self.http.get(self.url + path, params=query, headers=headers, timeout=TIMEOUT)

    def ok(self, path, headers=None, **body):
        """The JSON of a success."""
        response = self.post(path, body, headers)
        assert response.status_code == 200, response.text
        return response.json()

    def refused(self, path, headers=None, **body):
        """Status and code of a refusal, whose body must have the three members."""
        return refusal_of(self.post(path, body, headers))

    def consume(self, units=1, **body):
        """The total after it."""
        return self.ok("add_consumption", product="app", consumptions=units, **body)["total_consumptions"]

    def license(self, product="app", **query):
        response = self.get("/api/v4/license", product=product, **query)
        assert response.status_code == 200, response.text
        return response.json()


def refusal_of(response):
    assert response.status_code >= 400, response.text
    assert response.headers["Content-Type"].startswith("application/json")
    body = response.json()
    assert set(body) == {"status", "code", "message"}, body
    assert body["status"] == response.status_code
    assert isinstance(body["code"], str) and isinstance(body["message"], str) and body["message"]
    return body["status"], body["code"]


def counter(database, feature="@consumption", license_id=1001):
    """What the view says of a license's own units, of its users ("@users"), or of a feature."""
    columns = ("id", "used", "gross", "high_water", "next_reset")
    row = postgres.query(database, "SELECT %s FROM tally.counters WHERE feature = %%s AND license_id = %%s" % ", ".join(columns),
                         feature, license_id)[0]
    return dict(zip(columns, row))
