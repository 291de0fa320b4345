"""
What in a published document some SDK reads in an unsafe way.

For content that is served as it is (``raw``, ``base``, ``--ufc``): each finding is a path and a sentence that says who
does what. Sources: evaluation.md's divergence table, rows D-CFG, D-DAT, D-VAR, D-ONE, D-NUL, D-CMP,
D-EVT.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from emulator.ufc.event_fields import CLASHES
from emulator.ufc.patterns import pattern_findings, pattern_problem
from emulator.ufc.wire import OPERATORS

Finding = tuple[str, str]

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)
_VERSION = re.compile(r"\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?\Z", re.ASCII)
_VALUE_TYPES: dict[str, type | tuple[type, ...]] = {
    "BOOLEAN": bool,
    "STRING": str,
    "INTEGER": int,
    "NUMERIC": (int, float),
    "JSON": str,
}
_NULLABLE = "null is an error for Rust-core SDKs, Python 3 and PHP; leave the member out"


def config_findings(config: Any) -> Iterator[Finding]:
    """Yield what is unsafe in a whole configuration."""
    for name in ("createdAt", "format", "environment"):
        if not config.get(name):
            yield name, "is missing; Rust-core SDKs and iOS reject the configuration"
    created = config.get("createdAt")
    if isinstance(created, str) and not _TIMESTAMP.match(created):
        yield "createdAt", _timestamp_sentence(created)
    for key, flag in (config.get("flags") or {}).items():
        yield from flag_findings(flag, f"flags.{key}", key)


def flag_findings(flag: Any, path: str, key: str | None = None) -> Iterator[Finding]:
    """Yield what is unsafe in one flag; *key* is the map key it is served under."""
    said = set()
    for place, sentence in _flag_findings(flag, path, key):
        said.add(place)
        yield place, sentence
    yield from ((place, _NULLABLE) for place in _nulls(flag, path) if place not in said)


def _nulls(value: Any, path: str) -> Iterator[str]:
    if value is None:
        yield path
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _nulls(member, f"{path}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _nulls(item, f"{path}[{index}]")


def _flag_findings(flag: Any, path: str, key: str | None) -> Iterator[Finding]:
    if not isinstance(flag, dict):
        yield path, "is no object; Go stops polling on it"
        return
    for name in ("key", "enabled", "variationType", "variations", "allocations", "totalShards"):
        if flag.get(name) is None:
            yield f"{path}.{name}", "is missing; Java and Rust-core SDKs drop the flag or the configuration"
    if key is not None and flag.get("key") not in (key, None):
        yield (
            f"{path}.key",
            f'is "{flag["key"]}" under the map key "{key}"; SDKs look up by the map key and log the other',
        )
    yield from _total_findings(flag.get("totalShards"), path)
    yield from _variation_findings(flag, path)
    for index, allocation in enumerate(_list(flag.get("allocations"))):
        yield from allocation_findings(allocation, f"{path}.allocations[{index}]", flag.get("variations"))


def _total_findings(total: Any, path: str) -> Iterator[Finding]:
    if total is not None and (not isinstance(total, int) or isinstance(total, bool) or total <= 0):
        yield f"{path}.totalShards", f"is {total!r}; SDKs divide by it, expected an integer above 0"


def _variation_findings(flag: dict[str, Any], path: str) -> Iterator[Finding]:
    expected = _VALUE_TYPES.get(str(flag.get("variationType")))
    if flag.get("variationType") is not None and expected is None:
        yield f"{path}.variationType", f'is "{flag["variationType"]}"; expected one of {", ".join(_VALUE_TYPES)}'
    variations = flag.get("variations")
    for key, variation in variations.items() if isinstance(variations, dict) else ():
        where = f"{path}.variations.{key}"
        if not isinstance(variation, dict):
            yield where, "is no object"
            continue
        if variation.get("key") != key:
            yield f"{where}.key", f'is "{variation.get("key")}" under the map key "{key}"; Rust-core SDKs drop the flag'
        value = variation.get("value")
        fits = expected is None or (isinstance(value, expected) and (expected is bool or not isinstance(value, bool)))
        if not fits:
            yield f"{where}.value", f"does not fit {flag['variationType']}; SDKs answer the caller's default"


def allocation_findings(allocation: Any, path: str, variations: Any = None) -> Iterator[Finding]:
    """Yield what is unsafe in one allocation of a flag with *variations*."""
    if not isinstance(allocation, dict):
        yield path, "is no object"
        return
    if not isinstance(allocation.get("key"), str):
        yield f"{path}.key", "is missing; SDKs name the experiment after it"
    if not isinstance(allocation.get("doLog"), bool):
        yield f"{path}.doLog", "is missing; Java and iOS reject the whole configuration"
    if not isinstance(allocation.get("splits"), list):
        yield f"{path}.splits", "is missing; the flag or the configuration is dropped"
    if "rules" in allocation and allocation["rules"] is None:
        yield f"{path}.rules", _NULLABLE
    for name in ("startAt", "endAt"):
        moment = allocation.get(name)
        if name in allocation and not (isinstance(moment, str) and _TIMESTAMP.match(moment)):
            yield f"{path}.{name}", _timestamp_sentence(moment)
    for index, rule in enumerate(_list(allocation.get("rules"))):
        conditions = _list(rule.get("conditions") if isinstance(rule, dict) else None)
        for number, condition in enumerate(conditions):
            yield from condition_findings(condition, f"{path}.rules[{index}].conditions[{number}]")
    for index, split in enumerate(_list(allocation.get("splits"))):
        yield from _split_findings(split, f"{path}.splits[{index}]", variations)


def _timestamp_sentence(moment: Any) -> str:
    return f"is {moment!r}, not YYYY-MM-DDTHH:MM:SS.mmmZ; Java and iOS reject the whole configuration"


def _split_findings(split: Any, path: str, variations: Any) -> Iterator[Finding]:
    if not isinstance(split, dict):
        yield path, "is no object"
        return
    variation = split.get("variationKey")
    if isinstance(variations, dict) and variation not in variations:
        yield f"{path}.variationKey", f'names the unknown variation "{variation}"; SDKs answer the caller\'s default'
    if not isinstance(split.get("shards"), list):
        yield f"{path}.shards", "is missing; Rust-core SDKs drop the flag"
    extra = split.get("extraLogging")
    if "extraLogging" in split and extra is None:
        yield f"{path}.extraLogging", _NULLABLE
    for name, value in extra.items() if isinstance(extra, dict) else ():
        if not isinstance(value, str):
            yield f"{path}.extraLogging.{name}", "is no text; Go and Python 3 reject the whole configuration"
        elif name in CLASHES:
            yield f"{path}.extraLogging.{name}", CLASHES[name]


def condition_findings(condition: Any, path: str) -> Iterator[Finding]:
    """Yield what is unsafe in one condition."""
    if not isinstance(condition, dict):
        yield path, "is no object"
        return
    operator = condition.get("operator")
    if operator not in OPERATORS:
        yield f"{path}.operator", f'"{operator}" is unknown; Java then matches everybody, iOS rejects the configuration'
    else:
        yield from _COMPARANDS[operator](condition.get("value"), f"{path}.value", operator)


def _pattern(value: Any, path: str, _operator: str) -> Iterator[Finding]:
    if not isinstance(value, str):
        yield path, f"is {value!r}, not a pattern; Go stops with a panic"
        return
    problem = pattern_problem(value)
    if problem:
        yield path, f'is the pattern "{value}", which compiles in no SDK: {problem}'
        return
    for finding in pattern_findings(value):
        yield path, f'is the pattern "{value}": {finding.message}'


def _comparand(value: Any, path: str, _operator: str) -> Iterator[Finding]:
    if isinstance(value, str) and _NUMBER.match(value):
        yield path, f'is the text "{value}"; Java and Python 3 never match a number that is a text'
    elif isinstance(value, bool) or not (isinstance(value, int | float) or _is_version(value)):
        yield path, f"is {value!r}, neither a number nor a version; SDKs disagree"


def _is_version(value: Any) -> bool:
    return isinstance(value, str) and bool(_VERSION.match(value))


def _members(value: Any, path: str, operator: str) -> Iterator[Finding]:
    if not isinstance(value, list):
        yield path, f"is {value!r}, not a list; Go stops with a panic"
        return
    if not value and operator == "NOT_ONE_OF":
        yield path, "is an empty list; everybody with the attribute matches"
    for item in value:
        if not isinstance(item, str):
            yield path, f"holds {item!r}, which is no text; Go stops with a panic"


def _null(value: Any, path: str, _operator: str) -> Iterator[Finding]:
    if not isinstance(value, bool):
        yield path, f"is {value!r}, not true or false; SDKs disagree"


_COMPARANDS: dict[str, Callable[[Any, str, str], Iterator[Finding]]] = {
    "MATCHES": _pattern,
    "NOT_MATCHES": _pattern,
    "GTE": _comparand,
    "GT": _comparand,
    "LTE": _comparand,
    "LT": _comparand,
    "ONE_OF": _members,
    "NOT_ONE_OF": _members,
    "IS_NULL": _null,
}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
