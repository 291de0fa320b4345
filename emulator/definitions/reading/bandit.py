"""read: one bandit, its model's coefficients, and what its environments replace."""

from dataclasses import replace
from typing import Any

from emulator.definitions.model import Bandit, BanditSettings, FileReference
from emulator.definitions.parsing.document import Mapping, Node, Scalar, Sequence
from emulator.definitions.reading.shared import exclude, json_mapping, name, raw_object
from emulator.definitions.reading.values import mapping, members, number, one_of, text
from emulator.definitions.report import Report


def read_bandit(key: Scalar, node: Node, report: Report) -> Bandit | None:
    values = members(node, report, _BANDIT, "a bandit")
    if values is None:
        return None
    assert isinstance(node, Mapping)
    at = report.position(key)
    if "raw" in node.members:
        free = {"raw", "references", "name", "description", "owner"}
        exclude(node, report, node.members, "raw", tuple(key for key in node.members if key not in free), "a bandit")
        raw = values.get("raw")
        source = raw if isinstance(raw, FileReference) else None
        references = values.get("references")
        return Bandit(key.text, BanditSettings(), {}, None if source else raw, source, references, at)
    exclude(node, report, node.members, "pin", ("mode",), "a bandit")
    environments = values.get("environments", {})
    return Bandit(key.text, _settings(values), environments, references=values.get("references"), at=at)


def _settings(values: dict[str, Any]) -> BanditSettings:
    return BanditSettings(**{key: values[key] for key in _SETTINGS if key in values})


def _environments(node: Node, report: Report) -> dict[str, BanditSettings] | None:
    found = mapping(node, report, "a mapping of environment to what it replaces")
    if found is None:
        return None
    overlays = {}
    for key, member in found.members.items():
        values = members(member, report, _SETTINGS, "an environment of a bandit")
        if values is not None and isinstance(member, Mapping):
            exclude(member, report, member.members, "pin", ("mode",), "an environment of a bandit")
            overlays[key] = replace(_settings(values), at=report.position(found.keys[key]))
    return overlays


# ── coefficients ────────────────────────────────────────────────────────────────────────────────────────────────


def _actions(node: Node, report: Report) -> dict[str, Any] | None:
    found = mapping(node, report, "a mapping of action to coefficients")
    if found is None:
        return None
    read = ((action, _action(action, member, report)) for action, member in found.members.items())
    return {action: coefficients for action, coefficients in read if coefficients is not None}


def _action(action: str, node: Node, report: Report) -> dict[str, Any] | None:
    readers = {"intercept": number, "subject": _coefficients, "action": _coefficients}
    values = members(node, report, readers, "an action")
    if values is None:
        return None
    subject = values.get("subject", ([], []))
    own = values.get("action", ([], []))
    return {
        "actionKey": action,
        "intercept": values.get("intercept", 0.0),
        "subjectNumericCoefficients": subject[0],
        "subjectCategoricalCoefficients": subject[1],
        "actionNumericCoefficients": own[0],
        "actionCategoricalCoefficients": own[1],
    }


def _coefficients(node: Node, report: Report) -> tuple[list[Any], list[Any]] | None:
    """Read attribute → coefficients, or a list of them; return the numeric and the categorical ones as on the wire."""
    entries: list[tuple[str | None, Node]]
    if isinstance(node, Sequence):
        entries = [(None, item) for item in node.items]
    else:
        found = mapping(node, report, "a mapping of attribute to coefficient")
        entries = list(found.members.items()) if found else []
    numeric: list[Any] = []
    categorical: list[Any] = []
    for attribute, member in entries:
        coefficient = _coefficient(attribute, member, report)
        if coefficient is not None:
            (categorical if "valueCoefficients" in coefficient else numeric).append(coefficient)
    return numeric, categorical


def _coefficient(attribute: str | None, node: Node, report: Report) -> dict[str, Any] | None:
    readers: dict[str, Any] = {"coef": number, "values": _value_coefficients, "missing": number}
    if attribute is None:
        readers = {"attr": text, **readers}
    values = members(node, report, readers, "a coefficient", required=("attr",) if attribute is None else ())
    if values is None:
        return None
    assert isinstance(node, Mapping)
    exclude(node, report, node.members, "coef", ("values",), "a coefficient")
    if not {"coef", "values"} & node.members.keys():
        report(node, "E108", "a coefficient needs coef (a number) or values (a mapping of value to number)")
        return None
    result = {"attributeKey": attribute if attribute is not None else values.get("attr", "")}
    if "values" in node.members:
        result["valueCoefficients"] = values.get("values", {})
    else:
        result["coefficient"] = values.get("coef", 0.0)
    return {**result, "missingValueCoefficient": values.get("missing", 0.0)}


def _value_coefficients(node: Node, report: Report) -> dict[str, float] | None:
    found = mapping(node, report, "a mapping of value to number")
    if found is None:
        return None
    read = ((value, number(member, report)) for value, member in found.members.items())
    return {value: coefficient for value, coefficient in read if coefficient is not None}


def _references(node: Node, report: Report) -> dict[str, Any] | None:
    """Read raw wire entries: ``bandits`` (a list) and ``banditReferences`` (an object), each as it is served."""
    readers = {"bandits": _json_list, "banditReferences": json_mapping}
    return members(node, report, readers, "references")


def _json_list(node: Node, report: Report) -> list[Any] | None:
    if not isinstance(node, Sequence):
        report(node, "E107", "expected a list of wire entries")
        return None
    read = (json_mapping(item, report) for item in node.items)
    return [item for item in read if item is not None]


def _not_negative(node: Node, report: Report) -> float | None:
    value = number(node, report)
    if value is None or value >= 0:
        return value
    report(node, "E121", f"expected a number from 0, found {value:g}", "0 makes every action equally likely")
    return None


def _probability(node: Node, report: Report) -> float | None:
    value = number(node, report)
    if value is None or 0 <= value <= 1:
        return value
    report(node, "E121", f"expected a probability from 0 to 1, found {value:g}")
    return None


_SETTINGS: dict[str, Any] = {
    "model": text,
    "version": text,
    "gamma": _not_negative,
    "default_score": number,
    "floor": _probability,
    "mode": one_of("model", "cold-start", "uniform"),
    "pin": name,
    "actions": _actions,
}
_BANDIT: dict[str, Any] = {
    **_SETTINGS,
    "environments": _environments,
    "raw": raw_object,
    "references": _references,
    "name": text,
    "description": text,
    "owner": text,
}
KEYS = {"bandit": _BANDIT}
