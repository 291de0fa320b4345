"""For every named divergence of the Rust core and of JavaScript: a flag and a question to which it applies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.differential.flag_questions import DEFAULTS
from tests.evaluation.configurations import allocation, condition, flag, flag_of, rule, shard, split

DEFAULT = DEFAULTS["STRING"]


@dataclass(frozen=True, slots=True)
class Example:
    """*value* is what the emulator serves of *raw*."""

    raw: Any
    value: Any
    attributes: Mapping[str, Any] = field(default_factory=dict)
    subject: str = "alice"
    kind: str = "STRING"


def asking(operator: str, wanted: Any, actual: Any, *, holds: bool) -> Example:
    """Return an example of one condition on the attribute ``a``."""
    raw = flag(allocation("first", rules=[rule(condition(operator, wanted))]), allocation("rest", split("off")))
    return Example(raw, "ON" if holds else "OFF", {"a": actual})


EVERYBODY = flag(allocation("all"))
SILENT = {name: value for name, value in allocation("all").items() if name != "doLog"}

RUST_EXAMPLES: Mapping[str, Example] = {
    "blank subject": Example(EVERYBODY, DEFAULT, subject=""),
    "no shards at all": Example(flag(allocation("all"), totalShards=0), DEFAULT),
    "words of errors": Example(flag_of("STRING", 5), DEFAULT),
    "words of a mismatch": Example(flag_of("JSON", "{}"), DEFAULT),
    "allocations of a disabled flag": Example(flag(allocation("all"), enabled=False), DEFAULT),
    "full shards": Example(
        flag(allocation("all", split("on", *[shard("s", (0, 10_000))] * 2), rules=[rule(condition("GT", 1))])),
        "ON",
        {"a": 5},
    ),
    "quotes in keys": Example(
        flag(allocation("all", split('"')), variations={'"': {"key": '"', "value": "quoted"}}), "quoted"
    ),
    "missing variation": Example(flag(allocation("all", split("gone"))), DEFAULT),
    "allocations of one key": Example(
        flag(allocation("twin", rules=[rule(condition("ONE_OF", ["x"]))]), allocation("twin", split("off"))), "OFF"
    ),
    "extra logging under an event's names": Example(
        flag(allocation("all", split("on", extraLogging={"variation": "red"}))), "ON"
    ),
    "special numbers as text": asking("GT", 5, "inf", holds=False),
    "build metadata": asking("GT", "1.2.3", "1.2.3+b1", holds=False),
    "minus zero": asking("ONE_OF", ["0"], -0.0, holds=True),
    "classes beyond ASCII": asking("MATCHES", r"^\w$", "é", holds=False),
    "repetition above 1000": asking("NOT_MATCHES", "a{1001}", "b", holds=False),
    "variations": Example(flag(allocation("all"), variations={"on": {"key": "inner", "value": "found"}}), "found"),
}
NODE_EXAMPLES: Mapping[str, Example] = {
    "odd times": Example(flag(allocation("all", startAt="2020-01-01")), DEFAULT),
    "disabled and mistyped": Example(flag_of("JSON", "{}", enabled=False), DEFAULT),
    "silence": Example(flag(SILENT), "ON"),
    "unsuitable values": Example(flag_of("STRING", 5), DEFAULT),
    "documents that are none": Example(flag_of("JSON", "{bad"), DEFAULTS["JSON"], kind="JSON"),
    "missing variation": Example(flag(allocation("all", split("gone"))), DEFAULT),
    "large integers": Example(flag_of("INTEGER", 10**19), DEFAULTS["INTEGER"], kind="INTEGER"),
    "booleans as numbers": asking("GTE", 0, True, holds=False),
    "odd numbers as text": asking("GTE", 0, "", holds=False),
    "ill-typed comparands": asking("GTE", None, 5, holds=False),
    "lenient versions": asking("GTE", "1.0.0", "v1.2.3", holds=False),
    "numbers as text": asking("ONE_OF", ["1000000000000000000000"], 1e21, holds=True),
    "ill-typed lists": asking("NOT_ONE_OF", "x", "y", holds=False),
    "ill-typed nullness": asking("IS_NULL", "false", None, holds=False),
    "patterns": asking("NOT_MATCHES", "[bad", "x", holds=False),
    "surrogates": asking("MATCHES", "^.$", "😀", holds=True),
    "object members": Example(
        flag(
            allocation("first", rules=[rule(condition("IS_NULL", False, "constructor"))]), allocation("r", split("off"))
        ),
        "OFF",
    ),
}
