"""
What is asked of an SDK to record our conformance cases: one table row per file in ``ufc/tests``.

A row: the flag, the type that the caller asks for, the caller's default, and subjects with their attributes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Subject = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Question:
    """
    *kind* is the ``variationType`` that the caller asks for.

    *details* is False where this SDK has its own codes and words for what went wrong (the public cases have others).
    """

    flag: str
    kind: str
    default: Any
    subjects: tuple[Subject, ...]
    details: bool = True


def each(attribute: str, values: Iterable[Any]) -> tuple[Subject, ...]:
    """Return one subject per value of *attribute*, and one that lacks it."""
    return (("nobody", {}), *((f"user-{place}", {attribute: value}) for place, value in enumerate(values)))


def crowd(number: int, **attributes: Any) -> tuple[Subject, ...]:
    return tuple((f"user-{place}", attributes) for place in range(number))


_TEXTS = ("empty", "blank", "greeting", "picture", "number", "boolean", "lines", "quotes", "Empty", " empty")
_MEMBERS = (
    "NO", "no", "No", "NO ", "1", 1, 1.0, "1.0", -3, "-3", 2.5, 2.25, True, "true", "True", False, "", "a b", "Grüße",
    "Gru\u0308ße", "1,5", None, 0, 11,
)  # fmt: skip
_PATTERNS = (
    "beta-12", "beta-1", "canary-123", "canary-1234", " beta-12", "BETA-12", "ann@acme.com", "ann@acmeXcom", "日日",
    "plain", "with 1 digit", 7, 7.5, True, "", None,
)  # fmt: skip
_NUMBERS = (10, 10.0, "10", 10.5, 9.999, 99.5, 99.75, -99.5, -99.75, 0, -1, "11", "-100", "ten", "", True, None)
_VERSIONS = (
    "2.8.9", "2.9.0", "2.10.0", "2.9.0-beta.1", "2.10.0-rc.1", "2.10.1", "10.0.0", "2.9", "2", "v2.9.0", "two", "", 2.9,
    None,
)  # fmt: skip

QUESTIONS: Mapping[str, Question] = {
    "text-values": Question("text-values", "STRING", "default", each("which", _TEXTS)),
    "switches": Question("switches", "BOOLEAN", False, each("role", ("staff", "on call", "guest", None, ""))),
    "whole-numbers": Question("whole-numbers", "INTEGER", 7, each("size", (0, 0.0, "0", -1, -0.5, 1001, 1000, "x"))),
    "fractions": Question(
        "fractions", "NUMERIC", 7.5, each("size", (0, 0.5, "0.5", -1, -0.99, 0.001, 0.01, 100_000, 99_999.5, None))
    ),
    "documents": Question("documents", "JSON", {"de": "fault"}, each("which", ("empty", "nested", "typed", "none"))),
    "membership": Question("membership", "STRING", "default", each("value", _MEMBERS)),
    "patterns": Question("patterns", "STRING", "default", each("value", _PATTERNS)),
    "comparisons": Question("comparisons", "STRING", "default", each("value", _NUMBERS)),
    "versions": Question("versions", "STRING", "default", each("app", _VERSIONS)),
    "absence": Question("absence", "STRING", "default", each("value", (None, "", 0, False, "null"))),
    "traffic-and-split": Question("headline-test", "STRING", "default", crowd(40)),
    "sticky-split": Question("sticky-test", "STRING", "default", crowd(30)),
    "few-shards": Question("coarse-test", "STRING", "default", (*crowd(20), ("größe", {}), ("日本", {}), ("a b", {}))),
    "holdout-running": Question("held-out-test", "STRING", "default", crowd(25, country="NO")),
    "holdout-shipped": Question("held-out-test", "STRING", "default", crowd(25)),
    "exclusive-left": Question("exclusive-left", "BOOLEAN", False, crowd(20)),
    "exclusive-right": Question("exclusive-right", "BOOLEAN", False, crowd(20)),
    "schedule": Question("scheduled", "STRING", "default", (*crowd(2), *crowd(2, country="NO"))),
    "rollout": Question("scheduled", "STRING", "default", crowd(15, country="SE")),
    "overrides": Question(
        "chosen-few",
        "BOOLEAN",
        False,
        (
            ("qa-robot", {}),
            ("1042", {}),
            ("größe", {}),
            ("user-3", {}),
            ("user-30", {}),
            ("somebody", {"id": "qa-robot"}),
            ("qa-robot", {"id": "somebody"}),
            ("qa-robot", {"id": None}),
            ("somebody", {"id": 1042}),
        ),
    ),
    "disabled": Question("switched-off", "STRING", "default", crowd(1)),
    "without-rules": Question("without-rules", "STRING", "default", crowd(1)),
    "unknown-flag": Question("no-such-flag", "STRING", "default", crowd(1)),
    "mistyped-value": Question("mistyped", "INTEGER", 7, each("which", ("bad", "good")), details=False),
    "asked-for-another-type": Question("fractions", "INTEGER", 7, crowd(1), details=False),
}
