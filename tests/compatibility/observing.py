"""
What SDKs answer where they diverge: ``python -m tests.compatibility.observing`` writes ``sdk_testdata/divergences``.

One file per SDK, or only those of SDKs that are named after it: each divergence with its evidence, the smallest flag
that shows it, the question, and what the emulator and the SDK make of it. All of that was seen, never written by hand.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from emulator import Emulator
from emulator.events import read_event
from tests.compatibility.bandit_files import bandit_files
from tests.compatibility.examples import BANDIT_EXAMPLES, REFUSED, examples_of
from tests.compatibility.explaining import explanations
from tests.compatibility.precomputed_bandits import precomputed_divergences
from tests.compatibility.questions import ROOT
from tests.compatibility.sdks import REFUSED_SDKS, SDKS, Sdk
from tests.differential.flag_divergences import Divergence
from tests.differential.flag_examples import Example
from tests.differential.flag_questions import DEFAULTS
from tests.evaluation.configurations import allocation, configuration, flag

FOLDER = ROOT / "sdk_testdata" / "divergences"
PARTS = ("divergences", "bandits", "refuses", "explains", "precomputed")
_NEVER_MS = 3_600_000
_PLAIN = flag(allocation("all"), key="plain")


def named_of(sdk: Sdk) -> list[tuple[Divergence, Example]]:
    """Return the SDK's divergences of value or event, each with its example."""
    examples = examples_of(sdk.divergences)
    return [(one, examples[one.name]) for one in sdk.divergences.flags if {"value", "event"} & one.fields]


def observed(sdk: Sdk, folder: Path) -> dict[str, Any]:
    """Return what one SDK's file says."""
    return {
        "sdk": f"{sdk.package} {sdk.version}",
        "divergences": list(_divergences(sdk, folder)),
        "bandits": [_bandit(sdk, folder, one.name, one.evidence) for one in sdk.divergences.bandits],
        "refuses": [_refused(sdk, folder, reason, raw) for reason, raw in REFUSED.get(sdk.id, {}).items()],
        "explains": list(explanations(sdk.id)),
        "precomputed": list(precomputed_divergences(sdk.id, folder)),
    }


def _divergences(sdk: Sdk, folder: Path) -> Iterator[dict[str, Any]]:
    named = named_of(sdk)
    flags = {one.name: {**example.raw, "key": one.name} for one, example in named}
    questions = [_question(one.name, example) for one, example in named]
    with Emulator(ufc=_written(folder, flags), watch=False) as emulator:
        answers = _asked(sdk, emulator, questions)
        ours = [_ours(emulator, question) for question in questions]
    for (one, _), question, mine, theirs in zip(named, questions, ours, answers, strict=True):
        told = {name: question[name] for name in ("type", "subject", "attributes", "default")}
        yield {
            "name": one.name,
            "evidence": one.evidence,
            "flag": flags[one.name],
            "question": told,
            "emulator": mine,
            "sdk": _theirs(theirs),
        }


def _bandit(sdk: Sdk, folder: Path, name: str, evidence: str) -> dict[str, Any]:
    """Return which action a flag's only bandit chooses of one."""
    raw, tie = BANDIT_EXAMPLES[name]
    config, models = bandit_files(folder, raw, tie)
    question = {**_question("f", Example(raw, None)), "actions": {"nike": {}}}
    with Emulator(ufc=config, bandits=models, watch=False) as emulator:
        (answer,) = _asked(sdk, emulator, [question])
        mine = emulator.evaluate(**question)
    shown = {"flag": raw, "bandits": _read(config)["bandits"], "models": _read(models)}
    return {"name": name, "evidence": evidence, **shown, "emulator": mine.action, "sdk": answer["action"]}


def _refused(sdk: Sdk, folder: Path, reason: str, raw: Any) -> dict[str, Any]:
    """Return what becomes of another flag beside the one that is refused."""
    question = _question("plain", Example(_PLAIN, "ON"))
    flags = {"refused": {**raw, "key": "refused"}, "plain": _PLAIN}
    with Emulator(ufc=_written(folder, flags), watch=False) as emulator:
        (answer,) = _asked(sdk, emulator, [question])
        mine = _ours(emulator, question)
    return {"evidence": reason, "flag": flags["refused"], "emulator": mine, "sdk": _theirs(answer)}


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _written(folder: Path, flags: Mapping[str, Any]) -> Path:
    path = folder / "flags.json"
    path.write_text(json.dumps(configuration(**flags)), encoding="utf-8")
    return path


def _question(key: str, example: Example) -> dict[str, Any]:
    asked = {"flag": key, "type": example.kind, "subject": example.subject, "attributes": dict(example.attributes)}
    return {**asked, "default": DEFAULTS[example.kind]}


def _asked(sdk: Sdk, emulator: Emulator, questions: list[dict[str, Any]]) -> Any:
    # A configuration that is refused is waited for in vain.
    with sdk.program() as program:
        program.ask(do="start", key="local-test", baseUrl=emulator.base_url, pollMs=_NEVER_MS, awaits=True)
        return program.ask(do="ask", questions=questions)


def _ours(emulator: Emulator, question: Mapping[str, Any]) -> dict[str, Any]:
    result = emulator.evaluate(**question)
    return {"value": result.variation, "logged": _logged([one for one in result.events.values() if one])}


def _theirs(answer: Mapping[str, Any]) -> dict[str, Any]:
    came = {"failed": answer["failed"].split("(")[0]} if "failed" in answer else {"value": answer["value"]}
    return {**came, "logged": _logged(answer["assignments"])}


def _logged(events: list[Any]) -> list[dict[str, Any]]:
    read = (read_event(one) for one in events)
    return [{"allocation": one.allocation, "variation": one.variation, "extra": dict(one.extra)} for one in read]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    wanted = sys.argv[1:] or [sdk.id for sdk in SDKS]
    for sdk in (one for one in (*SDKS, *REFUSED_SDKS) if one.id in wanted):
        with TemporaryDirectory() as folder:
            text = json.dumps(observed(sdk, Path(folder)), ensure_ascii=False, indent=2)
        (FOLDER / f"{sdk.id}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
