"""The license resource manager: what accounts own, and what their tenants' services have of it."""

import json
import socket
import threading

import pytest
import requests

import postgres
from lrm import DELILAH, TIMEOUT, Lrm
from tally_program import SAMPLE_CATALOG
from usage import problem_of

DTO = ["accountId", "globalId", "serviceScopeId", "serviceType", "license", "userLicensingEnabled", "accountLicenseCode"]
LICENSE = ["licenseCode", "parentLicenseCode", "bundleCode", "subscriptionCode", "licenseStatus", "startDate", "endDate",
           "gracePeriod", "products", "templates", "policies", "entitlements", "payload", "boonLicenseCode"]
PRODUCT = ["code", "quantity", "allocated", "type", "features", "distributionIntervals"]
OWNED = {"UNATT": 5, "NONPR": 4, "TIE": 2}


@pytest.fixture
def lrm(tally):
    """A client of the shared server, whose tenants have nothing before the test and behind it."""
    one = Lrm(tally)
    free_all(one)
    yield one
    free_all(one)


def free_all(one):
    for license in one.get("service-license").json():
        assert one.remove(requests.utils.quote(license["serviceScopeId"], safe="")).status_code == 200


def refusal_of(response):
    return (*problem_of(response), response.json().get("productCode"))


@pytest.fixture
def with_agent_units(new_tally, folder):
    """A server whose account owns one consumable agent unit besides."""
    catalog = json.loads(SAMPLE_CATALOG.read_text())
    account = next(each for each in catalog["accounts"] if each["id"] == DELILAH)
    account["products"].append({"code": "AGU", "quantity": 1, "type": "CONSUMPTION_INTERVAL"})
    path = folder + "/catalog.json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(catalog, file)
    return new_tally(catalog=path).start()


def test_an_allocation_is_answered_with_every_member_of_the_page_in_its_order(lrm):
    response = lrm.allocate("y1968", UNATT=2, NONPR=1)
    assert response.status_code == 200, response.text
    dto = response.json()
    assert list(dto) == DTO and list(dto["license"]) == LICENSE
    assert [list(product) for product in dto["license"]["products"]] == [PRODUCT] * 2
    assert (dto["accountId"], dto["serviceScopeId"], dto["serviceType"]) == (DELILAH, "y1968", "orchestrator")
    assert [(each["code"], each["quantity"], each["type"]) for each in dto["license"]["products"]] == [
        ("NONPR", 1, "STANDARD"), ("UNATT", 2, "STANDARD")]
    payload = json.loads(dto["license"]["payload"])
    assert payload == {name: value for name, value in dto["license"].items() if name in payload} and payload["products"]
    assert lrm.get("service-license", "y1968", "orchestrator").json() == dto


def test_a_quantity_is_a_new_total_and_what_is_not_named_becomes_nothing(lrm):
    lrm.allocate("y1968", UNATT=2, NONPR=1)
    assert lrm.allocate("y1968", UNATT=3).status_code == 200
    assert lrm.has("y1968") == {"UNATT": 3}
    assert lrm.left() == {**OWNED, "UNATT": 2}
    lrm.allocate("y1968", UNATT=0)
    assert lrm.has("y1968") == {} and lrm.left() == OWNED


def test_other_services_and_tenants_keep_what_they_have(lrm):
    lrm.allocate("y1968", "orchestrator", UNATT=1)
    lrm.allocate("y1968", "testmanager", UNATT=1)
    lrm.allocate("y1969", "orchestrator", UNATT=1)
    lrm.allocate("y1968", "orchestrator", NONPR=1)
    assert [lrm.has("y1968"), lrm.has("y1968", "testmanager"), lrm.has("y1969")] == [{"NONPR": 1}, {"UNATT": 1}, {"UNATT": 1}]


@pytest.mark.parametrize("body", [{"products": []}, {"products": None}, {}, {"tenantName": "Delilah", "bypassUsageCheck": True}])
def test_without_products_nothing_changes(lrm, body):
    lrm.allocate("y1968", UNATT=2)
    response = lrm.ask("PUT", lrm.path("service-license", "y1968", "orchestrator"), json=body)
    assert response.status_code == 200 and response.json()["license"]["products"][0]["quantity"] == 2
    assert lrm.has("y1968") == {"UNATT": 2}


def test_more_than_other_tenants_leave_is_refused_with_the_code_at_fault_and_changes_nothing(lrm):
    lrm.allocate("y1969", UNATT=3)
    lrm.allocate("y1968", NONPR=1)
    assert refusal_of(lrm.allocate("y1968", NONPR=4, UNATT=3)) == (409, "product_limit", "UNATT")
    assert lrm.has("y1968") == {"NONPR": 1}
    assert lrm.allocate("y1968", NONPR=4, UNATT=2).status_code == 200


def test_what_the_account_does_not_own_is_refused_unless_it_is_nothing(lrm):
    assert refusal_of(lrm.allocate("y1968", AIG=1)) == (409, "product_limit", "AIG")
    assert refusal_of(lrm.allocate("y1968", unatt=1)) == (409, "product_limit", "unatt"), "codes are matched to the letter"
    assert lrm.allocate("y1968", AIG=0).status_code == 200


def test_an_account_without_products_is_not_found(tally):
    for account in ("nobody", "default"):
        one = Lrm(tally, account)
        assert problem_of(one.allocate("t", UNATT=1)) == (404, "no_account_license")
        assert problem_of(one.remove("t", "s")) == (404, "no_account_license")
        assert problem_of(one.get("available-account-licenses")) == (404, "no_account_license")
        assert problem_of(one.get("account-license")) == (404, "no_account_license")
        assert one.get("service-license").json() == []


def test_the_vendors_sample_works_as_it_stands(lrm):
    """POST, `productQuantities`, and question marks in the place of the type of service, which make it an empty one."""
    response = lrm.ask("POST", "/lrm/api/account/y-y-y-delilah/service-license/y1968/?????", headers={
        "Authorization": "Bearer 1234", "Content-Type": "application/json"}, data=json.dumps({
            "tenantName": "Delilah", "productQuantities": [{"code": "UNATT", "quantity": 5}, {"code": "NONPR", "quantity": 4},
                                                           {"code": "TIE", "quantity": 2}]}))
    assert response.status_code == 200, response.text
    assert response.json()["serviceType"] == "default"
    assert lrm.has("y1968", "default") == OWNED
    assert refusal_of(lrm.allocate("y1969", TIE=1)) == (409, "product_limit", "TIE")
    assert lrm.remove("y1968").status_code == 200
    assert lrm.has("y1968", "default") == {}


def test_ids_are_opaque_texts(lrm):
    for scope, service in (("Арендатор 1", "Сервис"), ("a%2Fb", "x:y"), ("00000000-0000-0000-0000-000000000001", "data service")):
        path = lrm.path("service-license", requests.utils.quote(scope, safe=""), requests.utils.quote(service, safe=""))
        response = lrm.ask("PUT", path, json={"products": [{"code": "UNATT", "quantity": 1}]})
        assert response.status_code == 200, response.text
        assert (response.json()["serviceScopeId"], response.json()["serviceType"]) == (scope, service)
    assert lrm.left()["UNATT"] == 2


BAD = {
    "no object": "[]",
    "no JSON": "{",
    "both names": '{"products": [], "productQuantities": []}',
    "unknown member": '{"product": []}',
    "no list": '{"products": {}}',
    "no code": '{"products": [{"quantity": 1}]}',
    "empty code": '{"products": [{"code": "", "quantity": 1}]}',
    "no quantity": '{"products": [{"code": "UNATT"}]}',
    "a text": '{"products": [{"code": "UNATT", "quantity": "1"}]}',
    "below 0": '{"products": [{"code": "UNATT", "quantity": -1}]}',
    "too much": '{"products": [{"code": "UNATT", "quantity": 1e300}]}',
    "too fine": '{"products": [{"code": "UNATT", "quantity": 0.0000001}]}',
    "twice": '{"products": [{"code": "UNATT", "quantity": 1}, {"code": "UNATT", "quantity": 1}]}',
    "too many": json.dumps({"products": [{"code": "P%d" % number, "quantity": 0} for number in range(1001)]}),
    "a number for a name": '{"tenantName": 7}',
    "a text for a flag": '{"bypassUsageCheck": "yes"}',
}


@pytest.mark.parametrize("name", BAD)
def test_what_can_t_be_is_a_bad_request_and_changes_nothing(lrm, name):
    lrm.allocate("y1968", NONPR=1)
    response = lrm.ask("PUT", lrm.path("service-license", "y1968", "orchestrator"), data=BAD[name])
    assert problem_of(response) == (400, "validation_error")
    if name in ("no quantity", "a text", "below 0", "too much", "too fine", "twice"):
        assert response.json()["productCode"] == "UNATT"
    assert lrm.has("y1968") == {"NONPR": 1}


def test_ids_that_can_t_be_are_a_bad_request(lrm):
    for scope in ("%00", "%ff", "a" * 257):
        assert problem_of(lrm.ask("GET", lrm.path("service-license", scope))) == (400, "validation_error")


def test_parts_of_a_unit_are_for_consumable_products_and_add_up(with_agent_units):
    lrm = Lrm(with_agent_units)
    assert refusal_of(lrm.allocate("y1968", UNATT=0.5)) == (400, "invalid_quantity", "UNATT")
    lrm.allocate("a", AGU=0.1)
    lrm.allocate("b", AGU=0.2)
    assert '"quantity":0.1,' in lrm.get("service-license", "a", "orchestrator").text
    assert '"code":"AGU","total":1,"allocated":0.3' in lrm.get("available-account-licenses").text
    assert refusal_of(lrm.allocate("c", AGU=0.700001)) == (409, "product_limit", "AGU")
    assert lrm.allocate("c", AGU=0.7).status_code == 200
    for scope in "abc":
        lrm.allocate(scope, AGU=0)
    assert '"code":"AGU","total":1,"allocated":0}' in lrm.get("available-account-licenses").text


def test_what_is_removed_is_gone_and_free(lrm):
    lrm.allocate("y1968", "orchestrator", UNATT=2)
    lrm.allocate("y1968", "testmanager", UNATT=1, NONPR=1)
    for _ in range(2):
        response = lrm.remove("y1968", "orchestrator")
        assert (response.status_code, response.content) == (200, b"")
    assert problem_of(lrm.get("service-license", "y1968", "orchestrator")) == (410, "no_service_license")
    assert lrm.has("y1968", "testmanager") == {"UNATT": 1, "NONPR": 1}
    lrm.remove("y1968")
    assert lrm.get("service-license").json() == [] and lrm.left() == OWNED


def test_reading_tells_of_one_service_of_a_tenant_and_of_all(lrm):
    lrm.allocate("y1968", "orchestrator", UNATT=2)
    lrm.allocate("y1968", "testmanager", UNATT=1)
    lrm.allocate("y1969", "orchestrator", NONPR=3)
    whose = lambda response: [(each["serviceScopeId"], each["serviceType"]) for each in response.json()]  # noqa: E731
    assert whose(lrm.get("service-license")) == [("y1968", "orchestrator"), ("y1968", "testmanager"), ("y1969", "orchestrator")]
    assert whose(lrm.get("service-license", "y1968")) == [("y1968", "orchestrator"), ("y1968", "testmanager")]
    assert lrm.get("service-license", "y1970").json() == []
    assert lrm.get("service-license", "y1968", "orchestrator", "products").json() == [{"code": "UNATT", "quantity": 2, "features": []}]
    assert lrm.get("service-license", "y1968", "orchestrator", "status").json()["licenseStatus"] == "ACTIVE"
    found = lrm.ask("GET", "/lrm/api/service-license/y1969/orchestrator")
    assert found.json() == lrm.get("service-license", "y1969", "orchestrator").json()
    assert lrm.get("tenantAllocations").json() == [
        {"serviceScopeId": "y1968", "products": [{"code": "UNATT", "allocated": 3}]},
        {"serviceScopeId": "y1969", "products": [{"code": "NONPR", "allocated": 3}]}]
    for parts in (("products",), ("status",), ()):
        assert problem_of(lrm.get("service-license", "y1970", "orchestrator", *parts)) == (410, "no_service_license")
    assert problem_of(lrm.ask("GET", "/lrm/api/service-license/y1970/orchestrator")) == (410, "no_service_license")


def test_an_account_s_license_lists_what_it_owns(lrm):
    (license,) = lrm.get("account-license").json()
    assert [(each["code"], each["quantity"]) for each in license["products"]] == list(OWNED.items())
    assert license["accountId"] == DELILAH
    lrm.allocate("y1968", UNATT=2)
    expected = [{"code": "UNATT", "total": 5, "allocated": 2}, {"code": "NONPR", "total": 4, "allocated": 0},
                {"code": "TIE", "total": 2, "allocated": 0}]
    assert lrm.get("available-account-licenses").json() == expected
    assert lrm.get("available-service-licenses", "y1968").json() == expected


def test_a_repeat_under_an_idempotency_key_is_answered_as_the_first_time_also_after_a_kill(new_tally):
    server = new_tally().start()
    lrm = Lrm(server)
    once = {"Idempotency-Key": "once"}
    first = lrm.allocate("y1968", headers=once, UNATT=2)
    refused = lrm.allocate("y1969", headers={"Idempotency-Key": "refused"}, UNATT=4)
    assert refusal_of(refused) == (409, "product_limit", "UNATT")
    lrm.remove("y1968")
    assert lrm.allocate("y1968", headers=once, UNATT=2).json() == first.json()
    server.kill()
    server.start()
    lrm = Lrm(server)
    assert lrm.allocate("y1968", headers=once, UNATT=2).json() == first.json()
    assert refusal_of(lrm.allocate("y1969", headers={"Idempotency-Key": "refused"}, UNATT=4)) == (409, "product_limit", "UNATT")
    assert lrm.has("y1968") == {}
    assert problem_of(lrm.allocate("y1968", headers=once, UNATT=3)) == (422, "idempotency_conflict")


def test_what_was_acknowledged_survives_a_kill_and_the_views_agree(new_tally):
    server = new_tally().start()
    lrm = Lrm(server)
    lrm.allocate("y1968", UNATT=2)
    lrm.allocate("y1969", UNATT=3, NONPR=1)
    lrm.allocate("y1969", UNATT=1)
    before = lrm.get("service-license").json()
    server.kill()
    server.start()
    lrm = Lrm(server)
    assert lrm.get("service-license").json() == before
    assert lrm.left() == {**OWNED, "UNATT": 2}
    url = server.database_url()
    assert list(postgres.rows(url, "SELECT holder, quantity::int FROM tally.holds WHERE holder_kind = 'tenant_service' ORDER BY holder")) == [
        ("y1968/orchestrator", 2), ("y1969/orchestrator", 1)]
    steps = postgres.rows(url, """
        SELECT e.quantity::int, e.used_after::int, e.reason, e.door FROM tally.events e JOIN tally.counters c ON c.id = e.counter_id
        WHERE e.kind = 'allotted' AND c.feature = 'UNATT' ORDER BY e.token""")
    assert list(steps) == [(2, 2, "y1968/orchestrator", "lrm"), (3, 5, "y1969/orchestrator", "lrm"), (1, 3, "y1969/orchestrator", "lrm")]
    of_y1969 = postgres.rows(url, "SELECT product, maximum::int FROM tally.counters WHERE kind = 'allotment' "
                             "AND feature = 'y1969/orchestrator'")
    assert list(of_y1969) == [("UNATT", 1)], "a product that was taken away is nobody's"


def test_20_tenants_that_race_for_a_product_get_what_there_is_and_no_more(new_tally):
    server = new_tally().start()
    outcomes = []
    together = threading.Barrier(20)

    def race(number):
        lrm = Lrm(server)
        together.wait()
        for quantity in (2, 1, 2):
            outcomes.append(lrm.allocate("tenant-%d" % number, UNATT=quantity).status_code)

    threads = [threading.Thread(target=race, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 60 and set(outcomes) == {200, 409}
    lrm = Lrm(server)
    had = sum(each["license"]["products"][0]["quantity"] for each in lrm.get("service-license").json())
    assert had == 5 and lrm.left()["UNATT"] == 0
    server.kill()
    server.start()
    lrm = Lrm(server)
    assert sum(each["license"]["products"][0]["quantity"] for each in lrm.get("service-license").json()) == 5
    used = [used for (used,) in postgres.rows(server.database_url(), "SELECT used_after::int FROM tally.events WHERE kind = 'allotted' ORDER BY token")]
    assert used[-1] == max(used) == 5


def test_what_is_not_built_says_so(lrm):
    for method, path in (("PUT", "/lrm/api/host/feb0dd79-85b6-483b-b297-0e49a1aa5b7d/organization/o/license"),
                         ("GET", lrm.path("user-license", "status")), ("PUT", lrm.path("account-license")),
                         ("PUT", "/lease_/api/account/a/user-license"), ("DELETE", "/lease_/api/lease/l"),
                         ("POST", "/lease_/api/lease/o/s/t/p/lease/l")):
        assert problem_of(lrm.ask(method, path)) == (501, "not_implemented")
    assert lrm.ask("GET", "/lrm/api/nonsense").status_code == 404
    assert lrm.ask("PUT", "/lrm/api/service-license/y1968/orchestrator").headers["Allow"] == "GET, HEAD"
    assert lrm.ask("GET", "/lrm/health").json() == "Healthy"


def test_pages_of_another_site_change_nothing(lrm):
    response = lrm.allocate("y1968", headers={"Origin": "http://elsewhere.example"}, UNATT=1)
    assert problem_of(response) == (403, "access_denied")
    assert lrm.has("y1968") == {}


def test_a_stand_by_takes_allocations_to_the_writer(new_tally, database):
    with socket.create_server(("127.0.0.1", 0)) as probe:  # a stand-by must be told a port, so none is drawn at the start
        address = "127.0.0.1:%d" % probe.getsockname()[1]
    writer = new_tally(store=("--database", database), listen=address).start()
    stand_by = new_tally(store=("--database", database)).start()
    assert Lrm(stand_by).allocate("y1968", UNATT=2).status_code == 200
    assert Lrm(writer).has("y1968") == {"UNATT": 2} == Lrm(stand_by).has("y1968")
    assert requests.get(stand_by.base_url + "/lrm/health", timeout=TIMEOUT).status_code == 200
