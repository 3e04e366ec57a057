"""The catalogue: mistakes are told with their place, changes reach a running server, and what is held is protected."""

import json
import pathlib
import xml.etree.ElementTree as ElementTree

import psycopg2
import pytest

from deadline import until
from soap import OPTION, OPTION_MAXIMUM, Fault
from tally_program import SAMPLE_CATALOG, run

OTHER_OPTION = "0b7c1c3e-0f6a-4a55-9c35-3b4a1f5f9a01"


def catalog_file(folder, *features, name="catalog.json"):
    """A file with one license; a feature is (guid, code, members)."""
    path = pathlib.Path(folder) / name
    path.write_text(json.dumps({"accounts": [{"id": "default", "name": "Default", "licenses": [
        {"id": 1, "product": "p", "name": "P", "key": "K", "type": "subscription", "features": [
            {"id": guid, "code": code, "name": "Опция " + code, "type": "floating", **members}
            for guid, code, members in features]}]}]}, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def with_maximum(folder, maximum):
    return catalog_file(folder, (OPTION, "option-1", {} if maximum is None else {"maximum": maximum}),
                        name="maximum-%s.json" % maximum)


def imported(server, file, *options):
    done = server.command("catalog", "import", file, *options)
    assert done.returncode == 0, done.stderr
    return done


def refused(server, file, *options):
    done = server.command("catalog", "import", file, *options)
    assert done.returncode == 3, done.stdout
    return done.stderr


# --- tally catalog check ---------------------------------------------------------------------------------------------

def test_check_accepts_the_sample():
    done = run("catalog", "check", SAMPLE_CATALOG)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text, line, member", [
    ('{"accounts": [\n  {"id": "a", "name": "A", "licences": []}\n]}', 2, "accounts[0].licences"),
    ('{"accounts": [{"id": "a", "name": "A", "licenses": [\n\n{"id": "one"}]}]}', 3, "accounts[0].licenses[0].id"),
    ('{"accounts": [\n{"id": "a", "name": "A"},\n{"id": "a", "name": "A"}]}', 3, "accounts[1].id"),
    ('{"accounts": [{"id": "a", "name": "A", "licenses": [{"id": 1, "product": "p", "name": "n", "key": "k", "type": "perpetual",\n'
     '"features": [{"code": "f", "name": "F", "type": "floating",\n"maximum": -1}]}]}]}', 3,
     "accounts[0].licenses[0].features[0].maximum"),
], ids=["unknown member", "wrong type", "repeated id", "out of range"])
def test_check_tells_line_and_member_of_a_mistake(folder, text, line, member):
    path = pathlib.Path(folder) / "bad.json"
    path.write_text(text)
    done = run("catalog", "check", path)
    assert done.returncode == 2
    assert "line %d: %s" % (line, member) in done.stderr


def test_check_tells_all_mistakes_at_once(folder):
    path = pathlib.Path(folder) / "bad.json"
    path.write_text('{"accounts": [\n{"id": "", "name": "A"},\n{"id": "b", "nam": "B"}\n]}')
    mistakes = run("catalog", "check", path).stderr
    assert "line 2: accounts[0].id" in mistakes and "line 3: accounts[1].nam" in mistakes


def test_check_tells_the_line_of_a_syntax_error(folder):
    path = pathlib.Path(folder) / "bad.json"
    path.write_text('{"accounts": [\n\n,]}')
    done = run("catalog", "check", path)
    assert done.returncode == 2 and "line 3" in done.stderr


def test_check_tells_that_there_is_no_such_file(folder):
    done = run("catalog", "check", folder + "/missing.json")
    assert done.returncode in (1, 2) and "missing.json" in done.stderr


# --- serve --catalog -------------------------------------------------------------------------------------------------

def test_a_bad_catalogue_keeps_the_server_from_starting_and_its_mistake_is_told(new_tally, folder):
    path = pathlib.Path(folder) / "bad.json"
    path.write_text('{"accounts": [\n  {"id": "a", "name": "A", "licences": []}\n]}')
    server = new_tally(catalog=path)
    server.launch()
    assert server.wait_refused() == 2
    assert "line 2: accounts[0].licences" in server.log()


def test_a_changed_file_is_imported_at_the_next_start(new_tally, new_client, folder):
    server = new_tally(catalog=with_maximum(folder, 2)).start()
    session = new_client(server).log_in()
    assert new_client(server).increment_up_to_the_limit(session) == 2
    server.stop()
    server.catalog = with_maximum(folder, 5)
    server.start()
    assert new_client(server).increment_up_to_the_limit(session) == 3


def test_a_start_waits_for_its_import_while_the_database_can_not_take_it(new_tally, new_client, database):
    """Seen when a server that started was deposed just before its import: it ended as busy."""
    server = new_tally(store=("--database", database))
    blocker = psycopg2.connect(database)
    # Whoever writes the one row waits for this transaction.
    blocker.cursor().execute("INSERT INTO tally_ledger.catalog (document, file_hash, imported_at, group_number) VALUES ('{}', '', now(), 0)")
    server.launch()
    until(lambda: "group not committed" in server.log(), "an import has failed")
    blocker.rollback()
    blocker.close()
    server.wait_ready()
    client = new_client(server)
    client.increment(client.log_in())


def test_a_changed_file_that_takes_away_what_is_held_is_not_imported_at_a_start(new_tally, new_client, folder):
    server = new_tally(catalog=with_maximum(folder, 5)).start()
    session = new_client(server).log_in()
    assert new_client(server).increment_up_to_the_limit(session) == 5
    server.stop()
    server.catalog = with_maximum(folder, 2)
    server.launch()
    assert server.wait_refused() == 3
    assert "maximum" in server.log()


def test_an_unchanged_file_does_not_undo_a_later_import_at_the_next_start(new_tally, new_client, folder):
    server = new_tally(catalog=with_maximum(folder, 2)).start()
    imported(server, with_maximum(folder, 5))
    session = new_client(server).log_in()
    assert new_client(server).increment_up_to_the_limit(session) == 5
    server.restart()
    assert new_client(server).increment_up_to_the_limit(session) == 0
    new_client(server).decrement(session)
    new_client(server).increment(session)


def test_without_a_catalogue_the_stored_one_is_served(new_tally, new_client, folder):
    server = new_tally(catalog=with_maximum(folder, 2)).start()
    server.stop()
    server.catalog = None
    server.start()
    client = new_client(server)
    assert client.increment_up_to_the_limit(client.log_in()) == 2


# --- catalog import and export on a running server -------------------------------------------------------------------

@pytest.fixture
def server(new_tally, database):
    return new_tally(store=("--database", database)).start()


def test_a_raised_maximum_counts_at_once_and_what_is_held_stays(server, new_client, folder):
    path = with_sample_maximum(folder, OPTION_MAXIMUM + 2)
    client = new_client(server)
    session = client.log_in()
    assert client.increment_up_to_the_limit(session) == OPTION_MAXIMUM
    imported(server, path)
    assert client.increment_up_to_the_limit(session) == 2


def with_sample_maximum(folder, maximum):
    catalog = json.loads(SAMPLE_CATALOG.read_text(encoding="utf-8"))
    catalog["accounts"][0]["licenses"][0]["features"][0]["maximum"] = maximum
    path = pathlib.Path(folder) / "sample.json"
    path.write_text(json.dumps(catalog))
    return path


def test_the_new_catalogue_shows_in_the_settings_of_open_sessions(server, new_client, folder):
    client = new_client(server)
    session = client.log_in()
    imported(server, catalog_file(folder, (OPTION, "option-1", {"maximum": 3}), (OTHER_OPTION, "option-2", {})))
    settings = client.settings(session)
    assert settings["Features"].lower().split(";") == [OPTION, OTHER_OPTION]
    features = {feature.get("ID").lower(): feature for feature in ElementTree.fromstring(settings["License"]).iter("Feature")}
    assert features[OPTION].get("MaxConnections") == "3"
    assert features[OTHER_OPTION].get("Name") == "Опция option-2"


def test_an_option_without_a_maximum_is_counted_and_always_granted(server, new_client, folder):
    imported(server, catalog_file(folder, (OTHER_OPTION, "option-2", {})))
    client = new_client(server)
    session = client.log_in()
    for _ in range(30):
        client.increment(session, OTHER_OPTION)


def test_an_option_that_counts_by_session_counts_repeats_once(server, new_client, folder):
    imported(server, catalog_file(folder, (OTHER_OPTION, "option-2", {"maximum": 2, "count_by": "session"})))
    client = new_client(server)
    first, second, third = (client.log_in() for _ in range(3))
    for _ in range(5):
        client.increment(first, OTHER_OPTION)
    client.increment(second, OTHER_OPTION)
    with pytest.raises(Fault) as caught:
        client.increment(third, OTHER_OPTION)
    assert caught.value.name == "FeatureLimit"
    client.decrement(first, OTHER_OPTION)
    client.increment(third, OTHER_OPTION)


def test_a_maximum_below_use_is_refused_and_changes_nothing(server, new_client, folder):
    client = new_client(server)
    session = client.log_in()
    for _ in range(5):
        client.increment(session)
    complaint = refused(server, with_sample_maximum(folder, 3))
    assert "option-1" in complaint and "5" in complaint
    assert client.increment_up_to_the_limit(session) == OPTION_MAXIMUM - 5


def test_a_maximum_forced_below_use_grants_nothing_until_use_is_below(server, new_client, folder):
    client = new_client(server)
    session = client.log_in()
    for _ in range(5):
        client.increment(session)
    imported(server, with_sample_maximum(folder, 3), "--force")
    for _ in range(3):  # 5, then 4, then 3 are held
        with pytest.raises(Fault) as caught:
            client.increment(session)
        assert caught.value.name == "FeatureLimit"
        client.decrement(session)
    client.increment(session)
    with pytest.raises(Fault):
        client.increment(session)


def test_an_option_that_is_held_is_not_removed(server, new_client, folder):
    client = new_client(server)
    session = client.log_in()
    client.increment(session)
    without = catalog_file(folder, (OTHER_OPTION, "option-2", {"maximum": 1}))
    assert "option-1" in refused(server, without)
    client.increment(session)

    imported(server, without, "--force")
    with pytest.raises(Fault) as caught:
        client.increment(session)
    assert caught.value.name == "UnknownFeature"
    client.decrement(session)  # giving back always works
    client.decrement(session)


def test_an_option_that_nobody_holds_is_removed_without_force(server, new_client, folder):
    client = new_client(server)
    session = client.log_in()
    client.increment(session)
    client.decrement(session)
    imported(server, catalog_file(folder, (OTHER_OPTION, "option-2", {"maximum": 1})))
    with pytest.raises(Fault) as caught:
        client.increment(session)
    assert caught.value.name == "UnknownFeature"


def test_the_kind_of_a_counter_never_changes_not_even_by_force(server, folder):
    catalog = json.loads(SAMPLE_CATALOG.read_text(encoding="utf-8"))
    feature = catalog["accounts"][0]["licenses"][1]["features"][1]
    assert (feature["code"], feature["type"]) == ("f2", "floating")
    catalog["accounts"][0]["licenses"][1]["features"][1] = {"code": "f2", "name": "Editor", "type": "consumption", "max_consumptions": 3}
    path = pathlib.Path(folder) / "kind.json"
    path.write_text(json.dumps(catalog))
    assert "f2" in refused(server, path)
    assert "f2" in refused(server, path, "--force")


def test_a_bad_file_is_refused_with_line_and_member(server, new_client, folder):
    path = pathlib.Path(folder) / "bad.json"
    path.write_text('{"accounts": [\n  {"id": "a", "name": "A", "licences": []}\n]}')
    done = server.command("catalog", "import", path)
    assert done.returncode == 2
    assert "line 2: accounts[0].licences" in done.stderr
    client = new_client(server)
    client.increment(client.log_in())


def test_the_valid_license_that_stands_last_is_used(server, new_client, folder):
    catalog = json.loads(with_maximum(folder, 2).read_text(encoding="utf-8"))
    licenses = catalog["accounts"][0]["licenses"]
    for number, (maximum, valid_until) in enumerate([(4, None), (7, "2001-01-01")], start=2):
        extra = json.loads(json.dumps(licenses[0]))
        extra.update(id=number, key="K%d" % number, **({"valid_until": valid_until} if valid_until else {}))
        extra["features"][0]["maximum"] = maximum
        licenses.append(extra)
    path = pathlib.Path(folder) / "licenses.json"
    path.write_text(json.dumps(catalog))
    imported(server, path)
    client = new_client(server)
    session = client.log_in()
    assert client.increment_up_to_the_limit(session) == 4
    assert client.settings(session)["Features"].lower() == OPTION


def test_an_expired_license_grants_nothing_and_leaves_the_features(server, new_client, folder):
    catalog = json.loads(with_maximum(folder, 2).read_text(encoding="utf-8"))
    catalog["accounts"][0]["licenses"][0]["valid_until"] = "2001-01-01"
    path = pathlib.Path(folder) / "expired.json"
    path.write_text(json.dumps(catalog))
    client = new_client(server)
    session = client.log_in()
    imported(server, path)
    with pytest.raises(Fault):
        client.increment(session)
    assert client.settings(session)["Features"] == ""


def test_the_export_equals_what_was_imported_and_can_be_imported_again(server, folder):
    done = server.command("catalog", "export")
    assert done.returncode == 0, done.stderr
    exported = pathlib.Path(folder) / "exported.json"
    exported.write_text(done.stdout, encoding="utf-8")
    assert json.loads(done.stdout) == json.loads(SAMPLE_CATALOG.read_text(encoding="utf-8"))
    assert run("catalog", "check", exported).returncode == 0
    imported(server, exported)
    assert server.command("catalog", "export").stdout == done.stdout


def test_an_import_survives_a_crash(server, new_client, folder):
    imported(server, with_sample_maximum(folder, 4))
    server.kill()
    server.catalog = None
    server.start()
    client = new_client(server)
    assert client.increment_up_to_the_limit(client.log_in()) == 4


def test_the_command_line_imports_and_exports_where_no_server_runs(database, new_tally, new_client, folder):
    store = ("--database", database)
    assert run("catalog", "import", with_maximum(folder, 3), *store).returncode == 0
    exported = run("catalog", "export", *store)
    assert exported.returncode == 0 and json.loads(exported.stdout)["accounts"][0]["licenses"][0]["features"][0]["maximum"] == 3
    client = new_client(new_tally(store=store, catalog=None).start())
    assert client.increment_up_to_the_limit(client.log_in()) == 3
