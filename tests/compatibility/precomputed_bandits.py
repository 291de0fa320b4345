"""
Where a client in precomputed mode logs a bandit's action otherwise: the smallest flag, and what it logs.

js-client-sdk-common reads what a bandit chose from the answer to ``/assignments``; its event is its own.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from emulator import Emulator
from tests.compatibility.bandit_files import bandit_files
from tests.evaluation.configurations import allocation, flag
from tests.sdk.programs import node_program

# The id of the SDK whose core the program has.
SDK = "browser"
NAME = "attributes of the subject"
_EVIDENCE = "seen here, in precomputed mode: a bandit's event has the action's attributes in the place of the subject's"
_FLAG = flag(allocation("all"), variations={"on": {"key": "on", "value": "bandit"}})
_TIE = {"allocationKey": "all", "variationKey": "on", "variationValue": "bandit"}
_SUBJECT = {"age": 30}
_ACTIONS = {"nike": {"price": 20}}
_FIELD = "subjectNumericAttributes"


def precomputed_divergences(sdk: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the divergence, if *sdk* is the one that has it."""
    if sdk != SDK:
        return
    config, models = bandit_files(folder, _FLAG, _TIE)
    with Emulator(ufc=config, bandits=models, watch=False) as emulator:
        ours = emulator.evaluate("f", "alice", _SUBJECT, actions=_ACTIONS, default="").events["bandit"]
        theirs = _logged_by_the_client(emulator)
    assert ours is not None
    assert [ours[name] for name in ("subject", "action")] == [theirs[name] for name in ("subject", "action")]
    yield {
        "name": NAME,
        "evidence": _EVIDENCE,
        "flag": _FLAG,
        "question": {"subject": "alice", "attributes": _SUBJECT, "actions": _ACTIONS},
        "emulator": {_FIELD: ours[_FIELD]},
        "sdk": {_FIELD: theirs[_FIELD]},
    }


def _logged_by_the_client(emulator: Emulator) -> Mapping[str, Any]:
    whom = {"subject": "alice", "attributes": _SUBJECT, "actions": {"f": _ACTIONS}}
    with node_program("precomputed.mjs") as program:
        program.ask(do="fetch", baseUrl=emulator.base_url, key="local-test", **whom)
        (event,) = program.ask(do="bandit", flag="f", default="")["banditActions"]
    return dict(event)
