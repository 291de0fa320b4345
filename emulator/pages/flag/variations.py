"""The values that a flag may have, each with a colour of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.evaluation.values import UnsuitableValueError, parse_document, served_value
from emulator.pages.wording import pretty_json, short_json

_HUES = 8
_LONGEST = 60


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


def choices_of(variations: Any, kind: str, bandits: Mapping[str, str]) -> tuple[Choice, ...]:
    """Return the *variations* of a flag of type *kind*, whatever they are."""
    if not isinstance(variations, Mapping):
        return ()
    return tuple(_choice(place, key, one, kind, bandits) for place, (key, one) in enumerate(variations.items()))


def _choice(place: int, key: str, variation: Any, kind: str, bandits: Mapping[str, str]) -> Choice:
    hue = f"hue-{place % _HUES}"
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
    return Choice(key, hue, pretty_json(shown), short, bandits.get(key, ""), wrong)


def bandits_of(config: Mapping[str, Any], flag_key: str) -> dict[str, str]:
    """Return the bandit that each variation of the flag stands for, by variation, from a published configuration."""
    found: dict[str, str] = {}
    references = config.get("banditReferences")
    if isinstance(references, Mapping):
        for bandit, one in references.items():
            if isinstance(one, Mapping):
                found.update((key, str(bandit)) for key in _leading(one.get("flagVariations"), flag_key))
    old = config.get("bandits")
    if isinstance(old, Mapping):
        for bandit, entries in old.items():
            found.update((key, str(bandit)) for key in _leading(entries, flag_key))
    return found


def _leading(entries: Any, flag_key: str) -> list[str]:
    """Return the variations of the flag among *entries*, which lead to a bandit."""
    listed = entries if isinstance(entries, list) else []
    own = [one for one in listed if isinstance(one, Mapping) and one.get("flagKey") == flag_key]
    return [str(one.get("variationKey")) for one in own]
