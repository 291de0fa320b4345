"""For every named divergence: its smallest flag, and that the SDK still answers it as ``sdk_testdata`` says."""

import json
from pathlib import Path
from typing import Any

from tests.compatibility.examples import BANDIT_EXAMPLES, REFUSED
from tests.compatibility.explaining import explained_otherwise
from tests.compatibility.observing import FOLDER, PARTS, named_of, observed
from tests.compatibility.parameters import EACH, EACH_RUNNING
from tests.compatibility.precomputed_bandits import NAME, SDK
from tests.compatibility.records import keep
from tests.compatibility.sdks import Sdk


def recorded(sdk: Sdk) -> Any:
    return json.loads((FOLDER / f"{sdk.id}.json").read_text(encoding="utf-8"))


@EACH
def test_every_divergence_has_a_flag_that_shows_it(sdk: Sdk) -> None:
    told = recorded(sdk)

    assert [one["name"] for one in told["divergences"]] == [one.name for one, _ in named_of(sdk)]
    assert [one["name"] for one in told["bandits"]] == [one.name for one in sdk.divergences.bandits]
    assert {one["name"] for one in told["bandits"]} <= BANDIT_EXAMPLES.keys()
    assert [one["evidence"] for one in told["refuses"]] == list(REFUSED.get(sdk.id, {}))
    assert [one["name"] for one in told["explains"]] == [one.name for one in explained_otherwise(sdk.id)]
    assert [one["name"] for one in told["precomputed"]] == [NAME] * (sdk.id == SDK)


@EACH
def test_where_an_sdk_diverges_the_emulator_does_another_thing(sdk: Sdk) -> None:
    told = recorded(sdk)

    alike = [one for part in PARTS for one in told[part] if one["emulator"] == one["sdk"]]
    assert alike == []


@EACH_RUNNING
def test_the_sdk_still_answers_as_recorded(sdk: Sdk, tmp_path: Path) -> None:
    told = recorded(sdk)

    assert observed(sdk, tmp_path) == told
    keep(
        sdk.id,
        "divergences",
        {one["name"]: one["evidence"] for part in PARTS if part != "refuses" for one in told[part]},
    )
