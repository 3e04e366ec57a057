"""The rule by which a soak judges what processes take: it must see what grows, and nothing else."""

import figures

MIB = 2**20


def failures(figure, values, answers=(0, 0)):
    return [line for line, is_fine in figures.judged({("it", figure): values}, list(answers)) if not is_fine]


def test_what_stays_or_comes_and_goes_is_fine():
    assert not failures("memory", [20 * MIB, 30 * MIB] * 50)
    assert not failures("files", [20, 60, 20] * 50)
    assert not failures("connections", [2, 0, 2] * 50)


def test_what_grows_all_the_time_is_seen():
    assert failures("memory", [20 * MIB + 2 * MIB * count for count in range(100)])
    assert failures("files", range(0, 100))
    assert failures("connections", range(0, 100))


def test_what_must_be_kept_by_right_may_take_its_place():
    growing = [20 * MIB + 2 * MIB * count for count in range(100)]
    assert not failures("memory", growing, answers=[0, 100_000])


def test_a_short_run_is_not_judged():
    assert not failures("files", range(0, 50))
