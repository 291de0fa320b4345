"""
E4: the public bandit cases, one test per subject, attributes split as they stand in the files and as plain maps.

The data is not part of this project; EPPO_SDK_TEST_DATA points at a checkout of it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.evaluation import Prepared, prepare
from emulator.evaluation.bandit_evaluation import evaluate_bandit
from emulator.evaluation.bandit_events import bandit_call_events
from tests.conformance.bandit_cases import SPLIT, BanditCase, parameters
from tests.conformance.cases import PUBLIC_VARIABLE, public_folder

pytestmark = pytest.mark.ci

NOW = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    folder = public_folder()
    assert folder is not None, f"{PUBLIC_VARIABLE} names no checkout of the public test data"
    flags, models = (
        json.loads((folder / "ufc" / name).read_text(encoding="utf-8"))
        for name in ("bandit-flags-v1.json", "bandit-models-v1.json")
    )
    return prepare(flags, models)


def plain(split: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for member in SPLIT for name, value in split[member].items()}


def is_typed(case: BanditCase | str) -> bool:
    """Return whether plain attributes say the same: a number among the categories would become a number."""
    return isinstance(case, BanditCase) and not any(
        isinstance(value, int | float) and not isinstance(value, bool)
        for split in (case.attributes, *case.actions.values())
        for value in split["categoricalAttributes"].values()
    )


@pytest.mark.parametrize("case", parameters())
def test_e4_split_attributes_give_the_variation_and_the_action(prepared: Prepared, case: BanditCase | str) -> None:
    assert isinstance(case, BanditCase), case

    evaluation = evaluate_bandit(
        prepared, case.flag, case.subject, case.attributes, case.actions, now=NOW, default=case.default
    )

    assert {"variation": evaluation.variation, "action": evaluation.action} == case.expected
    assert (bandit_call_events(evaluation)["bandit"] is None) == (case.expected["action"] is None)


@pytest.mark.parametrize("case", [one for one in parameters() if is_typed(one.values[0])] or parameters())
def test_e4_plain_attributes_give_the_same(prepared: Prepared, case: BanditCase) -> None:
    actions = {action: plain(split) for action, split in case.actions.items()}

    evaluation = evaluate_bandit(
        prepared, case.flag, case.subject, plain(case.attributes), actions, now=NOW, default=case.default
    )

    assert {"variation": evaluation.variation, "action": evaluation.action} == case.expected
