"""``evaluationDetails`` as in the public test data: eleven fields, codes and sentences. Source: evaluation.md 4.1."""

from collections.abc import Iterator
from typing import Any

from emulator.evaluation.assignment import Evaluation
from emulator.evaluation.flag import MATCH, Allocation


def details(evaluation: Evaluation) -> dict[str, Any]:
    """
    Return why *evaluation* came out as it did.

    ``matchedRule`` is the configuration's own object: read it, do not change it.
    """
    verdict = evaluation.verdict
    allocations = evaluation.flag.allocations if evaluation.flag else ()
    codes = [*evaluation.unmatched, *(() if verdict.place is None else (MATCH,))]
    tried = [_brief(allocations, place, code) for place, code in enumerate(codes)]
    matched = tried.pop() if verdict.place is not None else None
    rules = None if verdict.place is None else allocations[verdict.place].rules
    return {
        "environmentName": evaluation.environment,
        "flagEvaluationCode": verdict.code,
        "flagEvaluationDescription": evaluation.description,
        "banditKey": None,
        "banditAction": None,
        "variationKey": verdict.variation_key,
        "variationValue": verdict.fresh_value(),
        "matchedRule": rules[evaluation.rule].raw if rules and evaluation.rule is not None else None,
        "matchedAllocation": matched,
        "unmatchedAllocations": tried,
        "unevaluatedAllocations": list(_unevaluated(allocations, len(codes))),
    }


def _unevaluated(allocations: tuple[Allocation, ...], first: int) -> Iterator[dict[str, Any]]:
    for place in range(first, len(allocations)):
        yield _brief(allocations, place, "UNEVALUATED")


def _brief(allocations: tuple[Allocation, ...], place: int, code: str) -> dict[str, Any]:
    return {"key": allocations[place].key, "allocationEvaluationCode": code, "orderPosition": place + 1}
