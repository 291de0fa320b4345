"""Real SDKs that poll every second: whoever has waited for them finds them in step, every time."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import IO

import pytest

from emulator import Emulator
from emulator.testing import Sandbox
from emulator.testing.control import NotInStepError

CLIENT = Path(__file__).with_name("polling_client.py")
VARIATIONS = ("short", "playful", "control")
# Bounds only what would hang; a loaded machine takes its time.
LONG_S = 60.0


class Application:
    """A process that polls, and answers when it is asked."""

    def __init__(self, questions: IO[str], answers: IO[str]) -> None:
        self._questions = questions
        self._answers = answers

    def headline(self) -> str:
        self._questions.write("?\n")
        self._questions.flush()
        return self._answers.readline().strip()


@contextmanager
def application(sandbox: Sandbox) -> Iterator[Application]:
    command = [sys.executable, str(CLIENT), sandbox.base_url, sandbox.sdk_key]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Application(process.stdin, process.stdout)


def served_and_seen(emulator: Emulator, runs: int) -> list[tuple[str, str]]:
    """Change one sandbox *runs* times; return what was served and what its application then had."""
    seen = []
    with emulator.sandbox() as sandbox, application(sandbox) as shop:
        for variation in islice(cycle(VARIATIONS), runs):
            sandbox.serve("headline", variation)
            sandbox.wait_until_in_step(timeout_s=LONG_S)
            seen.append((variation, shop.headline()))
    return seen


@pytest.mark.parametrize(
    ("applications", "runs"),
    [pytest.param(5, 2, id="10 times"), pytest.param(20, 5, id="100 times", marks=pytest.mark.ci)],
)
def test_applications_have_what_was_served_when_the_wait_is_over(
    emulator: Emulator, applications: int, runs: int
) -> None:
    emulator.ensure_started()
    with ThreadPoolExecutor(applications) as pool:
        waiting = [pool.submit(served_and_seen, emulator, runs) for _ in range(applications)]
        seen = [pair for one in waiting for pair in one.result()]

    assert len(seen) == applications * runs
    assert [served for served, _ in seen] == [had for _, had in seen]


def test_a_wait_in_vain_says_who_is_behind(sandbox: Sandbox) -> None:
    with pytest.raises(NotInStepError, match="0 of 1 expected clients asked with this sandbox's SDK key"):
        sandbox.wait_until_in_step(timeout_s=0.01)
