"""The bytes on the wire: the layout of replies and faults, both versions of SOAP, and what is read leniently."""

import xml.etree.ElementTree as ElementTree

import pytest

from soap import (ERROR, NO_SESSION, OPTION, PROLOG, SERVICE, SOAP11, SOAP12, Fault, envelope,
                  response_envelope, results_of)


def empty_response(operation):
    return '<%sResponse xmlns="%s" />' % (operation, SERVICE)


@pytest.fixture
def session(client):
    return client.log_in()


# --- Replies ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("operation", ["IncrementFeatureUsage", "DecrementFeatureUsage", "SessionKeepAlive", "SessionLogout"])
def test_a_reply_without_results_is_exactly_the_documented_line(client, session, operation):
    response = client.ask(operation, {"sessionId": session, "featureId": OPTION})
    assert response.content == response_envelope(empty_response(operation))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"


def test_a_reply_with_results_declares_the_service_namespace_as_the_default_one(client):
    response = client.ask("HealthCheck")
    assert response.content == response_envelope(
        '<HealthCheckResponse xmlns="%s"><result>Running</result></HealthCheckResponse>' % SERVICE)


def test_soap_1_2_is_answered_in_soap_1_2(client, session):
    response = client.ask12("IncrementFeatureUsage", {"sessionId": session, "featureId": OPTION})
    assert response.content == response_envelope(empty_response("IncrementFeatureUsage"), SOAP12)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/soap+xml; charset=utf-8"


def test_a_reply_carries_its_length_and_is_not_to_be_cached_by_others(client):
    response = client.ask("HealthCheck")
    assert response.headers["Content-Length"] == str(len(response.content))
    assert response.headers["Cache-Control"] == "private, max-age=0"
    assert "Content-Encoding" not in response.headers


def test_cyrillic_text_is_answered_in_utf_8(client):
    response = client.ask("SessionLogin", {"baseName": "", "sessionSettings":
                                           '<Settings><Setting Name="ComputerName" Type="string" ReadOnly="0">Ёлка</Setting></Settings>'})
    assert "Ёлка".encode("utf-8") in response.content
    client.log_out(results_of(response, "SessionLogin")["sessionId"])


def test_a_fault_is_exactly_the_documented_line(client):
    response = client.ask("SessionKeepAlive", {"sessionId": NO_SESSION})
    word = Fault(response).word
    assert response.content == response_envelope(
        '<soap:Fault><faultcode>soap:Server</faultcode>'
        '<faultstring>28673, Internal exception, error code: InvalidSession</faultstring>'
        '<detail><error xmlns="%s"><number>28673</number><name>InvalidSession</name><hresult>0x80047001</hresult>'
        '<code>%s</code></error></detail></soap:Fault>' % (ERROR, word))
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"


def test_a_soap_1_2_fault_names_the_receiver_with_reason_and_detail(client):
    response = client.ask12("SessionKeepAlive", {"sessionId": NO_SESSION})
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "application/soap+xml; charset=utf-8"
    fault = ElementTree.fromstring(response.content).find("{%s}Body/{%s}Fault" % (SOAP12, SOAP12))
    assert [child.tag for child in fault] == ["{%s}%s" % (SOAP12, name) for name in ("Code", "Reason", "Detail")]
    assert fault.findtext("{%s}Code/{%s}Value" % (SOAP12, SOAP12)) == "soap:Receiver"
    text = fault.find("{%s}Reason/{%s}Text" % (SOAP12, SOAP12))
    assert text.text == "28673, Internal exception, error code: InvalidSession"
    assert text.get("{http://www.w3.org/XML/1998/namespace}lang")
    assert fault.findtext("{%s}Detail/{%s}error/{%s}name" % (SOAP12, ERROR, ERROR)) == "InvalidSession"


# --- What is read ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("action", ["%sHealthCheck", '"%sHealthCheck"'])
def test_the_action_may_be_quoted_or_not(client, action):
    response = client.post(envelope("HealthCheck", {}), action % SERVICE)
    assert results_of(response, "HealthCheck") == {"result": "Running"}


def test_without_an_action_the_element_in_the_body_decides(client):
    assert results_of(client.post(envelope("HealthCheck", {})), "HealthCheck") == {"result": "Running"}


def test_soap_1_2_without_an_action_is_found_by_the_element_in_the_body(client):
    response = client.post(envelope("HealthCheck", {}, SOAP12), content_type="application/soap+xml; charset=utf-8")
    assert response.headers["Content-Type"] == "application/soap+xml; charset=utf-8"
    assert results_of(response, "HealthCheck") == {"result": "Running"}


@pytest.mark.parametrize("action", ["", '""', SERVICE + "Nothing", SERVICE + "healthcheck", "HealthCheck"])
def test_an_unknown_action_is_not_recognized(client, action):
    response = client.post(envelope("HealthCheck", {}), action)
    fault = Fault(response)
    assert (fault.status, fault.code) == (500, "soap:Client")
    assert fault.text.endswith("Server did not recognize the value of HTTP Header SOAPAction: %s." % action.strip('"'))


def test_an_unknown_element_without_an_action_has_no_valid_action(client):
    fault = Fault(client.post(envelope("Nothing", {})))
    assert (fault.status, fault.code) == (500, "soap:Client")
    assert "Unable to handle request without a valid action parameter" in fault.text


def test_where_action_and_element_differ_the_action_decides_and_parameters_take_their_defaults(client, session):
    response = client.post(envelope("SessionLogout", {"sessionId": session}), SERVICE + "SessionKeepAlive")
    assert Fault(response).name == "InvalidSession"
    client.keep_alive(session)


def test_a_foreign_envelope_is_a_version_mismatch(client):
    body = envelope("HealthCheck", {}, "http://example.org/not-soap")
    fault_text = client.post(body, SERVICE + "HealthCheck").text
    assert "VersionMismatch" in fault_text
    assert "Possible SOAP version mismatch" in fault_text


def test_an_envelope_without_a_body_is_told_so(client):
    body = '%s<soap:Envelope xmlns:soap="%s" />' % (PROLOG, SOAP11)
    response = client.post(body, SERVICE + "HealthCheck")
    assert response.status_code == 500
    assert "Missing required soap:Body element" in response.text


@pytest.mark.parametrize("content_type", ["text/xml", 'text/xml;charset="utf-8"', "TEXT/XML; CharSet=UTF-8"])
def test_a_charset_may_be_quoted_or_missing(client, content_type):
    settings = '<Settings><Setting Name="ComputerName" Type="string" ReadOnly="0">Ёлка</Setting></Settings>'
    body = envelope("SessionLogin", {"baseName": "", "sessionSettings": settings})
    result = results_of(client.post(body, SERVICE + "SessionLogin", content_type), "SessionLogin")
    assert "Ёлка" in result["userSettings"]
    client.log_out(result["sessionId"])


def test_a_byte_order_mark_and_indentation_are_read_as_the_public_client_sends_them(client, session):
    body = ('\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<soap:Envelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
            ' xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:soap="%s">\r\n  <soap:Body>\r\n    <SessionKeepAlive xmlns="%s">'
            '\r\n      <sessionId>%s</sessionId>\r\n    </SessionKeepAlive>\r\n  </soap:Body>\r\n</soap:Envelope>'
            % (SOAP11, SERVICE, session))
    response = client.post(body, SERVICE + "SessionKeepAlive", 'text/xml;charset="utf-8"', {"Accept": "text/xml"})
    assert response.content == response_envelope(empty_response("SessionKeepAlive"))


@pytest.mark.parametrize("inner", [
    "<featureId>{option}</featureId><sessionId>{session}</sessionId>",
    "<unknown a='b'><deep/></unknown><sessionId>{session}</sessionId><featureId>{option}</featureId>",
    "<sessionId>{session}</sessionId><featureId>{option}</featureId><featureId>{other}</featureId>",
    "<sessionId>{session}</sessionId><featureId xmlns='urn:other'>{other}</featureId><featureId>{option}</featureId>",
    "<!-- a remark --><sessionId><![CDATA[{session}]]></sessionId>\n<featureId>{option}</featureId>",
], ids=["any order", "unknown element", "the first of two counts", "foreign namespace", "comment and CDATA"])
def test_what_classic_servers_read_is_read(client, session, inner):
    text = inner.format(session=session, option=OPTION, other=NO_SESSION)
    response = client.post(envelope("IncrementFeatureUsage", text), SERVICE + "IncrementFeatureUsage")
    assert response.content == response_envelope(empty_response("IncrementFeatureUsage"))


def test_prefixes_are_the_clients_own_choice(client, session):
    body = ('<e:Envelope xmlns:e="%s" xmlns:s="%s"><e:Header><s:any>x</s:any></e:Header><e:Body><s:SessionKeepAlive>'
            '<s:sessionId>%s</s:sessionId></s:SessionKeepAlive></e:Body></e:Envelope>' % (SOAP11, SERVICE, session))
    response = client.post(body, SERVICE + "SessionKeepAlive")
    assert response.content == response_envelope(empty_response("SessionKeepAlive"))


def test_elements_without_the_service_namespace_are_as_if_they_were_missing(client, session):
    body = ('<e:Envelope xmlns:e="%s"><e:Body><SessionKeepAlive xmlns="%s"><sessionId xmlns="">%s</sessionId></SessionKeepAlive>'
            '</e:Body></e:Envelope>' % (SOAP11, SERVICE, session))
    assert Fault(client.post(body, SERVICE + "SessionKeepAlive")).name == "InvalidSession"


def test_a_chunked_request_is_read(client, session):
    body = envelope("SessionKeepAlive", {"sessionId": session}).encode()
    chunks = iter([body[:100], body[100:]])  # requests sends what has no length in chunks
    response = client.http.post(client.url, data=chunks, timeout=60, headers={
        "Content-Type": "text/xml; charset=utf-8", "SOAPAction": SERVICE + "SessionKeepAlive"})
    assert response.status_code == 200


def test_character_references_and_escapes_are_read_as_text(client):
    inner = "<baseName></baseName><sessionSettings>%s</sessionSettings>" % (
        "&lt;Settings&gt;&lt;Setting Name=&quot;AppID&quot;&gt;&#1025;&amp;amp;&#x1F600;&lt;/Setting&gt;&lt;/Settings&gt;")
    result = results_of(client.post(envelope("SessionLogin", inner), SERVICE + "SessionLogin"), "SessionLogin")
    assert client.settings(result["sessionId"])["AppID"] == "Ё&😀"
    client.log_out(result["sessionId"])


# --- What is refused -------------------------------------------------------------------------------------------------

GOOD = envelope("HealthCheck", {})


@pytest.mark.parametrize("body", [
    "", "no xml", GOOD[:-10], GOOD.replace("</soap:Body>", "</soap:Bod>"), GOOD.replace("<HealthCheck", "<HealthCheck a='1' a='2'"),
    GOOD.replace("xmlns:soap", "xmlns:soup"), GOOD + "<more/>", GOOD.replace("></HealthCheck>", ">&undefined;</HealthCheck>"),
    GOOD.replace("></HealthCheck>", ">\x01</HealthCheck>"), GOOD.replace("></HealthCheck>", ">&#0;</HealthCheck>"),
    GOOD.encode().replace(b"></HealthCheck>", b">\xff\xfe</HealthCheck>"),
    PROLOG + "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>" + GOOD[len(PROLOG):],
    "<a>" * 100_000,
], ids=["empty", "text", "cut", "wrong end", "attribute twice", "unknown prefix", "two roots", "entity", "control character",
        "NUL by reference", "no UTF-8", "DTD", "deep"])
def test_malformed_xml_is_400_with_an_empty_body_and_the_server_stays_well(client, body):
    response = client.post(body, SERVICE + "HealthCheck")
    assert (response.status_code, response.content) == (400, b"")
    assert client.call("HealthCheck") == {"result": "Running"}


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", "text/xmlx", ""])
def test_another_content_type_is_415_with_an_empty_body(client, content_type):
    response = client.post(envelope("HealthCheck", {}), SERVICE + "HealthCheck", content_type)
    assert (response.status_code, response.content) == (415, b"")


def test_a_1_1_envelope_with_the_content_type_of_1_2_is_not_taken_for_1_2(client):
    response = client.post(envelope("HealthCheck", {}), content_type="application/soap+xml; charset=utf-8")
    assert response.status_code in (415, 500)


@pytest.mark.parametrize("operation, fields", [
    ("SessionLoginEx", {"baseName": "", "sessionSettings": "", "flags": "many"}),
    ("SessionLoginEx", {"baseName": "", "sessionSettings": "", "flags": "99999999999"}),
    ("CardDelete", {"sessionId": NO_SESSION, "instanceID": NO_SESSION, "permanent": "yes"}),
    ("SessionKeepAlive", {"sessionId": "x"}),
])
def test_a_value_of_the_wrong_type_is_the_fault_of_the_client(client, operation, fields):
    fault = Fault(client.ask(operation, fields))
    assert (fault.status, fault.code) == (500, "soap:Client")
    assert fault.text.startswith("Server was unable to read request.")


def test_the_fault_of_a_soap_1_2_client_names_the_sender(client):
    assert Fault(client.ask12("SessionKeepAlive", {"sessionId": "x"})).code == "soap:Sender"


def test_a_header_that_must_be_understood_and_is_not_makes_a_fault(client):
    body = ('<e:Envelope xmlns:e="%s"><e:Header><x:token xmlns:x="urn:x" e:mustUnderstand="1"/></e:Header><e:Body>'
            '<HealthCheck xmlns="%s"/></e:Body></e:Envelope>' % (SOAP11, SERVICE))
    response = client.post(body, SERVICE + "HealthCheck")
    assert response.status_code == 500
    assert "MustUnderstand" in response.text


def test_a_fault_does_not_repeat_what_could_break_out_of_its_text(client):
    response = client.post(envelope("HealthCheck", {}), SERVICE + "<b>&amp;")
    assert "SOAPAction: %s&lt;b&gt;&amp;amp;." % SERVICE in response.text or "SOAPAction: %s&lt;b>&amp;amp;." % SERVICE in response.text
    ElementTree.fromstring(response.content)
