"""Values as texts for people. Pure."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from emulator.evaluation.trace import jsonable

_DIGITS = 4


def percent(share: float, digits: int = _DIGITS) -> str:
    """Return *share* of 1 as people write it: ``33.33%``, ``50%``, ``0.01%``."""
    text = f"{share * 100:.{digits}f}"
    return f"{text.rstrip('0').rstrip('.') if digits else text}%"


def counted(number: int) -> str:
    return f"{number:,}"


def plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def pretty_json(value: Any) -> str:
    """Return *value* as indented JSON. Half a surrogate pair, which no page can hold, is shown as its escape."""
    text = json.dumps(jsonable(value), indent=2, ensure_ascii=False, allow_nan=False)
    return showable(text)


def short_json(value: Any) -> str:
    return showable(json.dumps(jsonable(value), ensure_ascii=False, allow_nan=False))


def showable(text: Any) -> str:
    """Return *text* without what UTF-8 cannot hold or no browser shows: lone surrogates and NUL, as escapes."""
    return str(text).encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


_TURNS = {
    ord(mark): f"\\u{ord(mark):04x}"
    for mark in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
}


def unturned(text: str) -> str:
    """Return *text* with the marks spelled out that turn its direction: within a sentence they would turn the rest."""
    return text.translate(_TURNS)


def as_key(key: str) -> str:
    """Return *key* in quotes where it would look like another one without them: empty, or with blanks around it."""
    return key if key and key == key.strip() else json.dumps(key, ensure_ascii=False)


def path_of(text: str) -> str:
    """Return *text* as it stands in the path of an address; a slash stays one, as it may in a flag's key."""
    return quote(str(text), safe="/", errors="surrogatepass")


def query_of(values: Mapping[str, Any]) -> str:
    """Return ``?a=b&c=d`` of those *values* that are neither None nor empty; a list gives its name several times."""
    given = {name: value for name, value in values.items() if value not in (None, "")}
    return f"?{urlencode(given, doseq=True, errors='surrogatepass')}" if given else ""


def flag_href(key: str, parameters: Mapping[str, Any]) -> str:
    """
    Return the address of the flag's page with *parameters*.

    A key with parts that browsers and servers drop from paths, such as ``..``, goes with the parameters.
    """
    if {"", ".", ".."} & set(key.split("/")):
        return f"/flags/{query_of({'key': key, **parameters})}"
    return f"/flags/{path_of(key)}{query_of(parameters)}"


def ago_words(then: datetime, now: datetime) -> str:
    """Return how long ago *then* was, in the words that ``times.js`` goes on with."""
    seconds = max(0, round((now - then).total_seconds()))
    return "now" if seconds < 2 else f"{_short(seconds)} ago"


def left_words(until: datetime, now: datetime) -> str:
    return f"in {_short(max(0, round((until - now).total_seconds())))}"


def _short(seconds: int) -> str:
    for below, size, unit in ((60, 1, "s"), (3_600, 60, "min"), (86_400, 3_600, "h")):
        if seconds < below:
            return f"{seconds // size} {unit}"
    return f"{seconds // 86_400} d"


FILTERS: Mapping[str, Callable[..., str]] = {
    "percent": percent,
    "counted": counted,
    "plural": plural,
    "pretty_json": pretty_json,
    "short_json": short_json,
    "showable": showable,
    "as_key": as_key,
    "path": path_of,
    "query": query_of,
    "flag_href": flag_href,
    "ago": ago_words,
    "left": left_words,
}
