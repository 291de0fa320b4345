"""The list of sandboxes."""

from emulator.pages.sandboxes.listing import ROWS, listing
from emulator.pages.sandboxes.said import plain
from emulator.sandboxes import Sandboxes, Visit
from emulator.sandboxes.changes import put_bandit, put_clock, put_flag
from emulator.sandboxes.fault_changes import put_faults
from emulator.sandboxes.sandbox import Sandbox
from tests.sandboxes.conftest import Create


def test_the_newest_comes_first(create: Create, sandboxes: Sandboxes) -> None:
    for name in ("first", "second"):
        create(name=name)

    assert [row.name for row in listing(sandboxes.all(), "", 1).rows] == ["second", "first"]


def test_one_is_found_by_a_flag_that_it_changes(create: Create, sandboxes: Sandboxes) -> None:
    put_flag(create(name="One"), "banner", {"off": True})
    create(name="Two")

    found = listing(sandboxes.all(), "ONE ban", 1)

    assert ([row.name for row in found.rows], found.found, found.total) == (["One"], 1, 2)


def test_a_page_has_so_many(create: Create, sandboxes: Sandboxes) -> None:
    for number in range(ROWS + 1):
        create(name=str(number))

    pages = [listing(sandboxes.all(), "", page) for page in (1, 2)]

    assert [(page.first, page.last) for page in pages] == [(0, ROWS), (ROWS, ROWS + 1)]
    assert pages[1].rows[0].name == "0"


def test_a_page_beyond_the_last_is_the_last(create: Create, sandboxes: Sandboxes) -> None:
    create()

    assert len(listing(sandboxes.all(), "", 10**8).rows) == 1


def test_its_changes_are_said_in_short(sandbox: Sandbox, sandboxes: Sandboxes) -> None:
    put_flag(sandbox, "banner", {"serve": "loud"})
    put_flag(sandbox, "other", {"off": True})
    put_bandit(sandbox, "shoes", {"pin": "red"})
    put_clock(sandbox, {"offsetSeconds": 3600})
    put_faults(sandbox, [{"on": "config", "status": 500}])

    (row,) = listing(sandboxes.all(), "", 1).rows

    assert plain(row.changes) == (
        'time is 1 hour ahead, 1 fault, "banner" serves "loud" to everybody, "other" is off and 1 more'
    )


def test_a_clock_that_is_shifted_by_nothing_is_not_said(sandbox: Sandbox, sandboxes: Sandboxes) -> None:
    put_clock(sandbox, {"offsetSeconds": 0})

    assert listing(sandboxes.all(), "", 1).rows[0].changes == ()


def test_long_names_leave_room_for_the_rest(sandbox: Sandbox, sandboxes: Sandboxes) -> None:
    put_flag(sandbox, "banner", {"serve": "loud", "subjects": ["x" * 2_000]})
    put_flag(sandbox, "other", {"off": True})

    (row,) = listing(sandboxes.all(), "", 1).rows

    assert plain(row.changes) == f'"banner" serves "loud" to "{"x" * 32}…" and "other" is off'


def test_clients_are_counted_by_how_they_stand(sandbox: Sandbox, sandboxes: Sandboxes) -> None:
    for port in (1, 1, 2):
        sandbox.visited(Visit(("127.0.0.1", port), "python" if port == 1 else "node", "1", "config"), 1)

    (row,) = listing(sandboxes.all(), "", 1).rows

    assert row.standings == (("in step", 1), ("sent", 1))
