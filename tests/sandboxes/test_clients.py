"""The ledger: who asks, what each client holds, and who is behind; and faults that last for so many requests."""

from threading import Thread, Timer

import pytest

from emulator.sandboxes import Fault, Peer, Peers, Sandboxes, Visit
from emulator.sandboxes.changes import put_flag
from emulator.sandboxes.sandbox import Sandbox
from tests.sandboxes.conftest import Hands

FIRST, SECOND = ("127.0.0.1", 5001), ("127.0.0.1", 5002)


def visit(sandbox: Sandbox, revision: int, peer: Peer = FIRST, document: str = "config", sdk: str = "python") -> None:
    sandbox.visited(Visit(peer, sdk, "4.4.1", document), revision)


def late_reason(sandbox: Sandbox, revision: int | None = None, clients: int = 1) -> str:
    late = sandbox.wait_until_applied(revision, clients, timeout_s=0)
    assert late is not None
    return late.reason


def in_step(sandbox: Sandbox, revision: int | None = None, clients: int = 1) -> bool:
    return sandbox.wait_until_applied(revision, clients, timeout_s=0) is None


def test_a_client_has_applied_what_it_was_sent_when_it_comes_again(sandbox: Sandbox) -> None:
    visit(sandbox, 1)
    assert not in_step(sandbox)

    visit(sandbox, 1, document="bandits")
    assert not in_step(sandbox)

    visit(sandbox, 1)
    assert in_step(sandbox)


def test_the_next_revision_has_to_be_applied_again(sandbox: Sandbox) -> None:
    for revision in (1, 1, 2):
        visit(sandbox, revision)

    assert in_step(sandbox, 1)
    assert not in_step(sandbox, 2)


def test_everybody_has_to_be_in_step(sandbox: Sandbox, peers: Peers) -> None:
    peers.opened(FIRST)
    for peer in (FIRST, FIRST, SECOND):
        visit(sandbox, 1, peer)

    late = sandbox.wait_until_applied(1, 1, timeout_s=0)

    assert late is not None
    assert [client.remote for client in late.behind] == ["127.0.0.1:5002"]


def test_there_have_to_be_as_many_clients_as_are_expected(sandbox: Sandbox) -> None:
    assert not in_step(sandbox)
    for _ in range(2):
        visit(sandbox, 1)

    assert in_step(sandbox)
    assert not in_step(sandbox, clients=2)


def test_a_precomputed_client_asks_for_assignments_only(sandbox: Sandbox) -> None:
    for _ in range(2):
        visit(sandbox, 1, document="assignments", sdk="js-client-sdk")

    assert in_step(sandbox)


def test_who_does_not_say_which_sdk_he_is_is_not_waited_for(sandbox: Sandbox) -> None:
    for _ in range(2):
        visit(sandbox, 1)
    visit(sandbox, 1, SECOND, sdk="")

    assert in_step(sandbox)
    assert len(sandbox.clients()) == 2


def test_a_client_that_reconnects_is_the_same_one(sandbox: Sandbox, peers: Peers, hands: Hands) -> None:
    peers.opened(FIRST)
    visit(sandbox, 1)
    peers.closed(FIRST)
    peers.opened(SECOND)
    hands.move(1)
    visit(sandbox, 1, SECOND)

    assert in_step(sandbox)
    assert sandbox.clients() == [
        {
            "sdkName": "python",
            "sdkVersion": "4.4.1",
            "remote": "127.0.0.1:5002",
            "connected": True,
            "lastSeen": "2025-03-28T12:00:01.000Z",
            "requests": 2,
            "delivered": {"config": 1},
            "applied": 1,
        }
    ]


def test_a_connection_of_a_pool_that_fell_silent_is_nobody_to_wait_for(
    sandbox: Sandbox, peers: Peers, hands: Hands
) -> None:
    for peer in (FIRST, SECOND):
        peers.opened(peer)
    for peer in (FIRST, FIRST, FIRST, SECOND, FIRST):
        hands.move(1)
        visit(sandbox, 1, peer)
    assert not in_step(sandbox)

    hands.move(1)
    visit(sandbox, 1)
    assert in_step(sandbox)
    assert not in_step(sandbox, clients=2)


def test_a_client_that_polls_seldom_is_waited_for(sandbox: Sandbox, peers: Peers, hands: Hands) -> None:
    for peer in (FIRST, SECOND):
        peers.opened(peer)
    for second in range(41):
        hands.move(1)
        visit(sandbox, 1)
        if second % 10 == 0:
            visit(sandbox, 1, SECOND)
    for _ in range(5):
        hands.move(1)
        visit(sandbox, 2)

    late = sandbox.wait_until_applied(2, 1, timeout_s=0)

    assert late is not None
    assert [client.remote for client in late.behind] == ["127.0.0.1:5002"]


def test_two_open_connections_are_two_clients(sandbox: Sandbox, peers: Peers) -> None:
    for peer in (FIRST, SECOND):
        peers.opened(peer)
        visit(sandbox, 1, peer)

    assert len(sandbox.clients()) == 2


def test_waiting_ends_as_soon_as_the_last_client_is_in_step(sandbox: Sandbox) -> None:
    visit(sandbox, 1)
    later = Thread(target=visit, args=(sandbox, 1))
    later.start()

    assert sandbox.wait_until_applied(1, 1, timeout_s=10) is None
    later.join()


# ── waits in vain ───────────────────────────────────────────────────────────────────────────────────────────────


def polled(sandbox: Sandbox, hands: Hands, *peers: Peer, revision: int = 1) -> None:
    """Let a second pass before each of the visits."""
    for peer in peers:
        hands.move(1)
        visit(sandbox, revision, peer)


def test_a_wait_counts_the_clients_that_it_decides_by(sandbox: Sandbox, peers: Peers, hands: Hands) -> None:
    for peer in (FIRST, SECOND):
        peers.opened(peer)
    polled(sandbox, hands, SECOND, *(FIRST,) * 4)

    assert late_reason(sandbox, clients=2) == (
        "1 of 2 expected clients asked with this sandbox's SDK key; not counted, silent while the same SDK goes on "
        "over another connection: python 4.4.1 at 127.0.0.1:5002"
    )


def test_clients_that_do_not_say_who_they_are_are_told_of(sandbox: Sandbox) -> None:
    visit(sandbox, 1, sdk="")

    assert late_reason(sandbox) == (
        "0 of 1 expected clients asked with this sandbox's SDK key; "
        "not counted, without an SDK's name (sdkName in the query): 127.0.0.1:5001"
    )


def test_a_process_that_was_killed_is_said_to_be_gone(sandbox: Sandbox, peers: Peers, hands: Hands) -> None:
    peers.opened(FIRST)
    polled(sandbox, hands, *(FIRST,) * 3)
    peers.closed(FIRST, hands.now)
    hands.move(7)

    assert late_reason(sandbox, 2) == (
        "python 4.4.1 at 127.0.0.1:5001 holds revision 1, and its connection is closed since 2025-03-28T12:00:03.000Z; "
        "it asked last 7.0 s ago: has it ended?"
    )


def test_a_killed_process_is_not_waited_for_longer_than_it_would_have_been_silent(
    sandbox: Sandbox, peers: Peers, hands: Hands
) -> None:
    for peer in (FIRST, SECOND):
        peers.opened(peer)
    polled(sandbox, hands, FIRST, SECOND, FIRST, SECOND, FIRST, SECOND)
    peers.closed(SECOND, hands.now)
    polled(sandbox, hands, FIRST, FIRST, revision=2)
    assert not in_step(sandbox, 2)

    # It asked every 2 s, and 3 s have passed.
    hands.move(1.1)
    assert in_step(sandbox, 2)


def test_a_wait_ends_with_its_sandbox(sandbox: Sandbox, sandboxes: Sandboxes) -> None:
    Timer(0.05, sandboxes.delete, (sandbox.sdk_key,)).start()

    late = sandbox.wait_until_applied(None, 1, timeout_s=10)

    assert late is not None
    assert late.has_ended


def test_a_sandbox_that_is_waited_at_is_in_use(sandbox: Sandbox, hands: Hands) -> None:
    hands.move(3_000)
    in_step(sandbox)
    hands.move(3_000)

    assert not sandbox.is_over


# ── faults ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_fault_lasts_for_so_many_requests(sandbox: Sandbox) -> None:
    twice, ever = Fault("config", status=500, times=2), Fault("config", drop=True)
    sandbox.set_faults([twice, ever])

    assert [sandbox.take_fault("config") for _ in range(4)] == [twice, twice, ever, ever]
    assert sandbox.faults() == ((twice, 0), (ever, None))


def test_a_fault_is_for_one_kind_of_request(sandbox: Sandbox) -> None:
    sandbox.set_faults([Fault("bandits", status=500)])

    assert sandbox.take_fault("config") is None
    assert sandbox.take_fault("bandits") is not None


@pytest.mark.parametrize("end", ["reset", "none"])
def test_faults_can_be_taken_away(sandbox: Sandbox, end: str) -> None:
    sandbox.set_faults([Fault("config", status=500)])
    if end == "reset":
        sandbox.reset()
    else:
        sandbox.set_faults([])

    assert sandbox.take_fault("config") is None


def standings(sandbox: Sandbox) -> list[tuple[str, str, int]]:
    return [(one.sdk_name, one.standing, one.held) for one in sandbox.attendance()]


def test_a_client_stands_in_step_when_it_came_again(sandbox: Sandbox) -> None:
    visit(sandbox, 1)
    assert standings(sandbox) == [("python", "sent", 1)]

    visit(sandbox, 1)
    assert standings(sandbox) == [("python", "in step", 1)]


def test_a_client_stands_behind_after_a_change(sandbox: Sandbox) -> None:
    for _ in range(2):
        visit(sandbox, sandbox.current.number)

    put_flag(sandbox, "banner", {"off": True})

    assert standings(sandbox) == [("python", "behind", 1)]


def test_a_client_that_asked_for_models_only_holds_nothing(sandbox: Sandbox) -> None:
    visit(sandbox, 1, document="bandits")

    assert standings(sandbox) == [("python", "behind", 0)]


def test_those_without_a_name_are_among_the_clients(sandbox: Sandbox) -> None:
    visit(sandbox, 1, SECOND, sdk="")
    visit(sandbox, 1)

    assert standings(sandbox) == [("python", "sent", 1), ("", "sent", 1)]


def test_a_client_that_fell_silent_beside_a_twin_stands_last(sandbox: Sandbox, peers: Peers, hands: Hands) -> None:
    for peer in (FIRST, SECOND):
        peers.opened(peer)
    for peer in (SECOND, FIRST, FIRST, FIRST, FIRST):
        hands.move(1)
        visit(sandbox, 1, peer)

    assert standings(sandbox) == [("python", "in step", 1), ("python", "silent", 1)]


def test_a_fault_that_is_met_is_news(sandbox: Sandbox) -> None:
    sandbox.set_faults([Fault("config", status=503, times=1)])
    before = sandbox.activity

    for _ in range(2):
        sandbox.take_fault("config")

    assert sandbox.activity == before + 1
