"""
Obfuscated configurations made plain again, for tests: what a client SDK understands of one, in the plain spelling.

Base64 is decoded. A hash tells a client only whether it is that of a text it has; here the texts of the plain
configuration are at hand. Comparands have become texts, which are compared as the numbers or versions that they spell.
"""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from hashlib import md5
from typing import Any

OPERATORS = ("MATCHES", "NOT_MATCHES", "GTE", "GT", "LTE", "LT", "ONE_OF", "NOT_ONE_OF", "IS_NULL")


def deobfuscated(hidden: Mapping[str, Any], plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return *hidden* in the plain form; *plain* lends the texts that *hidden* has only hashes of."""
    known = {md5(text.encode()).hexdigest(): text for text in (*texts_of(plain), *OPERATORS, "true", "false")}
    flags = {known[key]: _flag(flag, known) for key, flag in hidden["flags"].items()}
    return {**hidden, "format": "SERVER", "flags": flags}


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text in *value*, names of members too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from texts_of(one)
    elif isinstance(value, dict):
        yield from value
        yield from texts_of(list(value.values()))


def _decoded(text: str) -> str:
    return b64decode(text, validate=True).decode()


def _flag(flag: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    kind = flag["variationType"]
    variations = {
        _decoded(key): {"key": _decoded(one["key"]), "value": _value(kind, _decoded(one["value"]))}
        for key, one in flag["variations"].items()
    }
    allocations = [_allocation(one, known) for one in flag["allocations"]]
    return {**flag, "key": known[flag["key"]], "variations": variations, "allocations": allocations}


def _value(kind: str, text: str) -> Any:
    return text if kind in ("STRING", "JSON") else json.loads(text)


def _allocation(allocation: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    times = {name: _decoded(allocation[name]) for name in ("startAt", "endAt") if allocation.get(name)}
    rules = [
        {"conditions": [_condition(one, known) for one in rule["conditions"]]} for rule in allocation.get("rules", [])
    ]
    splits = [_split(one) for one in allocation["splits"]]
    return {**allocation, **times, "key": _decoded(allocation["key"]), "rules": rules, "splits": splits}


def _condition(condition: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    operator, value = known[condition["operator"]], condition["value"]
    if operator in ("ONE_OF", "NOT_ONE_OF"):
        value = [known[member] for member in value]
    elif operator == "IS_NULL":
        value = known[value] == "true"
    else:
        value = _decoded(value)
    return {"attribute": known[condition["attribute"]], "operator": operator, "value": value}


def _split(split: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "variationKey": _decoded(split["variationKey"]),
        "shards": [{**shard, "salt": _decoded(shard["salt"])} for shard in split["shards"]],
        "extraLogging": {_decoded(name): _decoded(text) for name, text in split.get("extraLogging", {}).items()},
    }
