"""The rule by which a soak judges what processes take: it must see what grows, and nothing else."""

import figures

MIB = 2**20


GROWING = [20 * MIB + 2 * MIB * count for count in range(100)]


def failures(figure, values, **others):
    series = {("it", figure): values, **{(name, figure): other for name, other in others.items()}}
    return [line for line, is_fine in figures.judged(series) if not is_fine]


def test_what_stays_or_comes_and_goes_is_fine():
    assert not failures("memory", [20 * MIB, 30 * MIB] * 50)
    assert not failures("files", [20, 60, 20] * 50)
    assert not failures("connections", [2, 0, 2] * 50)


def test_what_grows_all_the_time_is_seen():
    assert failures("memory", GROWING)
    assert failures("files", range(0, 100))
    assert failures("connections", range(0, 100))


def test_what_a_new_process_takes_too_must_be_kept_and_is_fine():
    new_one = [15 * MIB, 60 * MIB, 15 * MIB, 140 * MIB] * 25
    assert failures("memory", [1 * MIB], **{figures.NEVER_ENDED: GROWING})
    assert not failures("memory", [1 * MIB], **{figures.NEVER_ENDED: GROWING, figures.STARTED_ANEW: new_one})


def test_a_short_run_is_not_judged():
    assert not failures("files", range(0, 50))
