"""What command lines file for the writer, whoever lives and dies meanwhile: decided once, or not at all."""

import signal
import subprocess

import pytest

import agreement
import postgres
import processes
import tally_program
from deadline import PATIENCE, until
from servers import address_to_be, role
from soap import Fault, StorageServer

FILED = "SELECT count(*) FROM tally_ledger.inbox"
ANSWERED = "SELECT count(*) FROM tally_ledger.inbox_answers"
ENDED = "SELECT count(*) FROM tally.events WHERE kind = 'session_ended' AND session_id = %s"
FILE = """
INSERT INTO tally_ledger.inbox (command, arguments, user_name, deadline)
VALUES (%s, jsonb_build_object('session', %s::text), 'root', now() + make_interval(secs => %s)) RETURNING id
"""


@pytest.fixture
def new_one(new_tally, database):
    def make(term="1s"):
        return new_tally("--term", term, store=("--database", database), listen=address_to_be())
    return make


def lives(server, session):
    try:
        StorageServer(server.soap_url).keep_alive(session)
        return True
    except Fault as fault:
        assert fault.name == "InvalidSession", fault
        return False


def end_in_background(database, session):
    return subprocess.Popen([tally_program.program(), "session", "end", session, "--database", database], cwd="/",
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=tally_program.environment(), encoding="utf-8")


def pause(server):
    server.signal(signal.SIGSTOP)
    until(lambda: processes.is_stopped(server.process.pid), "every thread stands still")


def filed_while_paused(server, database, session):
    """A command line that has filed its command, which the paused writer has not seen."""
    pause(server)
    command = end_in_background(database, session)
    until(lambda: postgres.query(database, FILED) == [(1,)], "the command is filed")
    return command


def assert_done_once(command, database, session):
    output, errors = command.communicate(timeout=PATIENCE)
    assert command.returncode == 0, errors
    assert output == "ended %s\n" % session
    assert postgres.query(database, ENDED, session) == [(1,)]
    agreement.counters_at_rest(database)


def test_a_command_whose_writer_dies_before_deciding_is_carried_out_by_the_command_line(new_one, database):
    server = new_one().start()
    session = StorageServer(server.soap_url).log_in()
    command = filed_while_paused(server, database, session)
    server.kill()
    assert_done_once(command, database, session)
    server.start()
    assert not lives(server, session)


def test_a_command_whose_writer_dies_before_deciding_is_decided_by_the_next_one(new_one, database):
    server = new_one().start()
    client = StorageServer(server.soap_url)
    session, other = client.log_in(), client.log_in()
    ((row,),) = postgres.query(database, "SELECT max(number) FROM tally_ledger.groups")
    pause(server)
    ((filed,),) = postgres.query(database, FILE, "terminate_session", session, 600)
    server.kill()
    assert postgres.query(database, ANSWERED) == [(0,)]
    server.start()
    until(lambda: postgres.query(database, ANSWERED) == [(1,)], "the next writer has answered")
    assert postgres.query(database, ENDED, session) == [(1,)]
    # In one transaction with what it did; and it is not decided again by the one after.
    assert postgres.query(database, "SELECT inbox_id, group_number > %s FROM tally_ledger.inbox_answers", row) == [(filed, True)]
    server.restart()
    assert postgres.query(database, ENDED, session) == [(1,)]
    assert lives(server, other)


def test_with_a_stand_by_alone_the_command_is_carried_out_and_the_stand_by_goes_on(new_one, database):
    first, second = new_one().start(), new_one().start()
    assert role(second) == "standby"
    session = StorageServer(second.soap_url).log_in()
    command = filed_while_paused(first, database, session)
    try:
        until(lambda: role(second) == "writer" or command.poll() is not None, "somebody has taken over")
        assert_done_once(command, database, session)
    finally:
        first.signal(signal.SIGCONT)
    until(lambda: {role(first), role(second)} == {"writer", "standby"}, "one writes, one stands by")
    assert not lives(second, session)


def test_a_stand_by_leaves_the_inbox_to_the_writer(new_one, database):
    first, second = new_one().start(), new_one().start()
    session = StorageServer(second.soap_url).log_in()
    done = second.command("session", "end", session)
    assert done.returncode == 0, done.stderr
    assert postgres.query(database, ENDED, session) == [(1,)]
    assert (role(first), role(second)) == ("writer", "standby")


def test_a_row_past_its_deadline_or_withdrawn_is_not_decided(new_one, database):
    server = new_one(term="10m").start()
    client = StorageServer(server.soap_url)
    late, withdrawn, unknown, valid = (client.log_in() for _ in range(4))
    pause(server)
    postgres.query(database, FILE, "terminate_session", late, -1)
    ((row,),) = postgres.query(database, FILE, "terminate_session", withdrawn, 600)
    postgres.query(database, "DELETE FROM tally_ledger.inbox WHERE id = %s", row)
    postgres.query(database, FILE, "command_of_another_version", unknown, 600)
    ((last,),) = postgres.query(database, FILE, "terminate_session", valid, 600)
    server.signal(signal.SIGCONT)
    until(lambda: postgres.query(database, "SELECT inbox_id FROM tally_ledger.inbox_answers") == [(last,)], "the valid one is answered")
    assert not lives(server, valid)
    assert lives(server, late) and lives(server, withdrawn) and lives(server, unknown)
    until(lambda: "a filed command is not understood" in server.log(), "the unknown command is told")
    assert server.log().count("a filed command is not understood") == 1
    server.stop()


def test_a_command_line_without_any_server_becomes_the_writer_for_a_moment(new_one, database):
    server = new_one().start()
    session = StorageServer(server.soap_url).log_in()
    server.stop()
    assert_done_once(end_in_background(database, session), database, session)
    server.start()
    assert not lives(server, session)
