"""Bandit models under a pin or a mode, with versions that tell SDKs to fetch them."""

from collections.abc import Mapping
from typing import Any

from emulator.overrides.content import Wire, object_in
from emulator.overrides.layers import BanditLayer, Pin
from emulator.overrides.missing import Missing, missing_action, missing_bandit
from emulator.ufc.bandit_modes import MODES, ModelData, content_version, pinned

# What a model is that says nothing of itself.
_PLAIN: ModelData = {"gamma": 1.0, "defaultActionScore": 0.0, "actionProbabilityFloor": 0.0, "coefficients": {}}


def known_bandits(config: Mapping[str, Any], models: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return every bandit that has a model, or that a flag leads to; with its model, None where none is delivered."""
    led_to = dict.fromkeys((*object_in(config, "bandits"), *object_in(config, "banditReferences")))
    return {**led_to, **object_in(models, "bandits")}


def gap_of(layer: BanditLayer, bandits: Mapping[str, Any]) -> Missing | None:
    """Return the bandit or action of *layer* that is not there."""
    if layer.bandit not in bandits:
        return missing_bandit(layer, bandits)
    return missing_action(layer, bandits[layer.bandit])


def decided(layer: BanditLayer, model: Any, stamp: str) -> Wire:
    """
    Return the *model* (None where none is delivered) under *layer*; *stamp* is its ``updatedAt`` if it has none.

    Its version follows from its content and names the bandit: SDKs load a model again only for a version they have
    not seen, and some compare versions across all bandits.
    """
    own = model if isinstance(model, dict) else {}
    before = {**_PLAIN, **object_in(own, "modelData")}
    data = pinned(layer.action) if isinstance(layer, Pin) else MODES[layer.mode](before)
    frame = {"banditKey": layer.bandit, "modelName": "falcon", "updatedAt": stamp}
    if own.get("modelData") == data and frame.keys() <= own.keys() and "modelVersion" in own:
        return dict(own)
    return {**frame, **own, "modelVersion": content_version(layer.bandit, data), "modelData": data}


def with_models(models: Mapping[str, Any], decided_models: Mapping[str, Wire]) -> dict[str, Any]:
    """Return *models* with the decided ones in place, a new one where the compiler would put it."""
    known = object_in(models, "bandits")
    laid_over = {**known, **decided_models}
    return {**models, "bandits": laid_over if laid_over.keys() == known.keys() else dict(sorted(laid_over.items()))}
