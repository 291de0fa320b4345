"""When a burst of changes is over, on a clock of its own: every time here is in seconds since the first sign."""

import pytest

from emulator.watcher.settling import Settling
from emulator.watcher.signs import Sign

DEBOUNCE_S = 0.05

Noted = tuple[float, Sign, str]


@pytest.mark.parametrize(
    ("signs", "over_at"),
    [
        pytest.param([], 0.05, id="nothing more comes"),
        pytest.param([(0.04, Sign.CHANGED, "a")], 0.09, id="a new sign restarts the wait"),
        pytest.param([(0.04 * n, Sign.CHANGED, "a") for n in range(100)], 0.5, id="the wait has an end"),
        pytest.param([(0.0, Sign.WRITING, "a")], 1.0, id="an open file is waited for"),
        pytest.param([(0.0, Sign.WRITING, "a"), (0.2, Sign.CHANGED, "a")], 0.25, id="until it is closed"),
        pytest.param(
            [(0.0, Sign.WRITING, "a"), (0.2, Sign.CHANGED, "b")], 1.0, id="closing another one does not count"
        ),
        pytest.param(
            [(0.1, Sign.WRITING, "a"), (0.9, Sign.WRITING, "a")], 1.1, id="open files wait no longer than a second"
        ),
        pytest.param([(0.9, Sign.WRITING, "a")], 1.9, id="which counts from when it was opened"),
        pytest.param([(0.0, Sign.ABSENT, "a")], 0.25, id="a file that went away may come back"),
        pytest.param([(0.0, Sign.ABSENT, "a"), (0.1, Sign.CHANGED, "a")], 0.15, id="and then is not waited for"),
        pytest.param([(0.0, Sign.ABSENT, "a"), (0.1, Sign.WRITING, "a")], 1.1, id="but while it is written"),
        pytest.param([(0.04 * n, Sign.CHANGED, "a") for n in range(50)] + [(2.0, Sign.ABSENT, "a")], 2.25, id="late"),
    ],
)
def test_burst_is_over(signs: list[Noted], over_at: float) -> None:
    burst = Settling(0.0, DEBOUNCE_S)

    for moment, sign, path in signs:
        burst.note(sign, path, moment)

    assert burst.over_at == pytest.approx(over_at)


def test_look_at_the_disk_does_not_end_the_wait_for_a_writer() -> None:
    burst = Settling(0.0, DEBOUNCE_S)
    burst.note(Sign.WRITING, "a", 0.0)

    burst.find(Sign.CHANGED, "a", 0.1)

    assert burst.over_at == pytest.approx(1.0)


def test_look_at_the_disk_ends_the_wait_for_a_file_that_is_back() -> None:
    burst = Settling(0.0, DEBOUNCE_S)
    burst.note(Sign.ABSENT, "a", 0.0)

    burst.find(Sign.CHANGED, "a", 0.1)

    assert burst.over_at == pytest.approx(0.15)


def test_file_that_stays_missing_is_waited_for_once() -> None:
    burst = Settling(0.0, DEBOUNCE_S)

    for moment in (0.1, 0.2, 0.3):
        burst.miss("a", moment)

    assert burst.over_at == pytest.approx(0.35)
