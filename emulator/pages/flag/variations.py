"""The values that a flag may have, each with a colour of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.evaluation.values import UnsuitableValueError, parse_document, served_value
from emulator.pages.wording import pretty_json, short_json

_HUES = 8
_LONGEST = 60
# Of more the whole is in the flag as SDKs get it.
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Choice:
    """
    One variation; *hue* is the class of its colour, *value* its value as JSON, on one line where it is *short*.

    *bandit* is what chooses for it, or empty; *wrong* says that SDKs refuse its value.
    """

    key: str
    hue: str
    value: str
    short: str
    bandit: str = ""
    wrong: str = ""


def hue_of(place: int) -> str:
    """Return the class of the colour of the variation at *place*, from 0."""
    return f"hue-{place % _HUES}"


def choices_of(variations: Any, kind: str, bandits: Mapping[str, str]) -> tuple[Choice, ...]:
    """Return the *variations* of a flag of type *kind*, whatever they are."""
    if not isinstance(variations, Mapping):
        return ()
    return tuple(_choice(place, key, one, kind, bandits) for place, (key, one) in enumerate(variations.items()))


def _choice(place: int, key: str, variation: Any, kind: str, bandits: Mapping[str, str]) -> Choice:
    hue = hue_of(place)
    if not isinstance(variation, Mapping) or "value" not in variation:
        return Choice(key, hue, "", "", "", "it has no value")
    value, wrong = variation["value"], ""
    try:
        served_value(kind, value)
    except (KeyError, UnsuitableValueError):
        wrong = f"no {kind.lower()} value" if kind else ""
    shown = parse_document(value) if kind == "JSON" and not wrong else value
    text = short_json(shown)
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    pretty = pretty_json(shown)
    whole = pretty if len(pretty) <= _MOST else f"{pretty[:_MOST]}…"
    return Choice(key, hue, whole, short, bandits.get(key, ""), wrong)


def bandits_of(config: Mapping[str, Any], flag_key: str) -> dict[str, str]:
    """Return the bandit that each variation of the flag stands for, by variation, from a published configuration."""
    return bandits_of_all(config).get(flag_key, {})


def bandits_of_all(config: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return flag → variation → the bandit that it stands for, from both shapes that SDKs read."""
    found: dict[str, dict[str, str]] = {}
    references, old = _object(config.get("banditReferences")), _object(config.get("bandits"))
    listed = [(bandit, _object(one).get("flagVariations")) for bandit, one in references.items()]
    for bandit, entries in (*listed, *old.items()):
        for one in map(_object, entries if isinstance(entries, list) else ()):
            flag, variation = one.get("flagKey"), one.get("variationKey")
            if isinstance(flag, str) and isinstance(variation, str):
                found.setdefault(flag, {})[variation] = bandit
    return found


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
