"""The answers that the docs show are what the commands above them print, as far as they are shown."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from emulator import Emulator
from tests.docs.snippets import ADDRESS, ROOT, Snippet, run, snippets

ANSWER = "json answer"
PRINTED = "text answer"
# Stands for anything; at the end of a list, for anything more.
MORE = "…"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with Emulator(ROOT / "flags", watch=False) as emulator:
        yield emulator.url


def differences(shown: Any, told: Any, place: str = "$") -> Iterator[str]:
    """Yield where *told* is not as *shown*; members that are not shown may be anything."""
    if shown == MORE:
        return
    if isinstance(shown, dict) and isinstance(told, dict):
        for name, one in shown.items():
            yield from differences(one, told.get(name, "nothing"), f"{place}.{name}")
    elif isinstance(shown, list) and isinstance(told, list):
        listed = shown[:-1] if shown[-1:] == [MORE] else shown
        if len(listed) > len(told) or (listed is shown and len(shown) != len(told)):
            yield f"{place} has {len(told)} items"
        for place_, (one, other) in enumerate(zip(listed, told, strict=False)):
            yield from differences(one, other, f"{place}[{place_}]")
    elif shown != told:
        yield f"{place} is {told!r}, shown is {shown!r}"


def test_every_answer_follows_a_command() -> None:
    assert {before.kind for before, after in pairwise(snippets()) if after.kind in (ANSWER, PRINTED)} == {"bash"}


@pytest.mark.parametrize(
    ("command", "shown"), [pair for pair in pairwise(snippets()) if pair[1].kind == ANSWER], ids=str
)
def test_an_answer_is_what_the_command_prints(command: Snippet, shown: Snippet, address: str) -> None:
    printed = run(["bash", "-euo", "pipefail", "-c", command.text.replace(ADDRESS, address)], ROOT).stdout

    assert list(differences(json.loads(shown.text), json.loads(printed))) == []


@pytest.mark.parametrize(
    ("command", "shown"), [pair for pair in pairwise(snippets()) if pair[1].kind == PRINTED], ids=str
)
def test_a_text_is_what_the_command_prints(command: Snippet, shown: Snippet) -> None:
    printed = run(["bash", "-euo", "pipefail", "-c", command.text], ROOT).stdout

    assert re.fullmatch(".*".join(map(re.escape, shown.text.split(MORE))), printed, re.DOTALL), printed


@pytest.mark.parametrize(
    ("shown", "told", "found"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": MORE}, {"a": [1]}, []),
        ({"a": [1, MORE]}, {"a": [1, 2, 3]}, []),
        ({"a": [1]}, {"a": [1, 2]}, ["$.a has 2 items"]),
        ({"a": [1, 2]}, {"a": [1]}, ["$.a has 1 items"]),
        ({"a": [{"b": None}]}, {"a": [{}]}, ["$.a[0].b is 'nothing', shown is None"]),
        ({"a": 1}, {"a": [1]}, ["$.a is [1], shown is 1"]),
    ],
)
def test_what_is_shown_has_to_be_there(shown: Any, told: Any, found: list[str]) -> None:
    assert list(differences(shown, told)) == found
