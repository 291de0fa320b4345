"""The list of flags: which are asked for, and each at a glance."""

from datetime import UTC, datetime

import pytest

from emulator.pages.flags.listing import Listing, Wanted, listing_of
from emulator.snapshot import build_snapshot, snapshot_of_ufc
from tests.pages.flag.documents import NOW, compiled

FILE = """
environments: { test: {}, production: {} }
bandits: { hats: {} }
flags:
  plain: { type: boolean, description: On for everybody, serve: true }
  gone: { type: boolean, archived: true, serve: true }
  off: { type: integer, variations: [1, 2], enabled: false, serve: 1 }
  test-only: { type: boolean, serve: true, environments: { production: { enabled: false } } }
  experiment:
    type: string
    variations: [a, b]
    allocations: [{ key: half, traffic: 20%, split: [a, b], start: 2026-03-04 }]
    serve: a
  hat:
    type: string
    variations: { none: none, hats: { bandit: hats } }
    serve: hats
"""


def listing(wanted: Wanted | None = None, environment: int = 0, now: datetime = NOW) -> Listing:
    snapshot = compiled(FILE)
    return listing_of(snapshot, snapshot.environments[environment], now, wanted or Wanted())


def keys(wanted: Wanted | None = None, environment: int = 0) -> list[str]:
    return [row.key for row in listing(wanted, environment).rows]


def test_flags_that_are_left_out_are_listed() -> None:
    assert keys() == ["experiment", "gone", "hat", "off", "plain", "test-only"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(type="integer"), ["off"]),
        (Wanted(state="off"), ["gone", "off"]),
        (Wanted(state="on", type="boolean"), ["plain", "test-only"]),
        (Wanted(has="experiment"), ["experiment"]),
        (Wanted(has="schedule"), ["experiment"]),
        (Wanted(has="bandit"), ["hat"]),
        (Wanted(changed=True), []),
        (Wanted(text="everybody"), ["plain"]),
        (Wanted(text="exprmnt"), ["experiment"]),
    ],
)
def test_a_filter_leaves_what_suits(wanted: Wanted, found: list[str]) -> None:
    assert keys(wanted) == found


def test_a_flag_says_how_it_stands() -> None:
    words = {row.key: row.standing.word for row in listing(environment=1).rows}

    assert words == {
        "experiment": "on",
        "gone": "archived",
        "hat": "on",
        "off": "off",
        "plain": "on",
        "test-only": "off",
    }


def test_a_disabled_flag_says_where_it_is_disabled() -> None:
    reasons = {row.key: row.standing.reason for row in listing(environment=1).rows}

    assert "in environment production" in reasons["test-only"]
    assert "everywhere" in reasons["off"]


def test_a_bar_is_in_the_order_of_the_variations() -> None:
    split = "allocations: [{ key: test, split: { c: 20%, a: 50%, b: 30% } }]"
    snapshot = compiled(f"flags:\n  f: {{ type: string, variations: [c, a, b], {split} }}")

    (row,) = listing_of(snapshot, snapshot.environments[0], NOW, Wanted()).rows

    assert [part.variation for part in row.served] == ["c", "a", "b"]
    assert row.most.variation == "a"


def test_most_people_get_the_largest_share() -> None:
    later = listing(now=datetime(2026, 3, 5, tzinfo=UTC))

    assert [(part.variation, part.share, part.hue) for part in later.rows[0].served] == [
        ("a", 0.9, "hue-0"),
        ("b", 0.1, "hue-1"),
    ]


@pytest.mark.parametrize(
    ("day", "words"), [(1, "starts in 2 days"), (4, "started 12 hours ago"), (30, "started 26 days ago")]
)
def test_a_schedule_says_what_is_next(day: int, words: str) -> None:
    assert listing(now=datetime(2026, 3, day, 12, tzinfo=UTC)).rows[0].schedule == words


def test_bandits_are_named() -> None:
    assert [row.bandits for row in listing().rows if row.key == "hat"] == [("hats",)]


def test_a_long_list_has_pages() -> None:
    flags = "".join(f"  f{number:04}: {{ type: boolean, serve: true }}\n" for number in range(250))
    snapshot = build_snapshot({"a.yaml": f"flags:\n{flags}"}, "2026-03-01T00:00:00.000Z")

    page = listing_of(snapshot, snapshot.environments[0], NOW, Wanted(page=3))

    assert (page.total, page.found, page.pages, page.first, len(page.rows)) == (250, 250, 3, 201, 50)


def test_a_page_behind_the_last_is_the_last() -> None:
    assert listing(Wanted(page=99)).page == 1


def test_a_malformed_flag_is_listed() -> None:
    text = '{"flags": {"f": 7, "g": {"key": "g", "variationType": ["x"], "allocations": [1, {"splits": [[]]}]}}}'
    snapshot = snapshot_of_ufc(text, None, "2026-03-01T00:00:00.000Z")

    rows = listing_of(snapshot, snapshot.environments[0], NOW, Wanted(has="experiment", state="on")).rows
    everything = listing_of(snapshot, snapshot.environments[0], NOW, Wanted()).rows

    assert rows == ()
    assert [bool(row.broken) for row in everything] == [True, True]
