"""What a browser and generators of clients get at the service's address."""

import html
import re
import xml.etree.ElementTree as ElementTree

import pytest

from soap import NO_SESSION, SERVICE, SOAP11, SOAP12, TIMEOUT, Fault


@pytest.fixture
def page(client, tally):
    def get(query="", **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.http.get(tally.soap_url + query, headers=names, timeout=TIMEOUT)
    return get


def operations_of(response):
    return re.findall(r'<a href="\?op=(\w+)">\1</a>', response.text)


def samples_of(response):
    """The four messages of an operation's page as text."""
    return [html.unescape(re.sub(r"</?var>", "", block)) for block in re.findall(r"<pre>(.*?)</pre>", response.text, re.S)]


def test_the_help_page_links_to_every_operation_of_the_description(page):
    description = ElementTree.fromstring(page("?WSDL").content)
    port_type = description.find("{http://schemas.xmlsoap.org/wsdl/}portType")
    names = sorted(operation.get("name") for operation in port_type)
    assert len(names) == 139
    assert operations_of(page()) == names


def test_the_help_page_marks_exactly_what_answers_that_it_is_not_built(client, page):
    for name, mark in re.findall(r'<li><a href="\?op=(\w+)">\w+</a>( <em>.*?</em>)?</li>', page().text):
        response = client.ask(name)
        is_built = response.status_code == 200 or Fault(response).name != "NotImplemented"
        assert bool(mark) != is_built, name


def test_every_operation_has_a_page_with_four_sample_messages(page):
    for name in operations_of(page()):
        response = page("?op=" + name)
        request11, response11, request12, response12 = samples_of(response)
        for text, version, wrapper in ((request11, SOAP11, name), (response11, SOAP11, name + "Response"),
                                       (request12, SOAP12, name), (response12, SOAP12, name + "Response")):
            root = ElementTree.fromstring(text.partition("\n\n")[2])
            assert root.tag == "{%s}Envelope" % version
            assert root.find("{%s}Body/{%s}%s" % (version, SERVICE, wrapper)) is not None
        assert 'SOAPAction: "%s%s"' % (SERVICE, name) in request11
        assert "SOAPAction" not in request12


def test_a_sample_with_its_placeholders_replaced_is_a_good_request(client, page):
    head, _, body = samples_of(page("?op=SessionKeepAlive"))[0].partition("\n\n")
    assert head.splitlines()[0] == "POST %s HTTP/1.1" % client.url[client.url.index("/", 8):]
    response = client.post(body.replace(">guid<", ">%s<" % client.log_in()), SERVICE + "SessionKeepAlive")
    assert response.status_code == 200
    assert Fault(client.post(body.replace(">guid<", ">%s<" % NO_SESSION), SERVICE + "SessionKeepAlive")).name == "InvalidSession"


def test_an_unknown_operation_has_a_page_that_says_so(page):
    response = page("?op=<script>alert(1)</script>")
    assert response.status_code == 200
    assert "<h2>Method Not Found</h2>" in response.text
    assert "Method '&lt;script&gt;alert(1)&lt;/script&gt;' was not found in service StorageServerService." in response.text


def test_a_page_says_why_it_has_no_form(page):
    assert "only available for methods with primitive types as parameters." in page("?op=SessionLogout").text
    assert "only available for requests from the local machine." in page("?op=SessionLogout", X_Forwarded_For="192.0.2.1").text
    assert "<form" not in page("?op=SessionLogout").text


@pytest.mark.parametrize("query", ["", "?op=HealthCheck", "?op=x", "/HealthCheck"])
def test_pages_let_browsers_run_and_load_nothing(page, query):
    headers = page(query).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("query", ["?disco", "?DISCO"])
def test_the_discovery_document_names_the_description_and_the_ports(page, tally, query):
    response = page(query)
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    contract, *ports = ElementTree.fromstring(response.content)
    assert contract.tag == "{http://schemas.xmlsoap.org/disco/scl/}contractRef"
    assert contract.attrib == {"ref": tally.soap_url + "?wsdl", "docRef": tally.soap_url}
    assert [port.get("address") for port in ports] == [tally.soap_url] * 2


@pytest.mark.parametrize("query", ["?wsdl", "?WSDL", "?singleWsdl"])
def test_the_description_is_utf_8_without_a_byte_order_mark(page, query):
    response = page(query)
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, max-age=0"
    assert response.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')


@pytest.mark.parametrize("query", ["?schema=schema1", "?wsdl=wsdl1"])
def test_a_part_of_the_description_that_there_is_not_is_an_error_in_plain_text(page, query):
    response = page(query)
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
