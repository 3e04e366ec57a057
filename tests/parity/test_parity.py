"""Each row of the table through each of its columns: the same outcomes, and the same counters, holds and events afterwards."""

import contextlib
import re

import pytest

import agreement
import tally_program
from columns import BARE, SERVED, Column
from deadline import until
from fresh_ledgers import FreshLedgers
from names import write_catalogs
from scenarios import ROWS
from stores import BareStore, ServedStore
from story import PHRASES, play, steps_of

COMMANDS = tally_program.ROOT / "engine/include/tally/engine/command.hpp"


@pytest.fixture(scope="module")
def ledgers(cluster, module_folder):
    write_catalogs(module_folder)
    return FreshLedgers(cluster, module_folder + "/usual.json")


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_every_door_and_the_engine_come_to_the_same(row, ledgers, module_folder, new_tally):
    served = [(door, SERVED[door], ServedStore(ledgers.take(), module_folder, new_tally)) for door in row.doors]
    bare = [("the engine as " + door, BARE[door], BareStore(ledgers.take(), module_folder)) for door in row.doors]
    columns = [Column(name, store, door(store)) for name, door, store in served + bare]
    with contextlib.ExitStack() as at_last:
        for column in columns:
            column.store.start()
            at_last.callback(column.store.end)
            play(row.story, column)
        for column in columns:
            compare(columns[0], column)
            column.store.stop()
            ledgers.give_back(column.store.url)
    assert set().union(*(store.asked for _, _, store in bare)) == set(row.commands.split()), "the row's commands"


def compare(first, other):
    """Waits until both are at rest."""
    for column in (first, other):
        agreement.counters_at_rest(column.store.url)

    def difference():
        mine, others = first.state(), other.state()
        parts = ["counters", "holds", "events"] + ["of_sessions"] * (first.family == other.family)
        return {part: (getattr(mine, part), getattr(others, part)) for part in parts if getattr(mine, part) != getattr(others, part)}

    story = {}
    try:
        until(lambda: story.update(now=difference()) or not story["now"], "%s and %s agree" % (first.name, other.name), within=10)
    except AssertionError as failure:
        raise AssertionError("%s\n%s" % (failure, "\n".join("%s:\n  %s\n  %s" % (part, *both) for part, both in story["now"].items()))) from None


def test_every_command_of_the_engine_has_a_row():
    variant = re.search(r"using Command =\s+std::variant<([^>]*)>;", COMMANDS.read_text())
    commands = {name.strip() for name in variant[1].split(",")}
    assert len(commands) > 30
    assert commands == {command for row in ROWS for command in row.commands.split()}


def test_every_refusal_is_a_word_of_the_error_table():
    words = set(re.findall(r"^\| \d+ \| `\w+` \| `(\w+)` \|", (tally_program.ROOT / "docs/errors.md").read_text(), re.MULTILINE))
    assert {word for phrase in PHRASES.values() for word in phrase.values()} <= words
    expected = {step.outcome for row in ROWS for step in steps_of(row.story)}
    assert set(PHRASES) <= expected, "a phrase that no row uses"
