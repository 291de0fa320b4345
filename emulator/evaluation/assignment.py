"""
Evaluates a flag: which allocation, which split, which value.

Nothing here raises for data, and nothing is explained here: an :class:`Evaluation` keeps what was found on the way,
from which ``details`` and ``trace`` say why. Source: evaluation.md section 1.2.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from json import loads
from typing import Any, NamedTuple

from emulator.evaluation.attributes import utf8
from emulator.evaluation.flag import ASSIGNMENT_ERROR, MATCH, Allocation, Flag, Verdict, Window
from emulator.evaluation.prepare import Prepared
from emulator.evaluation.sharding import first_four, md5

NO_ALLOCATION = Verdict(
    "DEFAULT_ALLOCATION_NULL", ('No allocations matched. Falling back to "Default Allocation", serving NULL',)
)


class Evaluation(NamedTuple):
    """
    One answer. *value* is what the caller gets: the variation's value on a match, else his default.

    *unmatched* are the codes of the allocations that were tried before; *rule* is the number of the matching rule in
    the matching allocation, from 0, None where it has none. *flag* is None for an unknown flag. A tuple, because it is
    made for every assignment and costs a fourth of a frozen dataclass.
    """

    flag_key: str
    subject_key: str
    attributes: Mapping[str, Any]
    now: datetime
    value: Any
    verdict: Verdict
    flag: Flag | None
    environment: str
    unmatched: Sequence[str]
    rule: int | None

    @property
    def code(self) -> str:
        """The flag evaluation code, ``MATCH`` where a variation is served."""
        return self.verdict.code

    @property
    def is_match(self) -> bool:
        return self.verdict.code == MATCH

    @property
    def description(self) -> str:
        return self.subject_key.join(self.verdict.sentence)

    @property
    def variation_key(self) -> str | None:
        """Also set where the variation's value does not suit the flag's type."""
        return self.verdict.variation_key

    @property
    def allocation_key(self) -> str | None:
        return self.verdict.allocation_key

    @property
    def log(self) -> bool:
        """Whether an SDK logs this assignment."""
        return self.verdict.log

    @property
    def extra_logging(self) -> Mapping[str, str]:
        return self.verdict.extra_logging or {}


def evaluate(
    prepared: Prepared,
    flag_key: str,
    subject_key: str,
    attributes: Mapping[str, Any],
    *,
    now: datetime,
    expected_type: str | None = None,
    default: Any = None,
) -> Evaluation:
    """
    Return what *subject_key* gets from *flag_key* at *now* (aware).

    *expected_type* is the ``variationType`` that the caller asks for; None takes any. *attributes* are kept as they
    are, not copied. One long loop on purpose: it runs for every assignment, and calls would be most of its time.
    """
    flag = prepared.ready.get(flag_key) or prepared.flag(flag_key)
    environment = prepared.environment
    if flag is None or flag.closed or not subject_key or (expected_type is not None and flag.type != expected_type):
        refusal = _refusal(flag, flag_key, subject_key, expected_type)
        # For nobody, as in JavaScript, no flag is even looked up.
        asked = flag if subject_key else None
        return Evaluation(flag_key, subject_key, attributes, now, default, refusal, asked, environment, (), None)
    get = (known_attributes(flag, subject_key, attributes) if flag.reads_id else attributes).get
    unmatched: list[str] = []
    for allocation in flag.allocations:
        if allocation.window is not None and (code := _closed(allocation.window, now)):
            unmatched.append(code)
            continue
        rule = None
        if allocation.tests:
            for number, checks in allocation.tests:
                for attribute, check in checks:
                    if not check(get(attribute)):
                        break
                else:
                    rule = number
                    break
            else:
                unmatched.append("FAILING_RULE")
                continue
        verdict = allocation.sole or _drawn(allocation, subject_key, flag.total_shards)
        if verdict is not None:
            break
        unmatched.append("TRAFFIC_EXPOSURE_MISS")
    else:
        verdict, rule = NO_ALLOCATION, None
    value = default
    if verdict.code == MATCH:
        value = verdict.value if verdict.document is None else loads(verdict.document)
    # Past the class's own constructor, which takes twice as long.
    return _NEW(
        Evaluation, (flag_key, subject_key, attributes, now, value, verdict, flag, environment, unmatched, rule)
    )


_NEW = tuple.__new__


def known_attributes(flag: Flag, subject_key: str, attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what conditions see: the subject's key is the attribute ``id``, unless the caller sent one, even null."""
    return {**attributes, "id": subject_key} if flag.reads_id and "id" not in attributes else attributes


def _closed(window: Window, now: datetime) -> str | None:
    """Return the code of a window that is not open at *now*; both its ends are inside."""
    start, end = window
    if start is not None and now < start:
        return "BEFORE_START_TIME"
    return "AFTER_END_TIME" if end is not None and now > end else None


def _drawn(allocation: Allocation, subject_key: str, total: int) -> Verdict | None:
    """Return the verdict of the first split all of whose shards hold the subject; what all of them ask comes first."""
    try:
        subject = subject_key.encode()
    except UnicodeEncodeError:
        subject = utf8(subject_key)
    for prefix, ranges in allocation.common:
        number = first_four(md5(prefix + subject).digest())[0] % total
        for start, end in ranges:
            if start <= number < end:
                break
        else:
            return None
    draws = allocation.draws
    if len(draws) == 1:
        # All that a single split asks is common.
        return draws[0][1]
    numbers: dict[bytes, int] = {}
    for shards, verdict in draws:
        for prefix, ranges in shards:
            if prefix not in numbers:
                numbers[prefix] = first_four(md5(prefix + subject).digest())[0] % total
            number = numbers[prefix]
            for start, end in ranges:
                if start <= number < end:
                    break
            else:
                break
        else:
            return verdict
    return None


def _refusal(flag: Flag | None, flag_key: str, subject_key: str, expected_type: str | None) -> Verdict:
    """Return why the flag is not evaluated. Sentences: js-sdk-common ``eppo-client.ts``."""
    if not flag_key or not subject_key:
        blank = "subjectKey" if flag_key else "flagKey"
        return Verdict(ASSIGNMENT_ERROR, (f"Assignment Error: Invalid argument: {blank} cannot be blank",))
    if flag is None or not flag.enabled:
        return Verdict("FLAG_UNRECOGNIZED_OR_DISABLED", (f"Unrecognized or disabled flag: {flag_key}",))
    if flag.broken is not None:
        return Verdict(ASSIGNMENT_ERROR, (f"Assignment Error: flag {flag_key} is broken: {flag.broken}",))
    mismatch = f"Found {flag.type}, but expected {expected_type} for flag {flag_key}"
    return Verdict("TYPE_MISMATCH", (f"Variation value does not have the correct type. {mismatch}",))
