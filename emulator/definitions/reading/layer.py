"""
read: one layer, which is a JSON flag of the layer's key.

Its parameters are the variation ``default``; opt-outs come first, then experiments on disjoint slots of one salt,
then the default rule.
"""

from typing import Any

from emulator.definitions.model import Allocation, Exclusive, Experiment, Flag, Name, Serve, Variation
from emulator.definitions.parsing.document import Mapping, Node, Scalar
from emulator.definitions.reading.allocation import condition, slots
from emulator.definitions.reading.expect import expectation
from emulator.definitions.reading.json_values import json_source
from emulator.definitions.reading.shared import name, names, shares
from emulator.definitions.reading.values import (
    end_time,
    list_of,
    mapping,
    members,
    node_itself,
    text,
    texts,
    time,
)
from emulator.definitions.report import Report
from emulator.suggest import nearest
from emulator.ufc.encode import canonical

DEFAULT = "default"


def read_layer(key: Scalar, node: Node, report: Report) -> Flag | None:
    values = members(node, report, _LAYER, "a layer", required=("parameters",))
    if values is None or "parameters" not in values:
        return None
    experiments = [_experiment(key.text, experiment) for experiment in values.get("experiments", ())]
    at = report.position(key)
    default = Name(DEFAULT, at)
    return Flag(
        key=key.text,
        type="json",
        variations=_variations(values["parameters"], values.get("variations"), report),
        allocations=(*values.get("opt_out", ()), *experiments),
        serve=values.get("rollout", default),
        status_quo=default,
        tags=values.get("tags", ()),
        expect=values.get("expect", ()),
        name=values.get("name", ""),
        description=values.get("description", ""),
        owner=values.get("owner", ""),
        layer=True,
        at=at,
    )


def _parameters(node: Node, report: Report) -> Mapping | None:
    return mapping(node, report, "a mapping of parameter to its default")


def _variations(parameters: Mapping, node: Node | None, report: Report) -> tuple[Variation, ...]:
    defaults = {parameter: json_source(member, report) for parameter, member in parameters.members.items()}
    variations = [Variation(DEFAULT, _object(defaults), at=report.position(parameters))]
    found = mapping(node, report, "a mapping of variation to parameters") if node is not None else None
    if found is None:
        return tuple(variations)
    for key, member in found.members.items():
        if key == DEFAULT:
            report(found.keys[key], "E103", "variation default is what the parameters say", "rename it")
            continue
        changed = mapping(member, report, "a mapping of parameter to value")
        if changed is not None:
            values = {**defaults, **_changed(changed, parameters, report)}
            variations.append(Variation(key, _object(values), at=report.position(member)))
    return tuple(variations)


def _changed(changed: Mapping, parameters: Mapping, report: Report) -> dict[str, str]:
    for parameter in (key for key in changed.members if key not in parameters.members):
        message = f'the layer has no parameter "{parameter}"'
        report(changed.keys[parameter], "E401", message, nearest(parameter, parameters.members))
    return {parameter: json_source(member, report) for parameter, member in changed.members.items()}


def _object(sources: dict[str, str]) -> str:
    return "{" + ",".join(f"{canonical(key).decode()}:{source}" for key, source in sources.items()) + "}"


def _experiment(layer: str, read: dict[str, Any]) -> Allocation:
    first, last = read["slots"]
    return Allocation(
        key=read["key"],
        plan=Experiment(read["split"], read["at"]),
        condition=read.get("if"),
        start=read.get("start"),
        end=read.get("end"),
        exclusive=Exclusive(layer, first, last, read["slots_at"]),
        holdouts=read.get("holdouts", ()),
        at=read["at"],
    )


def _experiment_keys(node: Node, report: Report) -> dict[str, Any] | None:
    values = members(node, report, _EXPERIMENT, "an experiment of a layer", required=("key", "slots", "split"))
    if values is None or not {"key", "slots", "split"} <= values.keys():
        return None
    assert isinstance(node, Mapping)
    start, end = values.get("start"), values.get("end")
    if start and end and end < start:
        report(node.keys["end"], "E502", "the experiment ends before it starts", "swap start and end")
    places = {"at": report.position(node.members["key"]), "slots_at": report.position(node.members["slots"])}
    return {**values, **places}


def _opt_out(node: Node, report: Report) -> Allocation | None:
    values = members(node, report, _OPT_OUT, "an opt-out of a layer", required=("key", "serve"))
    if values is None or not {"key", "serve"} <= values.keys():
        return None
    assert isinstance(node, Mapping)
    at = report.position(node.members["key"])
    return Allocation(key=values["key"], plan=Serve(values["serve"]), condition=values.get("if"), at=at)


_OPT_OUT: dict[str, Any] = {"key": text, "if": condition, "serve": name}
_EXPERIMENT: dict[str, Any] = {
    "key": text,
    "slots": slots,
    "split": shares,
    "if": condition,
    "start": time,
    "end": end_time,
    "holdouts": names,
}
_LAYER: dict[str, Any] = {
    "parameters": _parameters,
    "variations": node_itself,
    "opt_out": list_of(_opt_out),
    "experiments": list_of(_experiment_keys),
    "rollout": name,
    "expect": list_of(expectation),
    "name": text,
    "description": text,
    "owner": text,
    "tags": texts,
}
KEYS = {"layer": _LAYER, "layer_experiment": _EXPERIMENT, "layer_opt_out": _OPT_OUT}
