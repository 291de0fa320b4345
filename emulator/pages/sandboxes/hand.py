"""What can be changed by hand: flags and bandits found by name, and what the form of one of them offers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import Any, Literal

from emulator.overrides import Edited, Serve
from emulator.overrides.bandits import known_bandits
from emulator.overrides.content import object_in, objects_in
from emulator.overrides.flags import current
from emulator.pages.sandboxes.gist import hue_of
from emulator.pages.wording import pretty_json, short_json
from emulator.sandboxes.sandbox import Sandbox
from emulator.snapshot import Snapshot
from emulator.snapshot.edits import Elsewhere

MATCHES = 20
_LONGEST_VALUE = 60
# Longer texts are not put into a form: nobody edits them there.
_LONGEST_TEXT = 200_000
_MOST_CHOICES = 500

# What is offered to go wrong: (whose, (text, document of the control API)…).
Presets = tuple[tuple[str, tuple[tuple[str, Mapping[str, Any]], ...]], ...]
FAULTS: Presets = (
    (
        "Requests for the flags",
        (
            ("the flags: unavailable (503)", {"on": "config", "status": 503}),
            ("the flags: the key is refused (401)", {"on": "config", "status": 401}),
            ("the flags: an answer that is no JSON", {"on": "config", "body": "garbage"}),
            ("the flags: cut off in the middle", {"on": "config", "body": "truncated"}),
            ("the flags: no answer at all", {"on": "config", "drop": True}),
            ("the flags: 2 seconds late", {"on": "config", "delayMs": 2_000}),
        ),
    ),
    (
        "Requests for the bandits' models",
        (
            ("models: unavailable (503)", {"on": "bandits", "status": 503}),
            ("models: an answer that is no JSON", {"on": "bandits", "body": "garbage"}),
        ),
    ),
    (
        "Requests of precomputed clients",
        (
            ("assignments: unavailable (503)", {"on": "assignments", "status": 503}),
            ("assignments: 2 seconds late", {"on": "assignments", "delayMs": 2_000}),
        ),
    ),
    (
        "Events that are sent",
        (
            ("events: refused (503)", {"on": "events", "status": 503}),
            ("events: no answer at all", {"on": "events", "drop": True}),
            ("events: the first of each batch fails", {"on": "events", "failed": 1}),
            ("events: 2 seconds late", {"on": "events", "delayMs": 2_000}),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Match:
    kind: Literal["flag", "bandit"]
    key: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The first *matches* of *count*."""

    matches: tuple[Match, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Variation:
    key: str
    value: str
    hue: str


@dataclass(frozen=True, slots=True)
class FlagForm:
    """
    What can be done to one flag; *serves* is the change of it that lies uppermost, if that serves a variation.

    *yaml* is its text in the flag files, *ufc* what SDKs receive; either is empty where there is none.
    """

    key: str
    variations: tuple[Variation, ...]
    allocations: tuple[str, ...]
    serves: Serve | None
    changed: bool
    yaml: str
    ufc: str


@dataclass(frozen=True, slots=True)
class BanditForm:
    """*actions* are those that its model knows; any other text may be pinned where it knows none."""

    key: str
    actions: tuple[str, ...]
    changed: bool


def found(sandbox: Sandbox, query: str) -> Found:
    """Return the flags and bandits with every word of *query* in their keys; those that begin with it come first."""
    folded = query.casefold().strip()
    words = folded.split()
    matches = [one for one in _all(sandbox) if all(word in one.key.casefold() for word in words)]
    matches.sort(key=lambda one: (not one.changed, not one.key.casefold().startswith(folded)))
    return Found(tuple(matches[:MATCHES]), len(matches))


def _all(sandbox: Sandbox) -> Iterator[Match]:
    base, overrides = sandbox.current.base, sandbox.overrides
    for key in known_bandits(base.config, base.models):
        yield Match("bandit", key, key in overrides.bandits)
    for key in (*base.config["flags"], *Elsewhere(sandbox.snapshot, base)):
        yield Match("flag", key, key in overrides.flags)


def flag_form(sandbox: Sandbox, key: str) -> FlagForm | None:
    """Return the form of the flag; None where the flag files have none of that key."""
    base = sandbox.current.base
    layers = sandbox.overrides.flags.get(key, ())
    flags = base.config["flags"]
    own: Any = flags[key] if key in flags else Elsewhere(sandbox.snapshot, base).get(key)
    if own is None and key not in flags:
        return None
    wire = current(own, layers)
    variations = object_in(wire, "variations")
    keys = tuple(variations)[:_MOST_CHOICES]
    allocations = [one["key"] for one in objects_in(wire, "allocations") if isinstance(one.get("key"), str)]
    edited = any(isinstance(layer, Edited) for layer in layers)
    top = layers[-1] if layers else None
    return FlagForm(
        key,
        tuple(Variation(one, _value(variations[one]), hue_of(one, keys)) for one in keys),
        tuple(dict.fromkeys(allocations))[:_MOST_CHOICES],
        top if isinstance(top, Serve) else None,
        bool(layers),
        "" if edited else source_of(sandbox.snapshot, key),
        _at_most(pretty_json(wire)),
    )


def bandit_form(sandbox: Sandbox, key: str) -> BanditForm | None:
    base = sandbox.current.base
    known = known_bandits(base.config, base.models)
    if key not in known:
        return None
    actions = tuple(object_in(object_in(known[key], "modelData"), "coefficients"))
    return BanditForm(key, actions[:_MOST_CHOICES], key in sandbox.overrides.bandits)


def _value(variation: Any) -> str:
    text = short_json(variation.get("value")) if isinstance(variation, dict) else ""
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def source_of(snapshot: Snapshot, key: str) -> str:
    """Return what stands under the flag's key in its file, moved to the left; empty where nothing does."""
    place = snapshot.place_of(key)
    if place is None or snapshot.build is None:
        return ""
    lines = snapshot.build.sources.texts.get(place.file, "").split("\n")[place.line - 1 :]
    if not lines:
        return ""
    behind = _behind_key(lines[0][place.column - 1 :])
    # Braces may end lines later, and so may a text: then the rest of the block belongs to it as well.
    block = list(_deeper(lines[1:], place.column - 1))
    return _at_most(dedent("\n".join(block)) if not behind else "\n".join((behind, *block))).rstrip()


def _behind_key(line: str) -> str:
    """Return what follows a key and its colon on *line*, which begins with the key."""
    found = re.match(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^:]|:(?=\S))*:(?:\s+|$)""", line)
    rest = line[found.end() :] if found else ""
    return "" if rest.startswith("#") else rest


def _deeper(lines: Sequence[str], column: int) -> Iterator[str]:
    """Yield the lines that stand further to the right than *column*, counted from 0; empty ones among them."""
    for line in lines:
        if line.strip() and len(line) - len(line.lstrip(" ")) <= column:
            return
        yield line


def _at_most(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else ""
