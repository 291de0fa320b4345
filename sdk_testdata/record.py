"""
Records our conformance cases: ``python -m sdk_testdata.record``.

Compiles ``flags.yaml`` to ``ufc/flags.json``, asks the installed eppo-server-sdk every question, and writes what it
answers to ``ufc/tests``. Each file names the SDK and its version. Answers are recorded, never written by hand.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.snapshot import build_snapshot
from sdk_testdata.python_sdk import SDK_NAME, PythonSdk, sdk_version
from sdk_testdata.questions import QUESTIONS, Question

HERE = Path(__file__).parent
CREATED_AT = "2026-01-01T00:00:00.000Z"


def compiled() -> bytes:
    """Return ``flags.yaml`` as it would be served."""
    texts = {"sdk_testdata/flags.yaml": (HERE / "flags.yaml").read_text(encoding="utf-8")}
    return build_snapshot(texts, CREATED_AT).environments[0].plain.body


def recorded(sdk: PythonSdk, question: Question) -> dict[str, Any]:
    """Return one test case file."""
    return {
        "recordedFrom": {"sdk": SDK_NAME, "version": sdk_version()},
        "flag": question.flag,
        "variationType": question.kind,
        "defaultValue": question.default,
        "subjects": [
            {
                "subjectKey": subject,
                "subjectAttributes": dict(attributes),
                **answer(sdk, question, subject, attributes),
            }
            for subject, attributes in question.subjects
        ],
    }


def answer(sdk: PythonSdk, question: Question, subject: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    answered = sdk.answer(question.flag, question.kind, subject, attributes, question.default)
    return answered if question.details else {"assignment": answered["assignment"]}


def main() -> None:
    config = compiled()
    sdk = PythonSdk(config)
    tests = HERE / "ufc" / "tests"
    tests.mkdir(parents=True, exist_ok=True)
    for stale in tests.glob("*.json"):
        stale.unlink()
    write(HERE / "ufc" / "flags.json", json.loads(config))
    for name, question in QUESTIONS.items():
        write(tests / f"{name}.json", recorded(sdk, question))


def write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
