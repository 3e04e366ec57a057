"""Talks to the service as the vendor's Python samples do: envelopes as text, posted by `requests`.

SOAPAction is unquoted and results are looked up as `.//{namespace}element`, as in those samples.
"""

import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape, quoteattr

import requests

SERVICE = "http://schemas.docsvision.com/Platform/2009-02-03/StorageServer/"
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
ERROR = "urn:tally:error"
PROLOG = '<?xml version="1.0" encoding="utf-8"?>'

OPTION = "da212a06-edcd-461f-8134-c5e39f1559f7"
"""The option of the sample catalogue, with its maximum."""
OPTION_MAXIMUM = 10
NO_SESSION = "11111111-2222-3333-4444-555555555555"
NO_OPTION = "99999999-8888-7777-6666-555555555555"

TIMEOUT = 60


class Fault(Exception):
    """A SOAP fault, with the members of Tally's detail where it has one."""

    def __init__(self, response):
        root = ElementTree.fromstring(response.content)
        self.status = response.status_code
        self.headers = response.headers
        body = root.find("{%s}Body/{%s}Fault" % (SOAP11, SOAP11))
        if body is not None:
            self.code, self.text = body.findtext("faultcode"), body.findtext("faultstring")
        else:
            body = root.find("{%s}Body/{%s}Fault" % (SOAP12, SOAP12))
            self.code = body.findtext("{%s}Code/{%s}Value" % (SOAP12, SOAP12))
            self.text = body.findtext("{%s}Reason/{%s}Text" % (SOAP12, SOAP12))
        error = body.find(".//{%s}error" % ERROR)
        self.members = [] if error is None else [(child.tag, child.text) for child in error]
        detail = dict(self.members)
        self.number = detail.get("{%s}number" % ERROR)
        self.name = detail.get("{%s}name" % ERROR)
        self.hresult = detail.get("{%s}hresult" % ERROR)
        self.word = detail.get("{%s}code" % ERROR)
        super().__init__("HTTP %d, %s: %s" % (self.status, self.code, self.text))


def text_of(value):
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def fields_xml(fields):
    return "".join("<%s>%s</%s>" % (name, escape(text_of(value)), name) for name, value in fields.items())


def envelope(operation, fields, version=SOAP11):
    """A request of the documented form; `fields` is a dict, or the inner XML as text."""
    inner = fields if isinstance(fields, str) else fields_xml(fields)
    return ('%s<soap:Envelope xmlns:soap="%s"><soap:Body><%s xmlns="%s">%s</%s></soap:Body></soap:Envelope>'
            % (PROLOG, version, operation, SERVICE, inner, operation))


def response_envelope(inner, version=SOAP11):
    """The exact bytes of a reply, as the reference lays them out."""
    return ('%s<soap:Envelope xmlns:soap="%s" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
            ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>%s</soap:Body></soap:Envelope>'
            % (PROLOG, version, inner)).encode("utf-8")


def settings_text(settings):
    """Settings as clients send them; a value may be a pair of value and type."""
    parts = []
    for name, value in settings.items():
        value, type_name = value if isinstance(value, tuple) else (value, "string")
        parts.append('<Setting Name=%s Type=%s ReadOnly="0">%s</Setting>'
                     % (quoteattr(name), quoteattr(type_name), escape(value)))
    return "<Settings>%s</Settings>" % "".join(parts)


def settings_of(text):
    """The values by name."""
    root = ElementTree.fromstring(text)
    assert root.tag == "Settings" and all(child.tag == "Setting" for child in root)
    return {child.get("Name"): child.text or "" for child in root}


class StorageServer:
    """A client. What it logs in, `close()` logs out."""

    def __init__(self, url, user=None, headers=None):
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False  # proxies and .netrc of the machine that runs the tests are none of ours
        self.http.headers.update(headers or {})
        if user is not None:
            self.http.auth = (user.encode("utf-8"), b"secret")
        self._sessions = []

    def close(self):
        for session_id in self._sessions:
            try:
                self.log_out(session_id)
            except (Fault, requests.ConnectionError):
                pass  # the test ended it, or the server
        self.http.close()

    def post(self, body, action=None, content_type="text/xml; charset=utf-8", headers=None, url=None):
        all_headers = {"Content-Type": content_type, **(headers or {})}
        if action is not None:
            all_headers["SOAPAction"] = action
        data = body.encode("utf-8") if isinstance(body, str) else body
        return self.http.post(url or self.url, data=data, headers=all_headers, timeout=TIMEOUT)

    def ask(self, operation, fields=None, headers=None):
        """The HTTP response as it is."""
        return self.post(envelope(operation, fields or {}), SERVICE + operation, headers=headers)

    def ask12(self, operation, fields=None):
        """The same in SOAP 1.2."""
        content_type = 'application/soap+xml; charset=utf-8; action="%s%s"' % (SERVICE, operation)
        return self.post(envelope(operation, fields or {}, SOAP12), content_type=content_type)

    def call(self, operation, fields=None, headers=None):
        """The result elements by name; elements with children stay elements. Raises Fault."""
        return results_of(self.ask(operation, fields, headers), operation)

    def log_in(self, headers=None, **settings):
        return self.log_in_fully(headers, **settings)["sessionId"]

    def log_in_fully(self, headers=None, base_name="", **settings):
        settings = settings or {"ComputerName": "PC-1", "LocaleID": ("1049", "int")}
        result = self.call("SessionLogin", {"baseName": base_name, "sessionSettings": settings_text(settings)}, headers)
        self._sessions.append(result["sessionId"])
        return result

    def log_out(self, session_id):
        self.call("SessionLogout", {"sessionId": session_id})

    def keep_alive(self, session_id):
        self.call("SessionKeepAlive", {"sessionId": session_id})

    def increment(self, session_id, option=OPTION, headers=None):
        self.call("IncrementFeatureUsage", {"sessionId": session_id, "featureId": option}, headers)

    def decrement(self, session_id, option=OPTION, headers=None):
        self.call("DecrementFeatureUsage", {"sessionId": session_id, "featureId": option}, headers)

    def increment_up_to_the_limit(self, session_id, option=OPTION):
        """How many it got."""
        for granted in range(100_000):
            try:
                self.increment(session_id, option)
            except Fault as fault:
                assert fault.name == "FeatureLimit", fault
                return granted
        raise AssertionError("there is no limit")

    def settings(self, session_id):
        return settings_of(self.call("SessionGetSettings", {"sessionId": session_id})["settings"])

    def set_settings(self, session_id, **settings):
        self.call("SessionSetSettings", {"sessionId": session_id, "settings": settings_text(settings)})


def results_of(response, operation):
    if response.status_code != 200:
        if response.headers.get("Content-Type", "").partition(";")[0] in ("text/xml", "application/soap+xml"):
            raise Fault(response)
        raise AssertionError("HTTP %d: %r" % (response.status_code, response.content[:500]))
    root = ElementTree.fromstring(response.content)
    wrapper = root.find(".//{%s}%sResponse" % (SERVICE, operation))
    assert wrapper is not None, response.content
    results = {}
    for child in wrapper:
        namespace, _, name = child.tag[1:].partition("}")
        assert namespace == SERVICE
        results[name] = child if len(child) else child.text or ""
    return results
