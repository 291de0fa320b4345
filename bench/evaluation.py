"""
What one evaluation takes, in process: ours, the real SDK's, and the hashing that nobody gets around.

Run alone as ``python -m bench.evaluation``, or with everything else. Three flags of the usual shapes, each: a switch,
a gate (a pattern, a list and a version, then a salt to hash), an experiment (a list, then one or two salts). Both sides
do what an application has them do: they evaluate and hand the event to a logger.
"""

import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5
from json import loads
from typing import Any

import eppo_client
from eppo_client import AssignmentLogger, ClientConfig, Configuration

from bench.flag_files import flag_file
from bench.report import Row, table
from bench.rounds import Call, in_turns
from emulator.evaluation import assignment_event, details, evaluate, prepare, trace
from emulator.evaluation.sharding import prefix_of, shard_number
from emulator.snapshot import build_snapshot

SHAPES = (
    ("switch", "feature-00000", "BOOLEAN"),
    ("gate", "feature-00001", "BOOLEAN"),
    ("experiment", "feature-00002", "STRING"),
)
ATTRIBUTES = {"country": "DE", "app_version": "3.1.0", "email": "ann@mail.com", "age": 30}
# Preparing ten thousand flags takes seconds.
_SLOW_ROUNDS = 5
DEFAULTS: dict[str, Any] = {"BOOLEAN": False, "STRING": "default"}


@dataclass(frozen=True, slots=True)
class Side:
    """The evaluations of one side, per shape; *details* with the reasons."""

    assignment: dict[str, Call]
    details: dict[str, Call]


def evaluation_rows(calls: int, rounds: int) -> list[Row]:
    """Return how long *calls* evaluations take, each, in *rounds* rounds of turns."""
    body = body_of(100)
    ours, theirs = both_sides(body)
    subjects = [f"user-{number}" for number in range(calls)]
    rows = [
        *_compared("one assignment with its event", ours.assignment, theirs.assignment, subjects, rounds),
        *_compared("the same with details", ours.details, theirs.details, subjects, rounds),
    ]
    explained, hashed, library = in_turns((_traced(body), _hashed(), _hashed_by_library()), subjects, rounds)
    return [
        *rows,
        Row.measured("a trace of the experiment, in words", explained, "s", "md5", hashed),
        Row.measured("the floor: md5 of one salt and subject", hashed, "s", "hashlib", library),
        _ready_row(min(rounds, _SLOW_ROUNDS)),
    ]


def both_sides(body: bytes) -> tuple[Side, Side]:
    """Return ours and theirs, with the same configuration."""
    return _ours(body), _theirs(body)


def body_of(flags: int) -> bytes:
    """Return what is served for that many flags of the usual shapes."""
    snapshot = build_snapshot({"flags.yaml": flag_file(0, flags)}, "2025-01-01T00:00:00.000Z")
    return snapshot.environments[0].plain.body


def _compared(what: str, ours: dict[str, Call], theirs: dict[str, Call], subjects: list[str], rounds: int) -> list[Row]:
    """Return a row for the mean of all shapes, which has the budget, and one for each."""
    took = {name: in_turns((ours[name], theirs[name]), subjects, rounds) for name in ours}
    mine, reference = (statistics.mean(side) for side in zip(*took.values(), strict=True))
    return [
        Row.at_most(f"{what}, mean", mine, "s", reference, "SDK", reference),
        *(Row.measured(f"{what}, {name}", one, "s", "SDK", other) for name, (one, other) in took.items()),
    ]


def _ours(body: bytes) -> Side:
    prepared = prepare(loads(body))
    events: list[Any] = []

    def asking(flag: str, kind: str, *, why: bool) -> Call:
        default = DEFAULTS[kind]

        def ask(subject: str) -> Any:
            found = evaluate(
                prepared, flag, subject, ATTRIBUTES, now=datetime.now(UTC), expected_type=kind, default=default
            )
            event = assignment_event(found)
            if event is not None:
                events[:] = (event,)
            return details(found) if why else found.value

        return ask

    return Side(
        {name: asking(flag, kind, why=False) for name, flag, kind in SHAPES},
        {name: asking(flag, kind, why=True) for name, flag, kind in SHAPES},
    )


class _Logger(AssignmentLogger):
    def __init__(self) -> None:
        self._events: list[Any] = []

    def log_assignment(self, event: dict[str, Any]) -> None:
        self._events[:] = (event,)


def _theirs(body: bytes) -> Side:
    configuration = Configuration(flags_configuration=body)
    client = eppo_client.init(
        ClientConfig(
            api_key="in-process",
            assignment_logger=_Logger(),
            poll_interval_seconds=None,
            initial_configuration=configuration,
        )
    )

    def asking(flag: str, kind: str, suffix: str) -> Call:
        call = getattr(client, f"get_{kind.lower()}_assignment{suffix}")
        default = DEFAULTS[kind]
        return lambda subject: call(flag, subject, ATTRIBUTES, default)

    return Side(
        {name: asking(flag, kind, "") for name, flag, kind in SHAPES},
        {name: asking(flag, kind, "_details") for name, flag, kind in SHAPES},
    )


def _traced(body: bytes) -> Call:
    prepared = prepare(loads(body))
    return lambda subject: trace(evaluate(prepared, SHAPES[2][1], subject, ATTRIBUTES, now=datetime.now(UTC)))


def _hashed() -> Call:
    prefix = prefix_of("feature-00002-test-2-split")
    return lambda subject: shard_number(prefix, subject.encode(), 10_000)


def _hashed_by_library() -> Call:
    prefix = prefix_of("feature-00002-test-2-split")
    return lambda subject: int.from_bytes(md5(prefix + subject.encode()).digest()[:4], "big") % 10_000


def _ready_row(rounds: int) -> Row:
    """From parsed documents of 10,000 flags to the first answer, and beside it preparing all of them."""
    config = loads(body_of(10_000))
    first, every = [], []
    for _ in range(rounds):
        started = time.perf_counter()
        prepared = prepare(config)
        evaluate(prepared, "feature-05000", "user-1", ATTRIBUTES, now=datetime.now(UTC))
        first.append(time.perf_counter() - started)
        for key in prepared.flag_keys:
            prepared.flag(key)
        every.append(time.perf_counter() - started)
        # Or the next round would pay for its end.
        del prepared
    return Row.measured(
        "10,000 flags to the first answer", statistics.median(first), "s", "all prepared", statistics.median(every)
    )


if __name__ == "__main__":
    print(table(evaluation_rows(calls=100, rounds=1_001)))
