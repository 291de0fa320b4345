"""What generated flag files say in words is what the real Python SDK answers from their compiled form."""

import pytest

from tests.oracle.checking import differences, draw_case
from tests.oracle.python_sdk import PythonSdk

SUBJECTS = 20


def reports(sdk: PythonSdk, run_seed: str, part: str, files: int) -> list[str]:
    """Return one report per file on which words and SDK differ; three are enough to read."""
    found = []
    for number in range(files):
        case = draw_case(f"{run_seed}/{part}/{number}", SUBJECTS)
        found += [f"[file {number}] {report}" for report in differences(sdk, case)]
        if len(found) >= 3:
            break
    return found


@pytest.mark.parametrize("part", range(10))
def test_the_sdk_answers_what_the_files_say(part: int, python_sdk: PythonSdk, run_seed: str) -> None:
    found = reports(python_sdk, run_seed, f"short-{part}", files=30)

    assert not found, f"repeat with EPPO_EMULATOR_SEED={run_seed}\n" + "\n\n".join(found)


@pytest.mark.ci
@pytest.mark.parametrize("part", range(40))
def test_the_sdk_answers_what_thousands_of_files_say(part: int, python_sdk: PythonSdk, run_seed: str) -> None:
    found = reports(python_sdk, run_seed, f"long-{part}", files=200)

    assert not found, f"repeat with EPPO_EMULATOR_SEED={run_seed}\n" + "\n\n".join(found)
