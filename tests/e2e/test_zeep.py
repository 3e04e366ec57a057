"""A client generated from `?WSDL`, as .NET, Java and PHP make them: here by zeep."""

import pytest
import requests
import zeep
import zeep.transports

from soap import NO_OPTION, OPTION, OPTION_MAXIMUM, TIMEOUT, settings_of, settings_text


@pytest.fixture(scope="module")
def contract(tally):
    http = requests.Session()
    http.trust_env = False
    return zeep.Client(tally.soap_url + "?WSDL",
                       transport=zeep.transports.Transport(session=http, timeout=TIMEOUT, operation_timeout=TIMEOUT))


@pytest.fixture(params=["StorageServerServiceSoap", "StorageServerServiceSoap12"])
def service(contract, request):
    return contract.bind("StorageServerService", request.param)


def log_in(service, computer="ПК-1"):
    return service.SessionLogin(baseName="", sessionSettings=settings_text({"ComputerName": computer})).sessionId


def fault_of(call, *arguments):
    with pytest.raises(zeep.exceptions.Fault) as caught:
        call(*arguments)
    return caught.value


def test_the_contract_has_all_139_operations(contract):
    for binding in contract.wsdl.bindings.values():
        assert len(binding.all()) == 139


def test_the_whole_job_from_log_in_to_log_out(service):
    session = log_in(service)
    assert settings_of(service.SessionGetSettings(session))["ComputerName"] == "ПК-1"
    assert service.IncrementFeatureUsage(session, OPTION) is None
    assert service.DecrementFeatureUsage(session, OPTION) is None
    assert service.SessionLogout(session) is None
    assert "InvalidSession" in fault_of(service.SessionKeepAlive, session).message


def test_log_in_ex_is_read_as_a_structure(service):
    result = service.SessionLoginEx("", "", 0)
    assert isinstance(result.sessionLoginResponse.PageCount, int)
    service.SessionLogout(result.sessionId)


def test_the_limit_is_a_fault_with_code_text_and_detail(service):
    session = log_in(service)
    for _ in range(OPTION_MAXIMUM):
        service.IncrementFeatureUsage(session, OPTION)
    fault = fault_of(service.IncrementFeatureUsage, session, OPTION)
    assert fault.message == "28674, Internal exception, error code: FeatureLimit"
    assert fault.code in ("soap:Server", "soap:Receiver")
    error = fault.detail.find("{urn:tally:error}error")
    assert {child.tag.partition("}")[2]: child.text for child in error}.items() \
        >= {"number": "28674", "name": "FeatureLimit", "hresult": "0x80047002"}.items()

    other = log_in(service, "ПК-2")
    service.SessionLogout(session)
    service.IncrementFeatureUsage(other, OPTION)
    service.SessionLogout(other)


def test_unknown_options_are_faults(service):
    session = log_in(service)
    assert "UnknownFeature" in fault_of(service.IncrementFeatureUsage, session, NO_OPTION).message
    service.SessionLogout(session)


def test_operations_that_are_not_built_are_faults(service):
    session = log_in(service)
    assert "28678, Internal exception, error code: NotImplemented" == fault_of(service.CardGetList, session, OPTION).message
    service.SessionLogout(session)


def test_health_and_time_are_read_as_their_types(service):
    assert service.HealthCheck() == "Running"
    assert isinstance(service.GetServerDateTime(), float)
