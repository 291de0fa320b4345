"""
Draws flag configurations and questions for the comparison with real SDKs.

Documents are drawn as they travel: every type, every operator, odd values on both sides of a condition, windows in all
their spellings, several shards, extra logging, values that do not suit, and flags with a member broken.
"""

import copy
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

FLAGS = 8
KINDS = ("STRING", "BOOLEAN", "INTEGER", "NUMERIC", "JSON")
DEFAULTS: Mapping[str, Any] = {
    "STRING": "the caller's default",
    "BOOLEAN": False,
    "INTEGER": -987_654,
    "NUMERIC": -98.765,
    "JSON": {"the caller's": "default"},
}
_ATTRIBUTES = ("a", "b", "country", "größe", "id", "42", "")
# The name that every JavaScript object has is rare, for it would excuse too much.
_CONDITION_ATTRIBUTES = (*_ATTRIBUTES * 3, "constructor")
_SUBJECTS = ("", "alice", "bob", "0", " ", "größe", "gro\u0308ße", "日本", "😀", "a\0b", "user\n", "x" * 300)
_WORDS = (
    "NO",
    "no",
    "pro",
    "beta-12",
    "ann@example.com",
    "a/b",
    "größe",
    "日本",
    "",
    " ",
    "null",
    "true",
    "[x]",
    "a\nb",
)
_NUMERIC_TEXTS = (
    "10",
    "10.0",
    "9",
    "-5",
    "+10",
    "1e1",
    ".5",
    "5.",
    " 10 ",
    "0x0A",
    "1_0",
    "10abc",
    "inf",
    "NaN",
    "007",
)
_VERSIONS = (
    "1.2.3", "1.2.10", "2.0.0", "0.0.1", "1.2.3-alpha", "1.2.3-alpha.1", "1.2.3-ALPHA", "1.2.3-2", "1.2.3-10",
    "1.2.3-rc.1", "1.2.3+b1", "1.2.3-rc.1+b2", "1.2", "v1.2.3", "01.2.3", "1.2.3.4", "1.2.99999999999999999999",
)  # fmt: skip
_NUMBERS: tuple[Any, ...] = (
    0, 1, 10, -5, 9, 16, 10.0, 10.5, 0.1, 0.1 + 0.2, 1e7, 1e16, 1e21, 1e-7, -0.0, 3_000_000_000, 2**53 + 1, 1.5e300,
)  # fmt: skip
_PATTERNS = (
    "NO", "^NO$", "no|pro", "^beta-[0-9]+$", r"@example\.com$", r"\d+", r"^\d+$", r"^\w+$", r"\bpro\b", ".", "^.$",
    "^$", "a.b", r"a\sb", r"a\/b", "a/b", "(?i)no", "(?:N)(O)", "[A-Z]{2}", "[^a-z]", "x{2,}", "e{0,3}$", r"\.",
    "^-?[0-9]+", "ß", "日+", r"\x41", r"\t|\n", "a*?b", "(a+)+$", "tru?e", "1.5", "^10$", r"^10\.",
    # Nobody's, or not everybody's.
    "[bad", "(", "x(?=y)", r"(a)\1", "*", "a{1001}", r"\p{L}", r"\z",
)  # fmt: skip
_ODD_COMPARANDS: tuple[Any, ...] = (
    None, True, False, 5, 1.5, "x", "", [], ["x"], ["x", 1], [1, 2], [True], {}, {"a": 1}, "abc", "1.2.3.4", "false",
)  # fmt: skip
_SUITABLE: Mapping[str, tuple[Any, ...]] = {
    "STRING": ("a", "", '{"a": 1}', "größe"),
    "BOOLEAN": (True, False),
    "INTEGER": (0, 1, -3, 3.0, 3_000_000_000),
    "NUMERIC": (0, 0.0, 1.5, -2, 1e21),
    "JSON": ("{}", '{"a": [1, 2.5, null]}', "[1]", '"text"', "5", "true"),
}
_UNSUITABLE: tuple[Any, ...] = (3.1, "3", True, "true", 1, "{bad", "", 10**19)
_MOMENTS = (
    ("2020-01-01T00:00:00.000Z", "2021-01-01T00:00:00Z", "2020-01-01T02:00:00.123456+02:00", "2020-01-01T00:00:00.5Z"),
    ("2090-01-01T00:00:00.000Z", "2091-01-01T00:00:00Z", "2090-01-01T02:00:00+02:00", "9999-12-31T00:00:00.000Z"),
)
_BAD_MOMENTS = ("", "tomorrow", "2020-01-01", "2020-01-01T00:00:00", "2020-13-01T00:00:00Z", 1_577_836_800_000)
# What a careless hand may put in the place of a member.
_ODD_MEMBERS: tuple[Any, ...] = (None, True, 0, -1, 2**33, 1.5, "", "x", [], {}, [None], "10000", 10_000.0)
_OPERATORS = ("MATCHES", "NOT_MATCHES", "GTE", "GT", "LTE", "LT", "ONE_OF", "NOT_ONE_OF", "IS_NULL")


@dataclass(frozen=True, slots=True)
class Question:
    """*kind* is the type that the caller asks for; his default is the one of that type."""

    flag: str
    kind: str
    subject: str
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Round:
    """One configuration and what is asked of it."""

    config: dict[str, Any]
    questions: tuple[Question, ...]


def draw_round(seed: str, questions: int, *, broken: float = 0.06) -> Round:
    """
    Return what *seed* draws: a configuration of eight flags, and *questions* questions about them.

    *broken* is the share of flags that have some member replaced or missing.
    """
    draw = Random(seed)
    flags = {}
    for key in (f"flag-{number}" for number in range(FLAGS)):
        flag = _flag(draw, key)
        flags[key] = _broken(draw, flag) if draw.random() < broken else flag
    config = {
        "createdAt": "2025-01-01T00:00:00.000Z",
        "format": "SERVER",
        "environment": {"name": "Test"},
        "flags": flags,
        "banditReferences": {},
    }
    return Round(config, tuple(_question(draw, flags) for _ in range(questions)))


def _question(draw: Random, flags: Mapping[str, Any]) -> Question:
    key = "no-such-flag" if draw.random() < 0.02 else draw.choice(list(flags))
    own = flags.get(key, {}).get("variationType")
    kind = own if own in KINDS and draw.random() < 0.97 else draw.choice(KINDS)
    subject = draw.choice(_SUBJECTS) if draw.random() < 0.2 else f"user-{draw.randrange(10_000)}"
    names = draw.sample((*_ATTRIBUTES, "constructor"), draw.randrange(5))
    return Question(key, kind, subject, {name: _actual(draw) for name in names})


def _actual(draw: Random) -> Any:
    """Return an attribute's value, of any kind that callers may send."""
    drawn = draw.random()
    if drawn < 0.35:
        return draw.choice(_WORDS)
    if drawn < 0.55:
        return draw.choice(_NUMBERS)
    if drawn < 0.70:
        return draw.choice(_NUMERIC_TEXTS)
    if drawn < 0.85:
        return draw.choice(_VERSIONS)
    return draw.choice((True, False, None, math.inf, math.nan) if drawn > 0.98 else (True, False, None))


def _flag(draw: Random, key: str) -> Any:
    kind = draw.choice(KINDS)
    names = ("on", "off", "größe", 'q"uote')[: draw.randint(1, 4)]
    total = draw.choice((10_000, 10_000, 10_000, 100, 1, 2**32 - 1))
    return {
        "key": key,
        "enabled": draw.random() < 0.95,
        "variationType": kind,
        "variations": {name: {"key": name, "value": _value(draw, kind)} for name in names},
        "allocations": [_allocation(draw, f"allocation-{place}", names, total) for place in range(draw.randrange(5))],
        "totalShards": total,
    }


def _value(draw: Random, kind: str) -> Any:
    return draw.choice(_UNSUITABLE if draw.random() < 0.04 else _SUITABLE[kind])


def _allocation(draw: Random, key: str, names: tuple[str, ...], total: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "key": key,
        "splits": [_split(draw, names, total) for _ in range(draw.choice((1, 1, 2, 3)))],
        "doLog": draw.random() < 0.8,
    }
    if draw.random() < 0.1:
        del made["doLog"]
    if draw.random() < 0.7:
        made["rules"] = [_rule(draw) for _ in range(draw.choice((0, 1, 1, 2)))]
    for name, usual in (("startAt", 0), ("endAt", 1)):
        if draw.random() < 0.2:
            made[name] = draw.choice(_MOMENTS[usual if draw.random() < 0.8 else 1 - usual])
    if draw.random() < 0.01:
        made["startAt"] = draw.choice(_BAD_MOMENTS)
    return made


def _split(draw: Random, names: tuple[str, ...], total: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "variationKey": "gone" if draw.random() < 0.01 else draw.choice(names),
        "shards": [_shard(draw, total) for _ in range(draw.choice((0, 0, 1, 1, 2, 3)))],
    }
    if draw.random() < 0.3:
        made["extraLogging"] = {name: draw.choice(_WORDS) for name in draw.sample(("holdoutKey", "team", "größe"), 2)}
    return made


def _shard(draw: Random, total: int) -> dict[str, Any]:
    ranges = []
    for _ in range(draw.choice((0, 1, 1, 1, 2))):
        start = draw.randrange(total)
        ranges.append({"start": start, "end": draw.choice((draw.randint(start, total), total))})
    return {"salt": draw.choice(("salt", "other", "größe", "", "x" * 100)), "ranges": ranges}


def _rule(draw: Random) -> dict[str, Any]:
    return {"conditions": [_condition(draw) for _ in range(draw.choice((0, 1, 1, 1, 2)))]}


def _condition(draw: Random) -> dict[str, Any]:
    operator = draw.choice(_OPERATORS)
    value = draw.choice(_ODD_COMPARANDS) if draw.random() < 0.05 else _COMPARANDS[operator](draw)
    if draw.random() < 0.01:
        operator = draw.choice(("one_of", "BETWEEN", ""))
    return {"attribute": draw.choice(_CONDITION_ATTRIBUTES), "operator": operator, "value": value}


def _pattern(draw: Random) -> Any:
    return draw.choice(_PATTERNS)


def _comparand(draw: Random) -> Any:
    drawn = draw.random()
    return draw.choice(_NUMBERS if drawn < 0.5 else _VERSIONS if drawn < 0.85 else _NUMERIC_TEXTS)


def _members(draw: Random) -> Any:
    return draw.sample((*_WORDS, "10", "10.0", "0", "-0", "1.2.3", "0.1", "10000000", "alice"), draw.randrange(8))


def _null(draw: Random) -> Any:
    return draw.random() < 0.5


_COMPARANDS: Mapping[str, Callable[[Random], Any]] = {
    **dict.fromkeys(("MATCHES", "NOT_MATCHES"), _pattern),
    **dict.fromkeys(("GTE", "GT", "LTE", "LT"), _comparand),
    **dict.fromkeys(("ONE_OF", "NOT_ONE_OF"), _members),
    "IS_NULL": _null,
}


def _broken(draw: Random, flag: dict[str, Any]) -> Any:
    """Return *flag* with one member, somewhere, replaced or missing."""
    broken = copy.deepcopy(flag)
    place: Any = broken
    while True:
        key = draw.choice(list(place)) if isinstance(place, dict) else draw.randrange(len(place))
        inner = place[key]
        if not (isinstance(inner, dict | list) and inner) or draw.random() < 0.2:
            break
        place = inner
    if isinstance(place, dict) and draw.random() < 0.3:
        del place[key]
    else:
        place[key] = draw.choice(_ODD_MEMBERS)
    return broken
