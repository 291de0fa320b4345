"""Waiting ends with the event, with the time, or with the inbox; and a failed wait shows what came near."""

from threading import Thread

from emulator.inbox import Inbox, read_terms
from tests.inbox.arrivals import assignment, bandit

BANNER = read_terms([("flag", "banner"), ("subject", "ann")])


def test_what_is_there_already_needs_no_waiting(inbox: Inbox) -> None:
    inbox.append([assignment("ann"), assignment("bob"), assignment("ann")])

    waited = inbox.wait(BANNER, count=2, timeout_s=0)

    assert ([record.seq for record in waited.records], waited.complete) == ([1, 3], True)


def test_what_comes_later_is_waited_for(inbox: Inbox) -> None:
    inbox.append([assignment("ann")])
    later = Thread(target=lambda: [inbox.append([assignment(name)]) for name in ("bob", "ann")])

    later.start()
    waited = inbox.wait(BANNER, count=2, timeout_s=20)
    later.join()

    assert [record.seq for record in waited.records] == [1, 3]


def test_duplicates_do_not_count(inbox: Inbox) -> None:
    inbox.append([assignment("ann", message_id="m"), assignment("ann", message_id="m")])

    assert not inbox.wait(BANNER, count=2, timeout_s=0).complete


def test_a_wait_in_vain_names_what_came_nearest(inbox: Inbox) -> None:
    inbox.append([bandit(subject="zoe"), assignment("bob"), assignment("Ann")])

    waited = inbox.wait(BANNER, timeout_s=0.01)

    assert (waited.complete, waited.records) == (False, ())
    assert [str(miss) for miss in waited.misses] == [
        'seq 3: subject is "Ann", expected "ann"',
        'seq 2: subject is "bob", expected "ann"',
    ]


def test_misses_stay_within_the_sandbox(inbox: Inbox) -> None:
    inbox.append([assignment("bob", sandbox="box-1"), assignment("bob", sandbox="box-2")])

    waited = inbox.wait(read_terms([("sandbox", "box-2"), ("subject", "ann")]), timeout_s=0)

    assert [miss.record.seq for miss in waited.misses] == [2]


def test_a_miss_tells_each_difference(inbox: Inbox) -> None:
    inbox.append([assignment("bob")])

    (miss,) = inbox.wait(read_terms([("subject", "ann"), ("attr.plan", "pro"), ("flag", "banner")]), timeout_s=0).misses

    assert miss.as_json()["differs"] == [
        {"field": "subject", "expected": "ann", "found": "bob"},
        {"field": "attr.plan", "expected": "pro", "found": None},
    ]


def test_an_interrupt_ends_all_waiting(inbox: Inbox) -> None:
    inbox.open()
    outcome: list[bool] = []
    waiting = Thread(target=lambda: outcome.append(inbox.wait(BANNER, timeout_s=60).complete))
    waiting.start()

    inbox.interrupt()
    waiting.join(20)

    assert outcome == [False]
