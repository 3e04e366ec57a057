"""Letters in every charset that clients send, from the bytes of the request to the answer."""

import pytest

from raw_connection import exchange, post
from soap import SERVICE, SOAP12, envelope

SETTINGS = '<Settings><Setting Name="ComputerName" Type="string" ReadOnly="0">Ёлка</Setting></Settings>'


def login(version=None):
    """As text, with nothing declared."""
    body = envelope("SessionLogin", {"baseName": "", "sessionSettings": SETTINGS}, *([version] if version else []))
    return body.partition("?>")[2]


def ask(server, body, content_type):
    lines = ["Content-Type: " + content_type] if content_type else []
    if "soap+xml" not in content_type:
        lines.append('SOAPAction: "%sSessionLogin"' % SERVICE)
    return exchange(server, post(body, *lines))


@pytest.mark.parametrize("content_type, codec", [
    ("text/xml", "utf-8"), ("text/xml; charset=utf-8", "utf-8"), ('text/xml;charset="UTF-8"', "utf-8"),
    ("text/xml; charset=utf-8", "utf-8-sig"), ("text/xml; charset=windows-1251", "utf-8-sig"),
    ("text/xml; charset=windows-1251", "cp1251"), ("text/xml; charset='Windows-1251'", "cp1251"),
    ("text/xml; charset=koi8-r", "koi8-r"), ("text/xml; charset=iso-8859-5", "iso-8859-5"),
    ("text/xml; charset=utf-16", "utf-16-le"), ("text/xml; charset=utf-16", "utf-16"), ("text/xml", "utf-16"),
    ("text/xml; charset=utf-16BE", "utf-16-be"), ("text/xml; charset=unheard-of", "utf-8"),
])
def test_text_arrives_whole(tally, content_type, codec):
    answer = ask(tally, login().encode(codec), content_type)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert "&gt;Ёлка&lt;".encode("utf-8") in answer.body


@pytest.mark.parametrize("declared, codec", [
    ("windows-1251", "cp1251"), ("utf-8", "utf-8"), ("utf-16", "utf-16"), ("iso-8859-5", "iso-8859-5"), (None, "utf-8"),
    (None, "utf-16-le"), (None, "utf-16-be"),
])
def test_soap_1_2_without_a_charset_is_read_as_the_document_says(tally, declared, codec):
    declaration = '<?xml version="1.0" encoding="%s"?>' % declared if declared else ""
    answer = ask(tally, (declaration + login(SOAP12)).encode(codec), "application/soap+xml")
    assert answer.status == 200
    assert "&gt;Ёлка&lt;".encode("utf-8") in answer.body


def test_latin_letters_in_iso_8859_1_arrive_whole(tally):
    answer = ask(tally, login().replace("Ёлка", "Müller").encode("latin-1"), "text/xml; charset=iso-8859-1")
    assert "&gt;Müller&lt;".encode("utf-8") in answer.body


def test_text_in_us_ascii_may_use_references(tally):
    answer = ask(tally, login().replace("Ёлка", "&#1025;лка").encode("ascii", "xmlcharrefreplace"),
                 "text/xml; charset=us-ascii")
    assert "&gt;Ёлка&lt;".encode("utf-8") in answer.body


@pytest.mark.parametrize("content_type, body", [
    ("text/xml; charset=windows-1251", b"<a>\x98</a>"), ("text/xml; charset=utf-16", b"<\0a\0/\0>"),
    ("text/xml; charset=utf-16", b"<\0a\0>\0\0\xd8<\0/\0a\0>\0"), ("text/xml", b"<a>\xa8</a>"),
    ("application/soap+xml", b'<?xml version="1.0" encoding="unheard-of"?><a/>'),
], ids=["no letter", "half a letter", "half a pair", "no UTF-8", "unknown encoding"])
def test_what_can_not_be_decoded_is_400(tally, content_type, body):
    answer = ask(tally, body, content_type)
    assert (answer.status, answer.body) == (400, b"")
