"""compile: a bandit → its model in one environment, and the references that connect it with flags."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from emulator.definitions.model import Bandit, BanditSettings, Flag
from emulator.ufc.bandit_modes import MODES, content_version, pinned

Wire = dict[str, Any]


def settings_in(bandit: Bandit, environment: str) -> BanditSettings:
    """Return the bandit's settings with those of *environment* laid over; pin and mode replace each other."""
    own, overlay = bandit.settings, bandit.environments.get(environment, BanditSettings())
    if overlay.mode is not None:
        own = replace(own, pin=None)
    if overlay.pin is not None:
        own = replace(own, mode=None)
    said = {field.name: getattr(overlay, field.name) for field in fields(overlay) if field.compare}
    return replace(own, **{name: value for name, value in said.items() if value is not None})


def compile_model(bandit: Bandit, environment: str) -> Wire:
    """Return the bandit's model without its time stamp; a raw one as it is."""
    if bandit.raw is not None:
        return dict(bandit.raw)
    settings = settings_in(bandit, environment)
    data = model_data(settings)
    return {
        "banditKey": bandit.key,
        "modelName": settings.model or "falcon",
        "modelVersion": settings.version or content_version(bandit.key, data),
        "modelData": data,
    }


def model_data(settings: BanditSettings) -> Wire:
    actions = dict(settings.actions or {})
    data: Wire = {
        "gamma": 1.0 if settings.gamma is None else settings.gamma,
        "defaultActionScore": settings.default_score or 0.0,
        "actionProbabilityFloor": settings.floor or 0.0,
        "coefficients": actions,
    }
    if settings.pin is not None:
        return pinned(settings.pin.text)
    laid_over = MODES.get(settings.mode or "model")
    return data if laid_over is None else laid_over(data)


def references(bandit: Bandit, version: str, served: Iterable[tuple[Flag, Wire]]) -> tuple[list[Wire], Wire] | None:
    """
    Return the bandit's entries of ``bandits`` (one per flag and variation) and ``banditReferences`` (one per
    allocation too), or None when no served flag leads to it.

    Both shapes are needed: Rust-core SDKs, Go and C++ read the first, JavaScript, Java, .NET and PHP the second.
    """
    if bandit.references is not None:
        return bandit.references.get("bandits", []), bandit.references.get("banditReferences", {})
    entries = [entry for flag, wire in served for entry in _flag_variations(bandit.key, flag, wire)]
    if not entries:
        return None
    short = {
        (entry["flagKey"], entry["variationKey"]): {
            name: value for name, value in entry.items() if name != "allocationKey"
        }
        for entry in entries
    }
    return list(short.values()), {"modelVersion": version, "flagVariations": entries}


def _flag_variations(bandit: str, flag: Flag, wire: Wire) -> list[Wire]:
    values = {one.key: one.value for one in flag.variations if one.bandit is not None and one.bandit.text == bandit}
    if not values:
        return []
    # Phases of one allocation share its key and count once.
    pairs = {
        (allocation.get("key"), split.get("variationKey")): None
        for allocation in wire["allocations"]
        if isinstance(allocation, Mapping)
        for split in allocation.get("splits", ())
        if isinstance(split, Mapping) and split.get("variationKey") in values
    }
    return [
        {
            "key": bandit,
            "flagKey": flag.key,
            "allocationKey": allocation,
            "variationKey": variation,
            "variationValue": values[str(variation)],
        }
        for allocation, variation in pairs
    ]
