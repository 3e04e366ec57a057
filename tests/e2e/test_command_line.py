"""The command line itself: version, mistakes, configuration, and what it refuses to do."""

import os
import pathlib
import re
import resource

import pytest

import tally_program
from tally_program import run


def test_version_says_the_name_and_the_number():
    done = run("version")
    assert done.returncode == 0
    assert re.search(r"\d+\.\d+\.\d+", done.stdout)


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["serve", "--nonsense"], ["catalog"], ["catalog", "nonsense"],
                                       ["session", "end"], ["serve", "--listen", "nowhere"], ["serve", "--listen", "127.0.0.1:99999"]])
def test_a_mistake_is_told_on_stderr_with_an_exit_code(arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr.strip() and not done.stdout.strip()


@pytest.mark.parametrize("text, complaint", [
    ("[server]\nlisten = [\"127.0.0.1:0\"]\nnonsense = 1\n", "nonsense"),
    ("[nonsense]\n", "nonsense"),
    ("[sessions]\nidle_timeout = \"soon\"\n", "idle_timeout"),
    ("[sessions\n", "tally.toml:1"),
])
def test_a_mistake_in_the_configuration_file_keeps_the_server_from_starting(folder, text, complaint):
    path = pathlib.Path(folder) / "tally.toml"
    path.write_text(text)
    done = run("serve", "--config", path, "--data-dir", folder + "/data")
    assert done.returncode == 2
    assert complaint in done.stderr
    assert not (pathlib.Path(folder) / "data").exists()


def test_a_missing_configuration_file_is_told(folder):
    done = run("serve", "--config", folder + "/missing.toml", "--data-dir", folder + "/data")
    assert done.returncode == 2 and "missing.toml" in done.stderr


def test_listening_beyond_this_machine_without_authentication_is_refused(folder):
    done = run("serve", "--listen", "0.0.0.0:0", "--data-dir", folder + "/data")
    assert done.returncode == 3
    assert "--insecure" in done.stderr


def test_listening_beyond_this_machine_is_allowed_by_insecure(new_tally):
    server = new_tally("--insecure", listen="0.0.0.0:0").start()
    server.stop()


def test_a_database_that_cannot_be_reached_is_told_without_the_password(folder):
    done = run("serve", "--database", "postgresql://u:s3cret@/x?host=%s" % folder, "--listen", "127.0.0.1:0")
    assert done.returncode == 4
    assert done.stderr.strip() and "s3cret" not in done.stderr


def test_migrate_can_be_repeated(cluster):
    url = cluster.new_database()
    for _ in range(2):
        done = run("migrate", "--database", url)
        assert done.returncode == 0, done.stderr


def test_a_list_of_a_data_directory_that_is_not_there_is_refused_and_makes_none(folder):
    missing = pathlib.Path(folder) / "mistyped"
    done = run("session", "list", "--data-dir", missing)
    assert done.returncode != 0
    assert str(missing) in done.stderr
    assert not missing.exists()


def test_a_data_directory_that_can_not_be_looked_into_is_refused_like_one_that_is_not_there(folder):
    os.symlink("postgres", pathlib.Path(folder) / "postgres")
    done = run("session", "list", "--data-dir", folder)
    assert done.returncode == 4, done.stderr
    assert "there is no database in " + folder in done.stderr


@pytest.mark.skipif(os.environ.get("TALLY_SANITIZE") == "thread", reason="the sanitizer itself has no room for such a stack")
def test_a_serving_tally_that_gets_no_thread_says_so_and_ends_with_an_exit_code(folder):
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    more_than_there_are_addresses = 200 << 40
    if hard != resource.RLIM_INFINITY:
        pytest.skip("stacks are bounded here")
    resource.setrlimit(resource.RLIMIT_STACK, (more_than_there_are_addresses, hard))
    try:
        done = run("serve", "--listen", "127.0.0.1:0", "--data-dir", folder + "/data")
    finally:
        resource.setrlimit(resource.RLIMIT_STACK, (soft, hard))
    assert done.returncode == 1, done.stderr
    assert "tally: Resource temporarily unavailable" in done.stderr


def test_an_unknown_variable_of_ours_is_refused(monkeypatch):
    monkeypatch.setattr(tally_program, "environment", lambda: {"TALLY_LISTN": "127.0.0.1:0", "PATH": os.environ["PATH"]})
    done = run("session", "list")
    assert done.returncode == 2 and "TALLY_LISTN" in done.stderr


def test_the_environment_sets_what_the_command_line_does_not(monkeypatch, folder):
    monkeypatch.setattr(tally_program, "environment", lambda: {"TALLY_LISTEN": "0.0.0.0:0", "PATH": os.environ["PATH"]})
    done = run("serve", "--data-dir", folder + "/data")
    assert done.returncode == 3 and "0.0.0.0" in done.stderr


def test_a_database_that_may_lose_what_was_acknowledged_is_refused(cluster, new_tally, new_client):
    url = cluster.new_database()
    cluster.configure("fsync", "off")
    try:
        done = run("serve", "--migrate", "--database", url, "--listen", "127.0.0.1:0")
        assert done.returncode == 4 and "fsync" in done.stderr
        client = new_client(new_tally("--migrate", "--allow-unsafe", store=("--database", url)).start())
        client.log_in()
    finally:
        cluster.configure("fsync", "on")
