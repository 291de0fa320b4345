"""override: what an environment serves, and a sandbox's changes → what the sandbox serves."""

from bisect import bisect
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from emulator.overrides.bandits import decided, gap_of, known_bandits, with_models
from emulator.overrides.collection import Overrides
from emulator.overrides.content import object_in
from emulator.overrides.flags import Flags, Layered, lay_over
from emulator.overrides.layers import FlagLayer
from emulator.overrides.missing import Missing, missing_flag
from emulator.overrides.schedule import at_clock, scheduled_flags
from emulator.overrides.ties import retied, reversioned
from emulator.ufc.wire import Config, Models


@dataclass(frozen=True, slots=True)
class Overridden:
    """
    The two documents of a sandbox.

    *changed* are the flags that differ from the base, added ones among them, *removed* those that it alone serves. All
    others are the very objects of the base, and so are ``bandits``, ``banditReferences`` and *models* unless something
    in them changed: their bytes need not be encoded again. *missing* are the layers without effect.
    """

    config: Config
    models: Models
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    missing: tuple[Missing, ...] = ()


def override(
    config: Config,
    models: Models,
    overrides: Overrides,
    elsewhere: Flags | None = None,
    *,
    scheduled: Collection[str] | None = None,
) -> Overridden:
    """
    Return what an environment that serves *config* and *models* serves under *overrides*; nothing given is changed.

    *elsewhere* holds wire flags that are defined, but not served in this environment; serving one adds it. *scheduled*
    are the keys that :func:`scheduled_flags` finds in *config*, for callers that have them: a clock then looks at no
    other flag. Time stamps stay as they are; who publishes the result knows the time.

    Nothing is raised for a name that is not there any more: its layer has no effect, and is listed as missing.
    """
    flags: Flags = config["flags"]
    layered = {key: _layered(key, flags, elsewhere or {}, layers) for key, layers in overrides.flags.items()}
    laid_over = {key: one for key, one in layered.items() if one.wire is not flags.get(key)}
    decisions, gaps = _decisions(config, models, overrides)
    served_models = cast("Models", with_models(models, decisions)) if decisions else models
    members = _ties(config, served_models, laid_over, decisions)
    served = {key: one.wire for key, one in laid_over.items()}
    if overrides.clock is not None:
        among = scheduled_flags(flags) if scheduled is None else scheduled
        served |= {key: at_clock(served.get(key, flags.get(key)), overrides.clock) for key in {*among, *served}}
    changed = {key: wire for key, wire in served.items() if wire is not None and wire is not flags.get(key)}
    removed = frozenset(key for key, wire in served.items() if wire is None and key in flags)
    if changed or removed:
        members["flags"] = _with(flags, changed, removed)
    return Overridden(
        config=_config(config, members) if members else config,
        models=served_models,
        changed=frozenset(changed),
        removed=removed,
        missing=(*(gap for one in layered.values() for gap in one.missing), *gaps),
    )


def _layered(key: str, flags: Flags, elsewhere: Flags, layers: Sequence[FlagLayer]) -> Layered:
    if key in flags:
        return lay_over(flags[key], layers)
    # Asked once: a caller may compile what it is asked for.
    other = elsewhere.get(key)
    if other is not None:
        return lay_over(other, layers, served=False)
    return Layered(None, (missing_flag(layers[-1], flags, elsewhere),))


def _decisions(config: Config, models: Models, overrides: Overrides) -> tuple[dict[str, Any], list[Missing]]:
    """Return the models that change, and the layers that change none for want of a name."""
    known = known_bandits(config, models) if overrides.bandits else {}
    decisions = {}
    gaps = []
    for bandit, layers in overrides.bandits.items():
        gap = gap_of(layers[-1], known)
        if gap is not None:
            gaps.append(gap)
            continue
        model = decided(layers[-1], known[bandit], models.get("updatedAt") or config.get("createdAt", ""))
        if model != known[bandit]:
            decisions[bandit] = model
    return decisions, gaps


def _ties(
    config: Config, models: Models, flags: Mapping[str, Layered], decisions: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return the members about bandits that change: entries for *flags*, versions for *decisions*."""
    ties = retied(config, models, flags) if flags else {}
    before = object_in(config, "banditReferences")
    references = reversioned(ties.get("banditReferences", before), decisions)
    return ties if references is before else {**ties, "banditReferences": references}


def _config(config: Config, members: Mapping[str, Any]) -> Config:
    """Return *config* with *members* replaced; an empty ``bandits`` would make Go fetch models for ever."""
    laid_over = {**config, **members}
    if members.get("bandits") == {}:
        del laid_over["bandits"]
    return cast("Config", laid_over)


def _with(flags: Flags, changed: Flags, removed: Collection[str]) -> dict[str, Any]:
    """Return *flags* with *changed* ones in place; a new one stands where the compiler, which sorts, would put it."""
    result = {**flags, **{key: wire for key, wire in changed.items() if key in flags}}
    for key in removed:
        del result[key]
    added = sorted(key for key in changed if key not in flags)
    if not added:
        return result
    items = list(result.items())
    for key in added:
        items.insert(bisect(items, key, key=lambda item: item[0]), (key, changed[key]))
    return dict(items)
