"""Which entries there are to run, where, and in which order."""

from emulator.errors import Position
from emulator.expectations import Entry, entries_of
from emulator.snapshot import build_snapshot, snapshot_of_ufc
from tests.expectations.running import snapshot_of

ENVIRONMENTS = "environments: {test: {}, web: {tags: [web]}, production: {}}\n"


def entries(text: str) -> tuple[Entry, ...]:
    return entries_of(snapshot_of(ENVIRONMENTS + text))


def environments(flag: str) -> list[tuple[str, ...]]:
    """Return those of each entry of one flag, of which *flag* are the members."""
    return [entry.environments for entry in entries(f"flags: {{a: {{type: boolean, serve: true, {flag}}}}}")]


def test_entries_come_by_file_and_line() -> None:
    flag = "{type: boolean, serve: true, expect: [{subject: s, gets: true}, {subject: t, gets: true}]}"
    layer = "{parameters: {p: 1}, expect: [{subject: s, gets: default}]}"
    texts = {
        "b.yaml": f"layers:\n  one: {layer}\n",
        "a.yaml": f"flags:\n  two: {flag}\nlayers:\n  three: {layer}\n",
    }

    found = entries_of(build_snapshot(texts, "2025-01-01T00:00:00.000Z"))

    assert [entry.id for entry in found] == ["one#1", "two#1", "two#2", "three#1"]


def test_entry_knows_its_place() -> None:
    (entry,) = entries_of(
        snapshot_of("flags:\n  a: {type: boolean, serve: true, expect: [{subject: s, gets: true}]}\n")
    )

    assert entry.position == Position("flags.yaml", 2, 44)


def test_entry_without_environments_holds_in_all_that_take_the_flag() -> None:
    assert environments("expect: [{subject: s, gets: true}]") == [("test", "production")]


def test_entry_of_a_tagged_flag_holds_in_the_tagged_environment_too() -> None:
    assert environments("tags: [web], expect: [{subject: s, gets: true}]") == [("test", "web", "production")]


def test_environment_where_the_flag_is_disabled_counts() -> None:
    """Else an entry would fall silent with the accident that it is there to catch."""
    overlay = "environments: {production: {enabled: false}}"

    assert environments(f"{overlay}, expect: [{{subject: s, gets: true}}]") == [("test", "production")]


def test_entry_of_an_archived_flag_has_no_environment() -> None:
    assert environments("archived: true, expect: [{subject: s, gets: true}]") == [()]


def test_named_environments_come_in_the_order_of_the_file() -> None:
    entry = "{subject: s, gets: true, in: [production, web]}"

    assert environments(f"expect: [{entry}, {{subject: s, gets: true, in: test}}]") == [
        ("web", "production"),
        ("test",),
    ]


def test_without_declared_environments_there_is_one() -> None:
    (entry,) = entries_of(snapshot_of("flags: {a: {type: boolean, serve: true, expect: [{subject: s, gets: true}]}}"))

    assert entry.environments == ("test",)


def test_published_documents_hold_no_entries() -> None:
    assert entries_of(snapshot_of_ufc('{"flags": {}}', None, "2025-01-01T00:00:00.000Z")) == ()


def test_entry_says_itself_in_words() -> None:
    text = """
flags:
  a:
    type: boolean
    allocations: [{key: staff, if: country = NO, serve: true, log: false}]
    expect:
      - {subject: nils, gets: true, via: staff, logs: false, at: 2025-03-01T00:00Z}
      - {subject: ann, falls_through: true}
      - {subject: bob, falls_through: false, logs: {squad: growth}}
      - {subjects: 10000, shares: {true: 20%, false: 33.33%}, via: staff}
"""

    assert [entry.words for entry in entries(text)] == [
        "nils gets true via staff, not logged at 2025-03-01T00:00:00.000Z",
        "ann gets the caller's default",
        'bob gets a variation, logged with squad "growth"',
        "10,000 subjects get true 20%, false 33.33% via staff",
    ]


def test_subject_that_would_break_the_line_is_escaped_and_cut() -> None:
    text = f'flags: {{a: {{type: boolean, serve: true, expect: [{{subject: "\\n{"x" * 100}", gets: true}}]}}}}'

    assert entries(text)[0].words == f"\\x0a{'x' * 79}… gets true"
