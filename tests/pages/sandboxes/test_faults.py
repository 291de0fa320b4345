"""What goes wrong on purpose, in words."""

import pytest

from emulator.pages.sandboxes.faults import Left, fault_lines, fault_words, turns
from emulator.sandboxes.faults import Fault, Faults

NAMED = frozenset({"a", "b"})
SAID = [
    (Fault("config", status=503, times=2), 2, "The next 2 requests for the flags are answered with status 503"),
    (Fault("config", status=503, times=2), 1, "The next request for the flags is answered with status 503"),
    (Fault("bandits", drop=True), None, "Every request for the bandits' models is closed without an answer"),
    (Fault("events", delay_ms=1500), None, "Every request with events is answered 1,500 ms late"),
    (
        Fault("assignments", body="empty", delay_ms=5),
        None,
        "Every request of precomputed clients is answered with nothing, 5 ms late",
    ),
    (Fault("events", failed=1), None, "Every request with events is answered as if 1 event had failed"),
    (Fault("events", failed=NAMED), None, "Every request with events is answered as if 2 named events had failed"),
]


@pytest.mark.parametrize(("fault", "left", "said"), SAID)
def test_a_fault_is_said(fault: Fault, left: int | None, said: str) -> None:
    assert fault_words(fault, left, "now") == said


def test_faults_are_said_in_the_order_in_which_requests_meet_them() -> None:
    faults = Faults(
        (
            Fault("config", drop=True, times=1),
            Fault("config", status=503, times=2),
            Fault("config", body="garbage", times=1),
            Fault("config", status=500),
            Fault("config", delay_ms=500),
            Fault("bandits", status=404),
        )
    )
    faults.take("config")

    assert [line.said for line in fault_lines(faults.remaining())] == [
        "Used up: requests for the flags were closed without an answer",
        "The next 2 requests for the flags are answered with status 503",
        "After that, the next request for the flags is answered with something that is no JSON",
        "After that, every request for the flags is answered with status 500",
        "Never reached, because another fault meets every request for the flags: it would be answered 500 ms late",
        "Every request for the bandits' models is answered with status 404",
    ]


BATCHES: list[tuple[list[Left], list[str]]] = [
    ([(Fault("events", delay_ms=5), None), (Fault("events", failed=1), None)], ["now", "now"]),
    ([(Fault("events", failed=1), None), (Fault("events", status=503), None)], ["never", "now"]),
    ([(Fault("events", failed=1), 1), (Fault("events", drop=True, times=2), 2)], ["then", "now"]),
    ([(Fault("events", failed=1), None), (Fault("events", failed=2), None)], ["now", "never"]),
    (
        [(Fault("events", delay_ms=5), None), (Fault("events", drop=True), None), (Fault("events", failed=1), None)],
        ["now", "never", "now"],
    ),
]


@pytest.mark.parametrize(("faults", "met"), BATCHES)
def test_events_fail_where_their_batch_is_read(faults: list[Left], met: list[str]) -> None:
    assert list(turns(faults)) == met
