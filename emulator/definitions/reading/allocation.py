"""read: one allocation of the waterfall."""

import re
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

from emulator.definitions.model import (
    NOWHERE,
    Allocation,
    AnyOf,
    Condition,
    Exact,
    ExactShard,
    ExactSplit,
    Exclusive,
    Experiment,
    Expression,
    FileReference,
    Phase,
    Plan,
    Serve,
    Ship,
    Switchback,
)
from emulator.definitions.parsing.document import Mapping, Node, Sequence
from emulator.definitions.reading.conditions import read_condition
from emulator.definitions.reading.shared import (
    exclude,
    extra_logging,
    extra_members,
    name,
    names,
    ranges,
    raw_object,
    shares,
)
from emulator.definitions.reading.values import (
    boolean,
    duration,
    end_time,
    is_missing,
    list_of,
    members,
    one_of,
    percentage,
    percentage_of,
    scalar,
    text,
    texts,
    time,
)
from emulator.definitions.report import Report
from emulator.errors import Position

PLANS = ("serve", "split", "ship", "splits", "switchback")
_SLOTS = re.compile(r"\s*([0-9.]+%)\s*-\s*([0-9.]+%)\s*\Z")

# Stands in for a condition that was reported unreadable, so that the flag's other checks still make sense.
_NOBODY = Condition("", "ONE_OF", [])


def read_allocation(node: Node, report: Report) -> Allocation | None:
    """Read one item of ``allocations``."""
    values = members(node, report, _ALLOCATION, "an allocation")
    if values is None:
        return None
    assert isinstance(node, Mapping)
    if "raw" in node.members:
        return _raw_allocation(node, report, values)
    if is_missing(node, "key", _ALLOCATION):
        report(node, "E108", 'an allocation: required key "key" is missing', "it names the allocation in logs")
    _check_exclusions(node, report)
    start, end = values.get("start"), values.get("end")
    if start and end and end < start:
        report(node.keys["end"], "E502", "the allocation ends before it starts", "swap start and end")
    salts = values.get("salts", {})
    return Allocation(
        key=values.get("key", ""),
        plan=_plan(node, report, values),
        condition=values.get("if"),
        traffic=values.get("traffic"),
        traffic_at=_place(node, "traffic", report),
        phases=values.get("rollout", ()),
        start=start,
        end=end,
        layout=values.get("layout", "contiguous"),
        salt=values.get("salt"),
        traffic_salt=salts.get("traffic"),
        split_salt=salts.get("split"),
        exclusive=values.get("exclusive"),
        holdouts=values.get("holdouts", ()),
        log=values.get("log", True),
        extra_logging=values.get("extra_logging"),
        extra=values.get("extra"),
        extra_at=_place(node, "extra", report),
        at=report.position(node.members.get("key", node)),
    )


def _place(node: Mapping, key: str, report: Report) -> Position:
    member = node.members.get(key)
    return NOWHERE if member is None else report.position(member)


def _raw_allocation(node: Mapping, report: Report, values: dict[str, Any]) -> Allocation:
    exclude(
        node,
        report,
        node.members,
        "raw",
        tuple(key for key in node.members if key not in ("raw", "description")),
        "an allocation",
    )
    raw = values.get("raw")
    source = raw if isinstance(raw, FileReference) else None
    return Allocation(key="", raw=None if source else raw, raw_source=source, at=report.position(node))


def _check_exclusions(node: Mapping, report: Report) -> None:
    exclude(node, report, node.members, "rollout", ("traffic", "start", "end"), "an allocation")
    exclude(node, report, node.members, "salt", ("salts",), "an allocation")
    plans = [key for key in PLANS if key in node.members]
    if "switchback" in plans:
        plans = [key for key in plans if key != "split"]
        exclude(node, report, node.members, "switchback", ("rollout",), "an allocation")
    if not plans and all(is_missing(node, plan, _ALLOCATION) for plan in PLANS):
        report(node, "E108", f"an allocation needs one of {', '.join(PLANS)}", "serve: <variation> for a gate")
    for extra in plans[1:]:
        message = f'an allocation: "{extra}" cannot stand beside "{plans[0]}"'
        report(node.keys[extra], "E109", message, f"exactly one of {', '.join(PLANS)}")


def _plan(node: Mapping, report: Report, values: dict[str, Any]) -> Plan | None:
    if "switchback" in values:
        return _switchback(node, report, values)
    for key, make in _PLANS.items():
        if key in values:
            return make(values[key], report.position(node.keys[key]))
    return None


_PLANS: dict[str, Callable[[Any, Position], Plan]] = {
    "serve": lambda variation, _at: Serve(variation),
    "ship": lambda variation, _at: Ship(variation),
    "split": lambda found, at: Experiment(found, at),
    "splits": lambda found, _at: Exact(found),
}


def _switchback(node: Mapping, report: Report, values: dict[str, Any]) -> Switchback | None:
    found = values["switchback"]
    missing = [key for key in ("split", "start", "end") if key not in node.members]
    for key in missing:
        report(node.keys["switchback"], "E108", f'a switchback allocation: required key "{key}" is missing')
    if missing or "split" not in values or found.keys() != {"attribute", "values", "every"}:
        return None
    at = report.position(node.keys["switchback"])
    return Switchback(found["attribute"], found["values"], found["every"], values["split"], at)


def _switchback_keys(node: Node, report: Report) -> dict[str, Any] | None:
    readers = {"attribute": text, "values": _some_texts, "every": duration}
    return members(node, report, readers, "switchback", required=("attribute", "values", "every"))


def _some_texts(node: Node, report: Report) -> tuple[str, ...] | None:
    found = texts(node, report)
    if found == () and isinstance(node, Sequence) and not node.items:
        report(node, "E107", "expected at least one value, found none", "list the values that switch back and forth")
        return None
    return found


def _key(node: Node, report: Report) -> str | None:
    found = text(node, report)
    if found == "":
        report(node, "E107", "the key of an allocation is empty", "it names the allocation in logs")
    return found


def condition(node: Node, report: Report) -> Expression:
    """Read a condition; one that does not read matches nobody, after it was reported. ``[]`` is an empty rule list."""
    if isinstance(node, Sequence) and not node.items:
        return AnyOf(())
    return read_condition(node, report) or _NOBODY


def _phase(node: Node, report: Report) -> Phase | None:
    values = members(node, report, {"at": time, "traffic": percentage}, "a phase", required=("at", "traffic"))
    if values is None or len(values) != 2:
        return None
    return Phase(values["at"], values["traffic"], report.position(node))


def _rollout(node: Node, report: Report) -> tuple[Phase, ...] | None:
    phases = list_of(_phase)(node, report)
    if phases is None:
        return None
    if isinstance(node, Sequence) and not node.items:
        report(node, "E502", "a rollout needs at least one phase", "write - {at: 2025-03-28T00:00Z, traffic: 10%}")
    for earlier, later in pairwise(phases):
        if later.starts <= earlier.starts:
            report(
                later.at,
                "E502",
                f"phases are not in ascending order: {_date(later.starts)} follows {_date(earlier.starts)}",
            )
        if later.traffic < earlier.traffic:
            message = f"exposure shrinks from {_percent(earlier.traffic)} to {_percent(later.traffic)}"
            report(later.at, "E502", message, "subjects would lose their variation; write phases that grow")
    return phases


def _date(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g}%"


def _exact_shard(node: Node, report: Report) -> ExactShard | None:
    values = members(node, report, {"salt": text, "ranges": ranges}, "a shard", required=("salt", "ranges"))
    return ExactShard(values["salt"], values["ranges"]) if values and len(values) == 2 else None


def _exact_split(node: Node, report: Report) -> ExactSplit | None:
    readers = {"variation": name, "shards": list_of(_exact_shard), "extra_logging": extra_logging}
    values = members(node, report, readers, "an exact split", required=("variation", "shards"))
    if values is None or "variation" not in values or "shards" not in values:
        return None
    return ExactSplit(values["variation"], values["shards"], values.get("extra_logging"))


def slots(node: Node, report: Report) -> tuple[Fraction, Fraction] | None:
    """Read ``0%-40%``."""
    found = scalar(node, report, "slots like 0%-40%")
    match = found and _SLOTS.match(found.text)
    bounds = [percentage_of(bound) for bound in match.groups()] if match else []
    if found is None:
        return None
    first, last = bounds if len(bounds) == 2 else (None, None)
    if first is None or last is None:
        report(found, "E301", f'expected slots like 0%-40%, found "{found.text}"')
        return None
    if not 0 <= first < last <= 1:
        report(found, "E301", f"slots {found.text} must rise and stay within 0%-100%")
        return None
    return first, last


def _exclusive(node: Node, report: Report) -> Exclusive | None:
    values = members(node, report, {"group": text, "slots": slots}, "exclusive", required=("group", "slots"))
    if values is None or len(values) != 2:
        return None
    assert isinstance(node, Mapping)
    first, last = values["slots"]
    return Exclusive(values["group"], first, last, _place(node, "slots", report))


def _salts(node: Node, report: Report) -> dict[str, Any] | None:
    return members(node, report, {"traffic": text, "split": text}, "salts")


_ALLOCATION: dict[str, Any] = {
    "key": _key,
    "if": condition,
    "serve": name,
    "split": shares,
    "ship": name,
    "splits": list_of(_exact_split),
    "switchback": _switchback_keys,
    "traffic": percentage,
    "rollout": _rollout,
    "start": time,
    "end": end_time,
    "layout": one_of("contiguous", "sticky"),
    "salt": text,
    "salts": _salts,
    "exclusive": _exclusive,
    "holdouts": names,
    "log": boolean,
    "extra_logging": extra_logging,
    "extra": extra_members,
    "raw": raw_object,
    "description": text,
}
KEYS = {"allocation": _ALLOCATION}
