"""Checks on what stands around the waterfall: holdouts, overrides, bandits, and what excludes what."""

from collections.abc import Iterator

from emulator.definitions.checks.subject import Finding, Subject
from emulator.definitions.model import Unset


def holdouts_without_status_quo(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: an allocation with ``holdouts: [2025q1]`` in a flag without ``status_quo``
    PASS: the flag says ``status_quo: control``
    """
    if subject.flag.status_quo is not None:
        return
    named = (holdout for allocation in subject.allocations for holdout in allocation.holdouts)
    first = next((holdout for holdout in named if holdout.text in subject.context.holdouts), None)
    if first is not None:
        message = f'holdout "{first.text}" needs to know what held-out subjects get'
        yield first.at, message, "add `status_quo: <variation>` to the flag"


def idle_overrides(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``enabled: false`` beside ``overrides``
    PASS: the flag is enabled, or has no overrides there
    """
    for waterfall in subject.waterfalls:
        reached = waterfall.environment is not None or not _all_overlaid(subject)
        if reached and waterfall.overrides and not waterfall.enabled and not subject.flag.archived:
            where = f" in {waterfall.environment}" if waterfall.environment else ""
            override = waterfall.overrides[0]
            own = waterfall.environment is None or not isinstance(
                subject.flag.environments[waterfall.environment].overrides, Unset
            )
            if own:
                message = f'the override of "{override.subject}" has no effect: the flag is disabled{where}'
                yield override.variation.at, message, "enable the flag, or remove the overrides"


def _all_overlaid(subject: Subject) -> bool:
    overlays = subject.flag.environments
    return all(key in overlays and overlays[key].enabled is True for key in subject.context.environments)


def schema_beside_other_types(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``schema`` in a string flag
    PASS: ``schema`` in a JSON flag
    """
    flag = subject.flag
    if flag.schema is not None and flag.type != "json":
        yield flag.schema.at, f'"schema" cannot stand in a {flag.type} flag', "only JSON variations have a schema"


_ALLOCATION_MEMBERS = ("key", "rules", "startAt", "endAt", "splits", "doLog")


def extra_over_known(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``extra: {enabled: false}``
    PASS: ``extra: {comment: "why"}``
    """
    own = ("key", "enabled", "variationType", "variations", "allocations", "totalShards", "entityId")
    for name in (name for name in subject.flag.extra or {} if name in own):
        yield subject.flag.extra_at, f'extra: "{name}" cannot stand beside what the flag itself says', "use raw"
    for allocation in subject.allocations:
        for name in (name for name in allocation.extra or {} if name in _ALLOCATION_MEMBERS):
            yield allocation.extra_at, f'extra: "{name}" cannot stand beside what the allocation itself says', "use raw"


def bandit_names(subject: Subject) -> Iterator[Finding]:
    """
    FAIL: ``hero: {bandit: shoe-bandit}``
    PASS: ``shoe-bandit: {bandit: shoe-bandit}``
    """
    for variation in subject.flag.variations:
        bandit = variation.bandit
        if bandit is not None and not variation.key == variation.value == bandit.text:
            message = (
                f'variation "{variation.key}" with value "{variation.value}" stands for the bandit "{bandit.text}"'
            )
            yield variation.at, message, "PHP and Python 3 find it only if all three are the same"
