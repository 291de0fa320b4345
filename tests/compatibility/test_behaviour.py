"""Every SDK that runs here, while flags change, the server goes, and answers are wrong."""

from pathlib import Path

from tests.compatibility.behaviour import outcomes
from tests.compatibility.parameters import EACH_RUNNING
from tests.compatibility.records import keep
from tests.compatibility.sdks import Sdk

# By SDK and scenario, what is not "ok": protocol.md section 1.3.
KNOWN = {
    ("python-4", "401"): "stops asking",
    ("rust", "401"): "stops asking",
    ("python-3", "401"): "failed meanwhile, then ok",
    ("python-4", "first 401"): "stops asking",
    ("rust", "first 401"): "stops asking",
    ("python-3", "first 401"): "failed meanwhile, then ok",
}


@EACH_RUNNING
def test_changes_are_seen_and_nothing_that_is_wrong_takes_the_flags_away_or_keeps_them_away(
    sdk: Sdk, tmp_path: Path
) -> None:
    found = outcomes(sdk, tmp_path)

    assert found == {name: KNOWN.get((sdk.id, name), "ok") for name in found}
    keep(sdk.id, "behaviour", found)
