"""
Bandit models, prepared once per revision: coefficients as tuples of floats, and which served value has which model.

A model that does not have its shape is kept as a :class:`BrokenModel` with the reason; it spoils no other.
Source of the shapes: evaluation.md sections 5.1 and 5.2, eppo_core ``bandits.rs``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.ufc.bandit_modes import pinned_action

# Plain tuples, for a call takes dozens of them apart: the attribute, what it is worth, what it is worth when missing.
NumericCoefficient = tuple[str, float, float]
CategoricalCoefficient = tuple[str, Mapping[str, float], float]


@dataclass(frozen=True, slots=True)
class ActionModel:
    """What the model knows of one action: what its own and the subject's attributes are worth."""

    intercept: float
    subject_numeric: tuple[NumericCoefficient, ...]
    subject_categorical: tuple[CategoricalCoefficient, ...]
    action_numeric: tuple[NumericCoefficient, ...]
    action_categorical: tuple[CategoricalCoefficient, ...]


@dataclass(frozen=True, slots=True)
class BanditModel:
    """
    *actions* is empty on a cold start: every action then scores *default_score*.

    *pinned* is the action that everybody gets whenever it is offered; None for a model that learned.
    """

    key: str
    version: str
    gamma: float
    default_score: float
    floor: float
    actions: Mapping[str, ActionModel]
    pinned: str | None = None


@dataclass(frozen=True, slots=True)
class BrokenModel:
    """A model that cannot be evaluated; *reason* is a sentence."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class PreparedBandits:
    """*ties*: flag key → served value → bandit key; *models* by bandit key."""

    ties: Mapping[str, Mapping[str, str]]
    models: Mapping[str, BanditModel | BrokenModel]

    def bandit_of(self, flag_key: str, value: Any) -> str | None:
        """Return the key of the bandit behind *value* of the flag, or None when the value is no bandit."""
        return self.ties.get(flag_key, {}).get(value) if isinstance(value, str) else None


def prepare_bandits(config: Mapping[str, Any], models: Mapping[str, Any] | None) -> PreparedBandits:
    """
    Return the bandits of *config* (the configuration) and *models* (the answer of the bandit endpoint, or None).

    Whatever shape the documents have, nothing is raised.
    """
    found = models.get("bandits") if isinstance(models, Mapping) else None
    named = found if isinstance(found, Mapping) else {}
    return PreparedBandits(_ties(config), {key: prepare_model(key, model) for key, model in named.items()})


def prepare_model(key: str, model: Any) -> BanditModel | BrokenModel:
    """Return the model prepared, or the reason why it cannot be."""
    try:
        data = model["modelData"]
        return BanditModel(
            key=key,
            version=_text(model["modelVersion"]),
            gamma=_number(data["gamma"]),
            default_score=_number(data["defaultActionScore"]),
            floor=_number(data["actionProbabilityFloor"]),
            actions={str(action): _action(one) for action, one in data["coefficients"].items()},
            pinned=pinned_action(data),
        )
    except KeyError as missing:
        return BrokenModel(key, f'the model of bandit "{key}" has no {missing.args[0]}')
    except (AttributeError, IndexError, OverflowError, TypeError, ValueError) as wrong:
        return BrokenModel(key, f'the model of bandit "{key}" has not the shape of a model: {wrong}')


def _action(one: Mapping[str, Any]) -> ActionModel:
    return ActionModel(
        intercept=_number(one["intercept"]),
        subject_numeric=tuple(map(_numeric, one["subjectNumericCoefficients"])),
        subject_categorical=tuple(map(_categorical, one["subjectCategoricalCoefficients"])),
        action_numeric=tuple(map(_numeric, one["actionNumericCoefficients"])),
        action_categorical=tuple(map(_categorical, one["actionCategoricalCoefficients"])),
    )


def _numeric(one: Mapping[str, Any]) -> NumericCoefficient:
    return _text(one["attributeKey"]), _number(one["coefficient"]), _number(one["missingValueCoefficient"])


def _categorical(one: Mapping[str, Any]) -> CategoricalCoefficient:
    values = {str(value): _number(worth) for value, worth in one["valueCoefficients"].items()}
    return _text(one["attributeKey"]), values, _number(one["missingValueCoefficient"])


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _ties(config: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """
    Read both shapes that tie a served value to a bandit; either is enough, and the first entry for a value counts.

    Source: D-BAN-1 (who reads which); js-sdk-common takes the first of several entries.
    """
    ties: dict[str, dict[str, str]] = {}
    for entry in (*_entries_of_references(config), *_entries_of_bandits(config)):
        if isinstance(entry, Mapping):
            flag, value, bandit = (entry.get(name) for name in ("flagKey", "variationValue", "key"))
            if isinstance(flag, str) and isinstance(value, str) and isinstance(bandit, str):
                ties.setdefault(flag, {}).setdefault(value, bandit)
    return ties


def _entries_of_references(config: Mapping[str, Any]) -> Iterator[Any]:
    for reference in _values(config.get("banditReferences")):
        yield from _items(reference.get("flagVariations")) if isinstance(reference, Mapping) else ()


def _entries_of_bandits(config: Mapping[str, Any]) -> Iterator[Any]:
    for entries in _values(config.get("bandits")):
        yield from _items(entries)


def _values(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, Mapping) else ()


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()
