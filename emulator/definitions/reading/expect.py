"""read: the expectations of a flag or layer."""

from fractions import Fraction
from typing import Any

from emulator.definitions.model import Expectation, ExpectedShare, Name
from emulator.definitions.parsing.document import Mapping, Node, Scalar, Sequence
from emulator.definitions.reading.shared import json_mapping, name, names, percent_text
from emulator.definitions.reading.values import boolean, mapping, members, percentage, positive, text, texts, time
from emulator.definitions.report import Report


def _environment_names(node: Node, report: Report) -> tuple[Name, ...] | None:
    if isinstance(node, Scalar):
        one = name(node, report)
        return None if one is None else (one,)
    return names(node, report)


def _actions(node: Node, report: Report) -> dict[str, Any] | None:
    if isinstance(node, Sequence):
        return {action: {} for action in texts(node, report) or ()}
    return json_mapping(node, report)


def _logs(node: Node, report: Report) -> Any:
    return json_mapping(node, report) if isinstance(node, Mapping) else boolean(node, report)


def _expected_shares(node: Node, report: Report) -> tuple[ExpectedShare, ...] | None:
    """Read expected shares: percentages that may sum to less than 100%, for subjects may fall through."""
    found = mapping(node, report, "a mapping of variation to percentage")
    if found is None:
        return None
    if not found.members:
        report(found, "E107", "expected at least one variation with its share", "no shares at all always hold")
    read = ((key, percentage(member, report)) for key, member in found.members.items())
    shares = tuple(
        ExpectedShare(Name(key, report.position(found.keys[key])), share) for key, share in read if share is not None
    )
    _check_sum(found, sum((one.share for one in shares), Fraction()), report)
    return shares


def _check_sum(found: Mapping, total: Fraction, report: Report) -> None:
    if total > 1:
        message = f"expected shares sum to {percent_text(total)}, more than 100%"
        report(found, "E302", message, f"{percent_text(total - 1)} is too much")


_EXPECT: dict[str, Any] = {
    "subject": text,
    "with": json_mapping,
    "in": _environment_names,
    "at": time,
    "gets": name,
    "falls_through": boolean,
    "via": text,
    "logs": _logs,
    "action": text,
    "actions": _actions,
    "subjects": positive,
    "shares": _expected_shares,
    "tolerance": percentage,
}
_GOALS = ("gets", "falls_through", "action", "shares")
# Those of which an entry has one; an action may stand beside any.
_EXCLUSIVE = ("gets", "falls_through", "shares")
# Key → the keys that it cannot do without.
_NEEDS = {"action": "actions", "subjects": "shares", "tolerance": "shares"}


def expectation(node: Node, report: Report) -> Expectation | None:
    values = members(node, report, _EXPECT, "an expectation")
    if values is None:
        return None
    assert isinstance(node, Mapping)
    subject = "subjects" if "shares" in node.members else "subject"
    goals = [goal for goal in _GOALS if goal in node.members]
    if subject not in node.members:
        report(node, "E108", f'an expectation: required key "{subject}" is missing')
    if not goals:
        report(node, "E108", f"an expectation needs one of {', '.join(_GOALS)}")
    first, *others = [goal for goal in goals if goal in _EXCLUSIVE] or [""]
    for other in others:
        report(node.keys[other], "E109", f'an expectation: "{other}" cannot stand beside "{first}"')
    _check_company(node, report)
    return Expectation(
        subject=values.get("subject"),
        attributes=values.get("with", {}),
        environments=values.get("in", ()),
        moment=values.get("at"),
        gets=values.get("gets"),
        falls_through=values.get("falls_through", False),
        via=values.get("via"),
        logs=values.get("logs"),
        action=values.get("action"),
        actions=values.get("actions"),
        subjects=values.get("subjects"),
        shares=values.get("shares", ()),
        tolerance=values.get("tolerance", Fraction(2, 100)),
        at=report.position(node),
    )


def _check_company(node: Mapping, report: Report) -> None:
    """Report keys that would be ignored for what stands beside them, or does not."""
    if "shares" in node.members and "subject" in node.members:
        message = 'an expectation: "subject" cannot stand beside "shares"'
        report(node.keys["subject"], "E109", message, 'write "subjects", how many of them')
    for key, needed in _NEEDS.items():
        if key in node.members and needed not in node.members:
            report(
                node.keys[key], "E108", f'an expectation: "{key}" needs "{needed}"', f"write {needed}, or drop {key}"
            )


KEYS = {"expect": _EXPECT}
