"""Generates a file, compiles it, asks both minds, and reports the smallest file on which they differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from emulator.errors import FlagFileError
from emulator.snapshot import Snapshot, build_snapshot
from tests.oracle.asking import Asking, Disagreement, Offer
from tests.oracle.description import Description
from tests.oracle.generate import draw_description
from tests.oracle.generate_bandits import draw_context, draw_offer
from tests.oracle.generate_subjects import draw_subjects
from tests.oracle.interpret import Subject
from tests.oracle.minimal import smallest
from tests.oracle.python_sdk import PythonSdk
from tests.oracle.spell import FlagFiles, spell

CREATED_AT = "2026-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Case:
    """One generated file with the subjects to ask about."""

    description: Description
    files: FlagFiles
    subjects: list[Subject]
    offers: list[Offer]


def draw_case(seed: str, subjects: int) -> Case:
    """Return the case of *seed*; times move along with the real clock, everything else is always the same."""
    random = Random(seed)
    now = datetime.now(UTC)
    description = draw_description(random, now)
    asked = draw_subjects(description, random, now, subjects)
    offers = [Offer(Subject(one.key, draw_context(random), now), draw_offer(random)) for one in asked[: subjects // 2]]
    return Case(description, spell(description, random), asked, offers)


def compiled(files: FlagFiles) -> Snapshot:
    return build_snapshot(files.texts, CREATED_AT, files=files.files)


def differences(sdk: PythonSdk, case: Case) -> Iterator[str]:
    """Yield a report for the first disagreement of every environment, or for a file that does not compile."""
    try:
        snapshot = compiled(case.files)
    except FlagFileError as error:
        yield f"the file does not compile:\n{error}\n\n{case.files}"
        return
    for environment in case.description.served_environments:
        sdk.load(snapshot.by_key[environment.key])
        asking = Asking(sdk, case.description, environment)
        found = next(asking.about_flags(case.subjects), None) or next(asking.about_bandits(case.offers), None)
        if found is not None:
            yield _report(sdk, case, found)


def _report(sdk: PythonSdk, case: Case, found: Disagreement) -> str:
    def still_differs(description: Description) -> bool:
        return _again(sdk, description, found, case.offers) is not None

    least = smallest(case.description, still_differs)
    shown = _again(sdk, least, found, case.offers) or found
    return f"{shown}\n\n{spell(least, Random(0), plain=True)}"


def _again(sdk: PythonSdk, description: Description, found: Disagreement, offers: list[Offer]) -> Disagreement | None:
    """Ask the same about a plainly spelled *description*."""
    try:
        snapshot = compiled(spell(description, Random(0), plain=True))
    except FlagFileError:
        return None
    sdk.load(snapshot.by_key[found.environment.key])
    asking = Asking(sdk, description, found.environment)
    about = [*asking.about_flags([found.subject]), *asking.about_bandits(offers)]
    return next((one for one in about if one.flag.key == found.flag.key), None)
