"""For every divergence of an SDK: the smallest flag, and the question, that shows it."""

from collections.abc import Mapping
from typing import Any

from tests.compatibility.divergences import ANDROID, CLIENT, JAVA, NODE, PYTHON_3, RUST, Divergences
from tests.compatibility.go_divergences import GO
from tests.differential.flag_examples import NODE_EXAMPLES, RUST_EXAMPLES, Example, asking
from tests.evaluation.configurations import allocation, condition, flag, flag_of, rule, shard, split

_DEFAULT = "the caller's default"
_GONE = Example(flag(allocation("all", split("gone"))), _DEFAULT)
_NO_DOCUMENT = Example(flag_of("JSON", "{bad"), {"the caller's": "default"}, kind="JSON")
_LONG = 9_876_543_210

PYTHON_3_EXAMPLES: Mapping[str, Example] = {
    "blank subject": Example(flag(allocation("all")), _DEFAULT, subject=""),
    "numbers in texts": asking("GT", 5, "10", holds=True),
    "patterns": asking("NOT_MATCHES", "[bad", "x", holds=False),
    "classes beyond ASCII": asking("MATCHES", r"^\w$", "é", holds=False),
    "last lines": asking("MATCHES", "^a$", "a\n", holds=False),
    "numbers as text": asking("ONE_OF", ["0.0000001"], 1e-7, holds=True),
    "ill-typed lists": asking("ONE_OF", [1], 1, holds=False),
    "ill-typed nullness": asking("IS_NULL", "false", None, holds=False),
    "values of another type": Example(flag_of("INTEGER", 3.0), 3, kind="INTEGER"),
    "documents that are none": _NO_DOCUMENT,
    "missing variation": _GONE,
}
JAVA_EXAMPLES: Mapping[str, Example] = {
    "numbers in texts": asking("GT", 5, "10", holds=True),
    "numbers as text": asking("MATCHES", "^10$", 10, holds=True),
    "patterns": asking("NOT_MATCHES", "[bad", "x", holds=False),
    "last lines": asking("MATCHES", "^a$", "a\n", holds=False),
    "ill-typed lists": asking("NOT_ONE_OF", [1], 1, holds=False),
    "ill-typed nullness": asking("IS_NULL", "false", None, holds=False),
    "many shards": Example(
        flag(allocation("half", split("on", shard("s", (0, 2**31)))), totalShards=2**32 - 1), _DEFAULT, subject="user-2"
    ),
    "large integers": Example(flag_of("INTEGER", _LONG), _LONG, kind="INTEGER"),
    "extra logging under an event's names": RUST_EXAMPLES["extra logging under an event's names"],
    "documents that are none": Example(flag_of("JSON", "{} x"), {"the caller's": "default"}, kind="JSON"),
}  # fmt: skip
_CLIENT_EXAMPLES: Mapping[str, Example] = {
    "unsuitable values": Example(flag_of("NUMERIC", "3"), -98.765, kind="NUMERIC"),
    "extra logging of clients": Example(flag(allocation("all", split("on", extraLogging={"holdoutKey": "q1"}))), "ON"),
}
GO_EXAMPLES: Mapping[str, Example] = {
    "nulls": asking("NOT_ONE_OF", ["x"], None, holds=False),
    "ill-typed lists": asking("ONE_OF", "x", "x", holds=False),
    "patterns": asking("NOT_MATCHES", "[bad", "x", holds=False),
    "numbers in patterns": asking("MATCHES", "^10$", 10, holds=True),
    "values in lists": asking("ONE_OF", ["10.0"], 10, holds=False),
    "odd numbers as text": asking("GT", 5, "1_0", holds=False),
    "lenient versions": asking("GT", "1.2.3", "v1.2.4", holds=False),
    "values of another type": Example(flag_of("INTEGER", 3.0), 3, kind="INTEGER"),
    "extra logging under an event's names": RUST_EXAMPLES["extra logging under an event's names"],
}
EXAMPLES: tuple[tuple[Divergences, Mapping[str, Example]], ...] = (
    (RUST, RUST_EXAMPLES),
    (PYTHON_3, PYTHON_3_EXAMPLES),
    (NODE, NODE_EXAMPLES),
    (JAVA, JAVA_EXAMPLES),
    (GO, GO_EXAMPLES),
    (ANDROID, {**JAVA_EXAMPLES, **_CLIENT_EXAMPLES}),
    (CLIENT, {**NODE_EXAMPLES, **_CLIENT_EXAMPLES, "ill-typed nullness": asking("IS_NULL", None, "x", holds=False)}),
)

# By the name of a bandits' divergence: the flag, and its one bandit's tie. The bandit's model is the smallest there is.
BANDIT_EXAMPLES: Mapping[str, tuple[Any, Any]] = {
    "bandits by value": (
        flag(allocation("all"), variations={"on": {"key": "on", "value": "another name"}}),
        {"allocationKey": "all", "variationKey": "on", "variationValue": "another name"},
    )
}

# What makes an SDK refuse every flag, not this one alone, by the row of the table that says so.
_UNKNOWN_OPERATOR = flag(allocation("all", rules=[rule(condition("BETWEEN", "x"))]))
_SILENT = {name: value for name, value in allocation("all").items() if name != "doLog"}
_PYTHON_3_REFUSES: Mapping[str, Any] = {
    "D-CFG-2: an unknown operator": _UNKNOWN_OPERATOR,
    "D-CFG-7: rules that are null": flag(allocation("all", rules=None)),
    "D-CFG-12: extra logging that is null": flag(allocation("all", split("on", extraLogging=None))),
    "D-DAT-7: a date that is none": flag(allocation("all", startAt="tomorrow")),
    "D-VAL-8: a value that is null": flag_of("STRING", None),
}
_JAVA_REFUSES: Mapping[str, Any] = {
    "D-CFG-10: no doLog": flag(_SILENT),
    "D-CFG-16: no totalShards": {k: v for k, v in flag(allocation("all")).items() if k != "totalShards"},
    "D-DAT-2: a date without milliseconds": flag(allocation("all", startAt="2020-01-01T00:00:00Z")),
    "D-DAT-4: a date with an offset": flag(allocation("all", startAt="2020-01-01T00:00:00+02:00")),
}
_GO_REFUSES: Mapping[str, Any] = {
    "D-CFG-13: extra logging that is no text": flag(allocation("all", split("on", extraLogging={"team": 1}))),
    "D-CFG-17: totalShards with a fraction": flag(allocation("all"), totalShards=10_000.0),
    "D-DAT-7: a date that is none": flag(allocation("all", startAt="tomorrow")),
}
REFUSED: Mapping[str, Mapping[str, Any]] = {"python-3": _PYTHON_3_REFUSES, "java": _JAVA_REFUSES, "go": _GO_REFUSES}


def examples_of(divergences: Divergences) -> Mapping[str, Example]:
    return next(examples for known, examples in EXAMPLES if known is divergences)
