"""JUnit's XML, read back with the parser that many services use."""

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, fromstring

import pytest

from emulator.expectations import entries_of, run_entry
from emulator.reporting.expectations import Ran, Run
from emulator.reporting.junit import as_junit
from emulator.snapshot import build_snapshot
from tests.expectations.running import NOW

ONE = "flags:\n  a: {type: boolean, serve: true, expect: [{subject: s, gets: true}, {subject: s, gets: false}]}\n"
TWO = (
    "environments: {test: {}, production: {}}\nflags:\n"
    "  b: {type: boolean, serve: true, expect: [{subject: s, gets: true}]}\n"
    "  c: {type: boolean, serve: true, archived: true, expect: [{subject: s, gets: true}]}\n"
)


def junit(**files: str) -> Element:
    """Return the root of the document about *files*; each entry takes 1.5 ms."""
    texts = {f"{name}.yaml": text for name, text in files.items()}
    snapshot = build_snapshot(texts, "2025-01-01T00:00:00.000Z")
    listed = entries_of(snapshot)
    runs = [Run(run_entry(snapshot, one, key, now=NOW), 0.0015) for one in listed for key in one.environments]
    skipped = [one for one in listed if not one.environments]
    return fromstring(as_junit(Ran(runs, skipped, len(texts), datetime(2025, 3, 28, 12, 0, 7, tzinfo=UTC), 1.0)))


def subject(name: str) -> str:
    return f"flags:\n  a: {{type: boolean, serve: true, expect: [{{subject: {name}, gets: false}}]}}\n"


def test_document_names_its_encoding() -> None:
    assert as_junit(Ran([], [], 0, NOW, 0.0)).startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<testsuites ")


def test_root_and_suites_have_the_counts() -> None:
    root = junit(one=ONE, two=TWO)

    counts = {"tests": "7", "failures": "2", "errors": "0", "skipped": "1", "time": "0.009000"}
    assert root.attrib.items() >= counts.items()
    assert [suite.attrib for suite in root] == [
        {
            "name": "one.yaml",
            **{"tests": "4", "failures": "2", "errors": "0", "skipped": "0", "time": "0.006000"},
            "timestamp": "2025-03-28T12:00:07",
        },
        {
            "name": "two.yaml",
            **{"tests": "3", "failures": "0", "errors": "0", "skipped": "1", "time": "0.003000"},
            "timestamp": "2025-03-28T12:00:07",
        },
    ]


def test_case_is_an_entry_in_an_environment() -> None:
    cases = [case.attrib for case in junit(two=TWO).iter("testcase")]

    assert cases[:2] == [
        {
            "classname": "b",
            "name": f"#1 s gets true in {environment}",
            "file": "two.yaml",
            "line": "3",
            "time": "0.001500",
        }
        for environment in ("test", "production")
    ]


def test_case_keeps_its_name_when_lines_move() -> None:
    before, after = (
        [case.attrib["name"] for case in junit(one=text).iter("testcase")] for text in (ONE, f"# a comment\n{ONE}")
    )

    assert before == after


def test_no_two_cases_share_a_name() -> None:
    named = [(case.attrib["classname"], case.attrib["name"]) for case in junit(one=ONE, two=TWO).iter("testcase")]

    assert len(set(named)) == len(named)


def test_failure_has_the_message_and_the_trace() -> None:
    (failure,) = junit(one=ONE).iter("failure")

    assert failure.attrib == {
        "type": "E901",
        "message": "expectation failed: got true via default; no allocation serves false there",
    }
    assert failure.text is not None
    assert failure.text.startswith("one.yaml:2:70\nexpected false\ngot true via default\n\na for s at ")


def test_entry_that_holds_nowhere_is_skipped_with_the_reason() -> None:
    (skipped,) = junit(two=TWO).iter("skipped")

    assert skipped.attrib == {"message": "its flag is archived, or has none of the tags that an environment takes"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('"<&>]]>"', "<&>]]>"),
        (r'"a\0b\eb"', r"a\x00b\x1bb"),
        (r'"\uFFFE"', r"\ufffe"),
        ('"\U0001f6b2 å"', "\U0001f6b2 å"),
    ],
)
def test_any_subject_leaves_the_document_whole(name: str, shown: str) -> None:
    (failure,) = junit(one=subject(name)).iter("failure")

    assert failure.text is not None
    assert f"a for {shown} at " in failure.text
