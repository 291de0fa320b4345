"""Small documents, layers laid over them, and what subjects then get."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from emulator.evaluation import Evaluation, assignment_event, evaluate, prepare
from emulator.overrides import Layer, Overridden, Overrides, override
from tests.evaluation.configurations import NOW, allocation, configuration, flag, rule, split

NO_MODELS: Any = {"updatedAt": "2026-01-01T00:00:00.000Z", "environment": {"name": "Test"}, "bandits": {}}
# `on` for Norway, `off` for all others.
NORWAY = {"attribute": "country", "operator": "ONE_OF", "value": ["NO"]}
GATE = flag(allocation("norway", split("on"), rules=[rule(NORWAY)]), allocation("default", split("off")))


def laid_over(
    raw_flag: Any, *layers: Layer, elsewhere: Mapping[str, Any] | None = None, models: Any = NO_MODELS
) -> Overridden:
    """Return what *layers* make of a configuration with *raw_flag* as ``f``; without any flag where it is None."""
    config: Any = configuration() if raw_flag is None else configuration(f=raw_flag)
    return override(config, models, Overrides.of(*layers), elsewhere)


def wire(overridden: Overridden, key: str = "f") -> Any:
    return overridden.config["flags"][key]


def asked(
    overridden: Overridden, subject: str = "alice", *, now: datetime = NOW, key: str = "f", **attributes: Any
) -> Evaluation:
    prepared = prepare(overridden.config, overridden.models)
    return evaluate(prepared, key, subject, attributes, now=now, default="default")


def event(overridden: Overridden, subject: str = "alice", **attributes: Any) -> dict[str, Any] | None:
    """Return the event without what names this emulator."""
    made = assignment_event(asked(overridden, subject, **attributes))
    return None if made is None else {name: value for name, value in made.items() if name != "metaData"}
