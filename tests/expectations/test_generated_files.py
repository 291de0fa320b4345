"""Whatever a flag file says: an entry holds where the evaluator answers so, and a failure can always say why."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from emulator.definitions.model import Expectation, ExpectedShare, Flag, Name
from emulator.evaluation import evaluate
from emulator.expectations import Entry, Result, run_entry
from emulator.snapshot import Snapshot
from tests.oracle.checking import compiled, draw_case

FILES = [f"expectations/{number}" for number in range(10)]
NOW = datetime.now(UTC)
SUBJECTS = 4


def entry(flag: str, environment: str, attributes: Any, **demands: Any) -> Entry:
    empty: dict[str, Any] = {
        "subject": None, "moment": NOW, "gets": None, "falls_through": False, "via": None, "logs": None,
        "action": None, "actions": None, "subjects": None, "shares": (), "tolerance": Fraction(0),
    }  # fmt: skip
    expected = Expectation(**{**empty, **demands}, attributes=attributes, environments=(Name(environment),))
    return Entry(flag, 1, expected, (environment,))


def goals(flag: Flag) -> Iterator[dict[str, Any]]:
    """Everything that one subject can be expected to get from *flag*, in words of ``expect:``."""
    yield {"falls_through": True}
    yield from ({"gets": Name(variation.key)} for variation in flag.variations)


def single(snapshot: Snapshot, subjects: list[Any]) -> Iterator[tuple[Result, bool]]:
    """Yield the result of every goal for every subject, flag and environment, with what it ought to be."""
    assert snapshot.build
    for environment in snapshot.environments:
        for flag in snapshot.build.definitions.flags.values():
            for one in subjects:
                answer = evaluate(environment.prepared, flag.key, one.key, one.attributes, now=NOW)
                got = answer.variation_key if answer.is_match else None
                for goal in goals(flag):
                    asked = entry(flag.key, environment.key, one.attributes, subject=one.key, **goal)
                    wanted = goal["gets"].text if "gets" in goal else None
                    yield run_entry(snapshot, asked, environment.key, now=NOW), got == wanted


def divided(snapshot: Snapshot) -> Iterator[tuple[Result, Counter[str | None]]]:
    """Yield the shares of every flag in every environment, and what the subjects get when they are asked one by one."""
    assert snapshot.build
    for environment in snapshot.environments:
        for flag in snapshot.build.definitions.flags.values():
            shares = tuple(ExpectedShare(Name(one.key), Fraction(1, 2)) for one in flag.variations)
            asked = entry(flag.key, environment.key, {"country": "US"}, subjects=50, shares=shares)
            answers = [
                evaluate(environment.prepared, flag.key, f"user-{number}", {"country": "US"}, now=NOW)
                for number in range(50)
            ]
            counts = Counter(answer.variation_key if answer.is_match else None for answer in answers)
            yield run_entry(snapshot, asked, environment.key, now=NOW), counts


@pytest.mark.parametrize("seed", FILES)
def test_entry_about_a_subject_holds_where_the_answer_is_that(seed: str) -> None:
    case = draw_case(seed, SUBJECTS)

    results = list(single(compiled(case.files), case.subjects))

    assert [(str(result.problem), ought) for result, ought in results if result.passed is not ought] == []
    assert [result for result, _ in results if not result.passed and not (result.reason and result.trace)] == []


@pytest.mark.parametrize("seed", FILES)
def test_shares_are_those_of_subjects_asked_one_by_one(seed: str) -> None:
    results = list(divided(compiled(draw_case(seed, 1).files)))

    counted = [{one.variation: one.got * 50 for one in result.shares if one.got} for result, _ in results]
    assert counted == [counts for _, counts in results]
