"""
Spells a description as flag files: one of the many ways in which a person could have written it.

Whatever *random* draws here must not change what the files mean. What is written in a fixed order (variations,
splits, overrides …) has an order that means something; all other mappings are shuffled later.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from math import lcm
from random import Random
from typing import Any

from tests.oracle.description import (
    EVERYBODY,
    ActionModel,
    Allocation,
    Bandit,
    Coefficient,
    Description,
    Exact,
    ExactSplit,
    Experiment,
    Flag,
    Gate,
    Holdout,
    Layer,
    LayerExperiment,
    NumericCoefficient,
    Overlay,
    Shipped,
    Switchback,
    Unset,
    Variation,
)
from tests.oracle.spell_conditions import spell_condition
from tests.oracle.yaml_text import Items, Members, Node, Plain, Quoted, Text, write_yaml

Pairs = list[tuple[str, Node]]
Weights = tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True, slots=True)
class FlagFiles:
    """*texts* by path in reading order, and the *files* that they refer to."""

    texts: Mapping[str, str]
    files: Mapping[str, str]

    def __str__(self) -> str:
        return "\n".join(f"# {path}\n{text}" for path, text in {**self.texts, **self.files}.items())


def spell(description: Description, random: Random, *, plain: bool = False) -> FlagFiles:
    """
    Return *description* as one to three files.

    *plain* writes everything into one file in the simplest style, for people to read.
    """
    speller = _Speller(random, plain=plain)
    sections = speller.sections(description)
    parts = 1 if plain else random.choice([1, 1, 2, 3])
    texts = {
        f"flags/{number}.yaml": write_yaml(Members(tuple(pairs)), random, plain=plain)
        for number, pairs in enumerate(_dealt(sections, parts))
        if pairs
    }
    return FlagFiles(texts, speller.files)


def _dealt(sections: Mapping[str, Pairs], parts: int) -> list[Pairs]:
    """
    Deal sections to files, and the flags in order over all of them.

    Files are merged in name order, so flags keep their order.
    """
    dealt: list[Pairs] = [[] for _ in range(parts)]
    dealt[0].append(("version", Text("1")))
    for position, (name, pairs) in enumerate(sections.items()):
        if name == "flags":
            share = -(-len(pairs) // parts)
            for part in range(parts):
                if mine := pairs[part * share : (part + 1) * share]:
                    dealt[part].append((name, Members(tuple(mine), ordered=True)))
        elif pairs:
            dealt[position % parts].append((name, Members(tuple(pairs), ordered=True)))
    return dealt


def percentage(share: Fraction, random: Random) -> str:
    """Return *share*, a finite decimal, as ``12.5%``, with or without zeros behind."""
    exact = Decimal(share.numerator) / Decimal(share.denominator) * 100
    places = max(0, -int(exact.normalize().as_tuple().exponent))
    return f"{exact:.{places + random.choice([0, 0, 0, 1, 2])}f}%"


def is_finite_decimal(share: Fraction) -> bool:
    return 10**12 % share.denominator == 0


class _Speller:
    """Draws one spelling for each construct; *files* collects the texts that variations are moved to."""

    def __init__(self, random: Random, *, plain: bool) -> None:
        self._random = random
        self._plain = plain
        self.files: dict[str, str] = {}

    def sections(self, description: Description) -> dict[str, Pairs]:
        flags = [(flag.key, self.flag(flag)) for flag in description.flags]
        return {
            "environments": [(one.key, self._environment(one.name, one.tags)) for one in description.environments],
            "audiences": [(name, self._audience(one)) for name, one in description.audiences.items()],
            "holdouts": [(one.key, self._holdout(one)) for one in description.holdouts],
            "flags": flags,
            "layers": [(one.key, self._layer(one)) for one in description.layers],
            "bandits": [(one.key, self._bandit(one)) for one in description.bandits],
        }

    def _chance(self, probability: float) -> bool:
        return not self._plain and self._random.random() < probability

    def _environment(self, name: str, tags: Iterable[str]) -> Node:
        return Members(
            (
                ("name", Text(name)),
                *((("tags", _texts(tags)),) if tags else ()),
            )
        )

    def _audience(self, expression: Any) -> Node:
        condition = self._condition(expression)
        if not self._chance(0.4):
            # A long form that is a mapping with `if` could be read as the described form; lists and texts cannot.
            return condition
        return Members((("description", Text(self._prose())), ("if", condition)))

    def _condition(self, expression: Any) -> Node:
        return spell_condition(expression, self._random, long=False if self._plain else None)

    def _prose(self) -> str:
        return self._random.choice(
            ["Who pays", "see: the wiki # not a comment", "50% of “them”", "on", "42", "Näheres"]
        )

    def _holdout(self, holdout: Holdout) -> Node:
        pairs: Pairs = [("traffic", self._share(holdout.traffic))]
        if holdout.split != Fraction(1, 2) or self._chance(0.3):
            pairs.append(("split", self._share(holdout.split)))
        if holdout.shipped_name != "all_shipped" or self._chance(0.2):
            pairs.append(("shipped_name", Text(holdout.shipped_name)))
        if self._chance(0.2):
            pairs.append(("description", Text(self._prose())))
        return Members((*pairs, *self._window(holdout.start, holdout.end)))

    def flag(self, flag: Flag) -> Node:
        pairs: Pairs = [("type", Text(flag.type)), *self._notes(), *self._switches(flag)]
        if (variations := self._variations(flag)) is not None:
            pairs.append(("variations", variations))
        if flag.status_quo is not None:
            pairs.append(("status_quo", Text(flag.status_quo)))
        if flag.overrides:
            pairs.append(("overrides", _mapping(flag.overrides)))
        if flag.allocations or self._chance(0.1):
            pairs.append(("allocations", self._allocations(flag.allocations)))
        if flag.serve is not None:
            pairs.append(("serve", Text(flag.serve)))
        if flag.environments:
            overlays = tuple((key, self._overlay(overlay)) for key, overlay in flag.environments.items())
            pairs.append(("environments", Members(overlays)))
        if self._chance(0.2):
            pairs.append(("expect", self._expectations(flag)))
        return Members(tuple(pairs))

    def _notes(self) -> Pairs:
        names = [name for name in ("name", "description", "owner") if self._chance(0.15)]
        return [(name, Text(self._prose())) for name in names]

    def _switches(self, flag: Flag) -> Pairs:
        pairs: Pairs = []
        if not flag.enabled or self._chance(0.1):
            pairs.append(("enabled", _boolean(flag.enabled)))
        if flag.archived or self._chance(0.05):
            pairs.append(("archived", _boolean(flag.archived)))
        if flag.kept_when_disabled:
            pairs.append(("emit", Text("disabled")))
        if flag.tags:
            pairs.append(("tags", _texts(flag.tags)))
        if flag.entity is not None:
            pairs.append(("entity", Text(str(flag.entity))))
        if flag.shards != 10_000 or self._chance(0.1):
            pairs.append(("shards", Text(str(flag.shards))))
        return pairs

    def _variations(self, flag: Flag) -> Node | None:
        texts = [one.text or one.value for one in flag.variations]
        is_listed = flag.type != "json" and all(
            one.bandit is None and one.key == text for one, text in zip(flag.variations, texts, strict=True)
        )
        if flag.type == "boolean" and is_listed and texts == ["true", "false"] and not self._chance(0.4):
            return None
        if is_listed and not self._chance(0.3):
            return _texts(one.key for one in flag.variations)
        return Members(tuple((one.key, self._variation(flag, one)) for one in flag.variations), ordered=True)

    def _variation(self, flag: Flag, variation: Variation) -> Node:
        if variation.bandit is not None:
            # The value, which is how SDKs find the bandit, is the bandit's key unless it is written.
            value = (
                [("value", Text(variation.value))] if variation.value != variation.bandit or self._chance(0.3) else []
            )
            return Members((("bandit", Text(variation.bandit)), *value))
        return self._document(flag, variation) if flag.type == "json" else Text(variation.text or variation.value)

    def _document(self, flag: Flag, variation: Variation) -> Node:
        """Write a JSON variation inline where that gives the same text, as text, or as a file."""
        text = variation.text
        is_compact = isinstance(variation.value, dict) and text == _json(variation.value)
        if is_compact and not self._chance(0.5):
            return inline_json(variation.value)
        if self._chance(0.3):
            path = f"json/{len(self.files)}.json"
            self.files[f"flags/{path}"] = text + self._random.choice(["", "\n"])
            return Members((("file", Text(path)),))
        return Members((("json", Text(text)),))

    def _overlay(self, overlay: Overlay) -> Node:
        pairs: Pairs = []
        if overlay.enabled is not None:
            pairs.append(("enabled", _boolean(overlay.enabled)))
        if overlay.allocations is not None:
            pairs.append(("allocations", self._allocations(overlay.allocations)))
        if not isinstance(overlay.serve, Unset):
            pairs.append(("serve", Plain("null") if overlay.serve is None else Text(overlay.serve)))
        if overlay.overrides is not None:
            pairs.append(("overrides", _mapping(overlay.overrides)))
        return Members(tuple(pairs))

    def _expectations(self, flag: Flag) -> Node:
        one = Members((("subject", Text("user-1")), ("gets", Text(self._random.choice(flag.variations).key))))
        return Items((one,)) if self._chance(0.5) else Items((one, Members((*one.pairs, ("logs", _boolean(True))))))

    def _allocations(self, allocations: Iterable[Allocation]) -> Node:
        return Items(tuple(self._allocation(allocation) for allocation in allocations))

    def _allocation(self, allocation: Allocation) -> Node:
        pairs: Pairs = [("key", Text(allocation.key))]
        if allocation.condition is not None:
            pairs.append(("if", self._condition(allocation.condition)))
        pairs += self._action(allocation)
        pairs += self._exposure(allocation)
        pairs += self._salts(allocation)
        if allocation.exclusive:
            slots = (allocation.exclusive.start, allocation.exclusive.end)
            group = (("group", Text(allocation.exclusive.group)), ("slots", self._slots(slots)))
            pairs.append(("exclusive", Members(group)))
        if allocation.holdouts:
            pairs.append(("holdouts", _texts(allocation.holdouts)))
        if not allocation.logged or self._chance(0.1):
            pairs.append(("log", _boolean(allocation.logged)))
        if allocation.extra_logging:
            pairs.append(("extra_logging", _mapping(allocation.extra_logging)))
        return Members(tuple(pairs))

    def _action(self, allocation: Allocation) -> Pairs:
        match allocation.action:
            case Gate(variation):
                return [("serve", Text(variation))]
            case Shipped(variation):
                return [("ship", Text(variation))]
            case Experiment(weights, sticky):
                layout = "sticky" if sticky else "contiguous"
                explicit = sticky or self._chance(0.15)
                return [("split", self._split(weights)), *([("layout", Text(layout))] if explicit else [])]
            case Exact(splits):
                return [("splits", Items(tuple(map(self._exact, splits))))]
            case Switchback() as switchback:
                return [("switchback", self._switchback(switchback)), ("split", self._split(switchback.weights))]

    def _switchback(self, switchback: Switchback) -> Node:
        return Members(
            (
                ("attribute", Text(switchback.attribute)),
                ("values", _texts(switchback.values)),
                ("every", Text(f"{switchback.minutes}m")),
            )
        )

    def _exact(self, split: ExactSplit) -> Node:
        shards = Items(
            tuple(
                Members((("salt", Text(salt)), ("ranges", Items(tuple(map(_range, ranges))))))
                for salt, ranges in split.shards
            )
        )
        pairs: Pairs = [("variation", Text(split.variation)), ("shards", shards)]
        if split.extra_logging:
            pairs.append(("extra_logging", _mapping(split.extra_logging)))
        return Members(tuple(pairs))

    def _split(self, weights: Weights) -> Node:
        """Write weights as a list when all are equal, as percentages that sum to 100 %, or as whole numbers."""
        whole = sum(weight for _, weight in weights)
        shares = [(variation, weight / whole) for variation, weight in weights]
        equal = len({weight for _, weight in weights}) == 1
        if equal and not self._chance(0.4):
            return _texts(variation for variation, _ in weights)
        if all(is_finite_decimal(share) for _, share in shares) and not self._chance(0.4):
            pairs = tuple((variation, self._share(share)) for variation, share in shares)
        else:
            unit = lcm(*(share.denominator for _, share in shares)) * self._random.choice([1, 1, 3])
            pairs = tuple((variation, Text(str(share * unit))) for variation, share in shares)
        return Members(pairs, ordered=True)

    def _exposure(self, allocation: Allocation) -> Pairs:
        if allocation.phases:
            phases = (
                Members((("at", self._time(phase.at)), ("traffic", self._share(phase.traffic))))
                for phase in allocation.phases
            )
            return [("rollout", Items(tuple(phases)))]
        pairs = self._window(allocation.start, allocation.end)
        if allocation.never_ends:
            pairs.append(("end", Text("never")))
        explicit = allocation.traffic != EVERYBODY or self._chance(0.1)
        return [*pairs, *([("traffic", self._share(allocation.traffic))] if explicit else [])]

    def _salts(self, allocation: Allocation) -> Pairs:
        named = (("traffic", allocation.traffic_salt), ("split", allocation.split_salt))
        salts = tuple((name, Text(salt)) for name, salt in named if salt is not None)
        base: Pairs = [("salt", Text(allocation.salt))] if allocation.salt is not None else []
        return [*base, *([("salts", Members(salts))] if salts else [])]

    def _layer(self, layer: Layer) -> Node:
        pairs: Pairs = [("parameters", inline_json(layer.parameters))]
        changes = tuple((key, inline_json(change)) for key, change in layer.variations.items())
        pairs.append(("variations", Members(changes, ordered=True)))
        if layer.opt_outs:
            pairs.append(("opt_out", Items(tuple(map(self._opt_out, layer.opt_outs)))))
        if layer.experiments:
            pairs.append(("experiments", Items(tuple(map(self._layer_experiment, layer.experiments)))))
        if layer.rollout:
            pairs.append(("rollout", Text(layer.rollout)))
        return Members(tuple(pairs))

    def _opt_out(self, opt_out: tuple[str, Any, str]) -> Node:
        key, condition, variation = opt_out
        return Members((("key", Text(key)), ("if", self._condition(condition)), ("serve", Text(variation))))

    def _layer_experiment(self, experiment: LayerExperiment) -> Node:
        pairs: Pairs = [
            ("key", Text(experiment.key)),
            ("slots", self._slots(experiment.slots)),
            ("split", self._split(experiment.weights)),
            *self._window(experiment.start, experiment.end),
        ]
        if experiment.condition is not None:
            pairs.append(("if", self._condition(experiment.condition)))
        if experiment.holdouts:
            pairs.append(("holdouts", _texts(experiment.holdouts)))
        return Members(tuple(pairs))

    def _bandit(self, bandit: Bandit) -> Node:
        numbers = (("gamma", bandit.gamma, 1), ("default_score", bandit.default_score, 0), ("floor", bandit.floor, 0))
        pairs: Pairs = [
            (name, Text(_json(number))) for name, number, usual in numbers if number != usual or self._chance(0.5)
        ]
        if bandit.mode != "model" or (bandit.pin is None and self._chance(0.1)):
            pairs.append(("mode", Text(bandit.mode)))
        if bandit.pin is not None:
            pairs.append(("pin", Text(bandit.pin)))
        actions = tuple((name, self._action_model(action)) for name, action in bandit.actions.items())
        pairs.append(("actions", Members(actions, ordered=True)))
        overlays = tuple(
            (
                key,
                Members(tuple((name, Text(value)) for name, value in (("mode", one.mode), ("pin", one.pin)) if value)),
            )
            for key, one in bandit.environments.items()
        )
        return Members((*pairs, *([("environments", Members(overlays))] if overlays else [])))

    def _action_model(self, model: ActionModel) -> Node:
        pairs: Pairs = []
        if model.intercept or self._chance(0.5):
            pairs.append(("intercept", Text(_json(model.intercept))))
        for name, coefficients in (("subject", model.subject), ("action", model.action)):
            if coefficients:
                pairs.append((name, self._coefficients(coefficients)))
        return Members(tuple(pairs))

    def _coefficients(self, coefficients: tuple[Coefficient, ...]) -> Node:
        inside = tuple((one.attribute, self._coefficient(one)) for one in coefficients)
        if self._chance(0.2):
            return Items(tuple(Members((("attr", Text(attribute)), *member.pairs)) for attribute, member in inside))
        return Members(inside, ordered=True)

    def _coefficient(self, coefficient: Coefficient) -> Members:
        pairs: Pairs = []
        if isinstance(coefficient, NumericCoefficient):
            pairs.append(("coef", Text(_json(coefficient.coefficient))))
        else:
            values = tuple((value, Text(_json(points))) for value, points in coefficient.values.items())
            pairs.append(("values", Members(values, ordered=True)))
        if coefficient.missing or self._chance(0.3):
            pairs.append(("missing", Text(_json(coefficient.missing))))
        return Members(tuple(pairs))

    def _slots(self, slots: tuple[Fraction, Fraction]) -> Node:
        return Text("-".join(percentage(edge, self._random) for edge in slots))

    def _share(self, share: Fraction) -> Node:
        return Text(percentage(share, self._random))

    def _window(self, start: datetime | None, end: datetime | None) -> Pairs:
        return [(name, self._time(moment)) for name, moment in (("start", start), ("end", end)) if moment is not None]

    def _time(self, moment: datetime) -> Node:
        """Write a time in some zone, to the minute, second or millisecond; a UTC midnight as a bare date."""
        utc = moment.astimezone(UTC)
        if (utc.hour, utc.minute, utc.second, utc.microsecond) == (0, 0, 0, 0) and self._chance(0.5):
            return Text(f"{utc:%Y-%m-%d}")
        hours = self._random.choice([0, 0, -5, 2, 9]) if not self._plain else 0
        local = utc.astimezone(timezone(timedelta(hours=hours, minutes=30 if hours == 9 else 0)))
        unit = "milliseconds" if utc.microsecond else "seconds"
        if not (utc.second or utc.microsecond) and self._chance(0.5):
            unit = "minutes"
        text = local.isoformat(timespec=unit)
        return Text(text.replace("+00:00", "Z") if not hours and not self._chance(0.3) else text)


def inline_json(value: Any) -> Node:
    """Return a JSON value as YAML whose scalars say their type by how they look."""
    match value:
        case dict():
            return Members(tuple((key, inline_json(member)) for key, member in value.items()), ordered=True)
        case list():
            return Items(tuple(map(inline_json, value)))
        case str():
            # Words that nothing could mistake for another type need no quotes.
            return (
                Text(value)
                if value.isascii() and value.isalpha() and value.lower() not in _MISTAKABLE
                else Quoted(value)
            )
        case _:
            return Plain(_json(value))


# What some YAML reader takes for a boolean, null or number.
_MISTAKABLE = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n", "inf", "nan", "e"])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _texts(texts: Iterable[str]) -> Items:
    return Items(tuple(map(Text, texts)))


def _mapping(texts: Mapping[str, str]) -> Members:
    return Members(tuple((key, Text(text)) for key, text in texts.items()), ordered=True)


def _boolean(value: bool) -> Node:
    return Text("true" if value else "false")


def _range(edges: tuple[int, int]) -> Node:
    return _texts(str(edge) for edge in edges)
