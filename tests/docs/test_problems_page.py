"""docs/problems.md lists every code there is, and its snippets come from files that are checked."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from emulator.definitions.codes import CODES
from tests.problems.corpus import CODES as READABLE
from tests.problems.corpus import read, without_marks

PAGE = (Path(__file__).parents[2] / "docs/problems.md").read_text("utf-8")

_ENTRY = re.compile(
    r"^### (?P<code>\w+)\n\n\*\*(?P<title>.+?)\*\* \((?P<severity>\w+)\)\n\n(?P<why>.+?)\n\n"
    r"Wrong:\n\n```[a-z ]+\n(?P<wrong>.+?)\n```\n\nRight:\n\n```[a-z ]+\n(?P<right>.+?)\n```\n",
    re.MULTILINE | re.DOTALL,
)


class Entry(NamedTuple):
    code: str
    title: str
    severity: str
    why: str
    wrong: str
    right: str


ENTRIES = {match["code"]: Entry(**match.groupdict()) for match in _ENTRY.finditer(PAGE)}


def _words(text: str) -> str:
    """The text without line breaks and indentation: a snippet is an excerpt, moved to the left."""
    return " ".join(text.split())


def test_page_lists_exactly_the_codes_there_are() -> None:
    assert sorted(ENTRIES) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_page_and_table_agree_on_title_and_severity(code: str) -> None:
    assert (ENTRIES[code].title, ENTRIES[code].severity) == (CODES[code].title, CODES[code].severity)


@pytest.mark.parametrize("code", READABLE)
def test_wrong_snippet_is_part_of_the_failing_file_only(code: str) -> None:
    wrong = _words(ENTRIES[code].wrong)

    assert wrong in _words(without_marks(read(code, "fail")))
    assert wrong not in _words(read(code, "pass"))


@pytest.mark.parametrize("code", READABLE)
def test_right_snippet_is_part_of_the_passing_file_only(code: str) -> None:
    right = _words(ENTRIES[code].right)

    assert right in _words(read(code, "pass"))
    assert right not in _words(without_marks(read(code, "fail")))
