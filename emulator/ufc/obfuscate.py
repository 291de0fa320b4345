"""
UFC → the obfuscated UFC that client SDKs read.

Names that a client only has to recognise are hashed (MD5, lower-case hex, no salt); text that it has to use is
base64. Members that no client knows (a comment, for one) are left out: what they tell would be readable. Total:
whatever shape a known member has, it is treated as far as it goes.

Source: sdk-test-data ``obfuscation/obfuscation.helper.ts``; decoders in js-sdk-common ``decoding.ts``.
"""

import hashlib
import json
import math
from base64 import b64encode
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from emulator.ufc.wire import Config


@lru_cache(maxsize=65_536)
def md5_hex(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def base64_text(text: str) -> str:
    return b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")


def javascript_text(value: Any) -> str:
    """
    Return *value* as JavaScript's ``toString()`` prints it: ``true``, ``1``, ``1.5``, ``1e+21``.

    The reference obfuscates with ``toString()``, and clients parse what they decode.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number_text(float(value)) if isinstance(value, float) or abs(value) >= 2**53 else str(value)
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _number_text(number: float) -> str:
    if not math.isfinite(number):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(number, "NaN")
    if number == 0:
        return "0"
    # repr is the shortest text that reads back, as in JavaScript; only the layout differs.
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    point = len(text) + exponent
    minus = "-" if sign else ""
    if not -6 < point <= 21:
        fraction = f".{text[1:]}" if len(text) > 1 else ""
        return f"{minus}{text[0]}{fraction}e{point - 1:+d}"
    if point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    if point >= len(text):
        return f"{minus}{text}{'0' * (point - len(text))}"
    return f"{minus}{text[:point]}.{text[point:]}"


def obfuscate(config: Config) -> Config:
    """Return *config* as a client SDK is served it; *config* itself is left alone."""
    return cast("Config", {**_members({**config}, _CONFIG), "format": "CLIENT"})


def obfuscate_flag(flag: Any) -> Any:
    return _members(flag, _FLAG)


def _keyed(key: Callable[[str], str], value: Callable[[Any], Any], members: Any) -> Any:
    if not isinstance(members, dict):
        return members
    return {key(name): value(member) for name, member in members.items()}


def _members(value: Any, treatments: dict[str, Callable[[Any], Any]]) -> Any:
    """Treat the known members of an object, and leave out the others; null stays null."""
    if not isinstance(value, dict):
        return value
    return {
        name: None if member is None else treatments[name](member)
        for name, member in value.items()
        if name in treatments
    }


def _plain(value: Any) -> Any:
    return value


def _each(treat: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda values: [treat(value) for value in values] if isinstance(values, list) else values


def _hashed(value: Any) -> Any:
    return None if value is None else md5_hex(javascript_text(value))


def _encoded(value: Any) -> Any:
    return None if value is None else base64_text(javascript_text(value))


def _condition(condition: Any) -> Any:
    if not isinstance(condition, dict):
        return condition
    operator = condition.get("operator")
    treat = _CONDITION_VALUES.get(operator, _encoded) if isinstance(operator, str) else _encoded
    return _members(condition, {"attribute": _hashed, "operator": _hashed, "value": treat})


def _bandit_variations(entries: Any) -> Any:
    return _each(_bandit_variation)(entries)


def _bandit_variation(entry: Any) -> Any:
    names = ("key", "flagKey", "allocationKey", "variationKey", "variationValue")
    return _members(entry, dict.fromkeys(names, _hashed))


def _bandit_reference(reference: Any) -> Any:
    return _members(reference, {"modelVersion": _hashed, "flagVariations": _bandit_variations})


_CONDITION_VALUES: dict[str, Callable[[Any], Any]] = {
    "ONE_OF": lambda value: _each(_hashed)(value) if isinstance(value, list) else _hashed(value),
    "NOT_ONE_OF": lambda value: _each(_hashed)(value) if isinstance(value, list) else _hashed(value),
    "IS_NULL": _hashed,
}
_SHARD: dict[str, Callable[[Any], Any]] = {"salt": _encoded, "ranges": _plain}
_SPLIT: dict[str, Callable[[Any], Any]] = {
    "variationKey": _encoded,
    "shards": _each(lambda shard: _members(shard, _SHARD)),
    "extraLogging": lambda extra: _keyed(base64_text, _encoded, extra),
}
_ALLOCATION: dict[str, Callable[[Any], Any]] = {
    "key": _encoded,
    "rules": _each(lambda rule: _members(rule, {"conditions": _each(_condition)})),
    "startAt": _encoded,
    "endAt": _encoded,
    "splits": _each(lambda split: _members(split, _SPLIT)),
    "doLog": _plain,
}
_VARIATION: dict[str, Callable[[Any], Any]] = {"key": _encoded, "value": _encoded, "algorithmType": _plain}
_FLAG: dict[str, Callable[[Any], Any]] = {
    "key": _hashed,
    "enabled": _plain,
    "variationType": _plain,
    "variations": lambda variations: _keyed(base64_text, lambda variation: _members(variation, _VARIATION), variations),
    "allocations": _each(lambda allocation: _members(allocation, _ALLOCATION)),
    "totalShards": _plain,
    "entityId": _plain,
}
_CONFIG: dict[str, Callable[[Any], Any]] = {
    "createdAt": _plain,
    "format": _plain,
    "environment": _plain,
    "flags": lambda flags: _keyed(md5_hex, obfuscate_flag, flags),
    "bandits": lambda bandits: _keyed(md5_hex, _bandit_variations, bandits),
    "banditReferences": lambda references: _keyed(md5_hex, _bandit_reference, references),
}
