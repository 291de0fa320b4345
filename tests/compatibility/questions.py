"""
What every SDK is asked: of flags as they travel, of flags as they are written, and of bandits.

A set is a folder of flag files, or a published configuration, with its questions. What some SDK refuses a whole
configuration for is left out of what travels (rows D-CFG, D-DAT): nothing that the emulator compiles has it, and
``test_divergences`` has a flag for each.
"""

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulator import Emulator
from sdk_testdata.questions import QUESTIONS as RECORDED
from tests.differential import bandit_questions, flag_questions
from tests.differential.bandit_python_sdk import readable as with_old_shape
from tests.differential.bandit_questions import Split
from tests.differential.flag_questions import DEFAULTS
from tests.oracle.on_disk import write_case

ROOT = Path(__file__).parents[2]
SEED = "compatibility"
_ROUNDS, _QUESTIONS = 80, 90
_WRITTEN, _SUBJECTS = 5, 80
_BANDIT_ROUNDS, _BANDIT_QUESTIONS = 12, 60
_BANDIT_FLAGS = (
    "trained-flag", "greedy-flag", "undecided-flag", "pinned-flag", "uniform-flag", "cold-flag", "shared",
    "accessory-banner",
)  # fmt: skip
_CONTEXTS: tuple[Mapping[str, Any], ...] = ({}, {"km": 30}, {"km": 0.5, "season": "winter"}, {"season": "spring"})
_OFFERS = (("helmet", "lights", "lock"), ("a", "b"), ("unheard-of",), ("größe", "lights", "a"), ())
_OPERATORS = frozenset(
    {"MATCHES", "NOT_MATCHES", "GTE", "GT", "LTE", "LT", "ONE_OF", "NOT_ONE_OF", "IS_NULL"},
)


@dataclass(frozen=True, slots=True)
class Question:
    """*actions*, when not None, make it a bandit call. *kind* is the type that the caller asks for."""

    flag: str
    kind: str
    subject: str
    attributes: Mapping[str, Any]
    actions: Mapping[str, Mapping[str, Any]] | None = None

    @property
    def default(self) -> Any:
        return DEFAULTS[self.kind]

    def message(self) -> dict[str, Any]:
        """Return the question as the programs around SDKs read it."""
        return {
            "flag": self.flag,
            "type": self.kind,
            "subject": self.subject,
            "attributes": self.attributes,
            "actions": self.actions,
            "default": self.default,
        }


@dataclass(frozen=True, slots=True)
class Served:
    """An emulator, running, and what is asked of it."""

    name: str
    emulator: Emulator
    questions: tuple[Question, ...]


def travelling(folder: Path) -> tuple[Path, tuple[Question, ...]]:
    """Write one large configuration; return it, and its questions."""
    flags: dict[str, Any] = {}
    asked: list[Question] = []
    for number in range(_ROUNDS):
        drawn = flag_questions.draw_round(f"{SEED}/flags/{number}", _QUESTIONS, broken=0)
        named = {f"{number}/{key}": {**flag, "key": f"{number}/{key}"} for key, flag in drawn.config["flags"].items()}
        flags |= {key: loadable(flag) for key, flag in named.items() if not _is_foreign(flag)}
        asked += [
            Question(f"{number}/{one.flag}", one.kind, one.subject, _plain(one.attributes)) for one in drawn.questions
        ]
    path = folder / "flags.json"
    path.write_text(json.dumps(_configuration(flags)), encoding="utf-8")
    return path, tuple(asked)


def written(number: int, folder: Path) -> tuple[Path, tuple[Question, ...]]:
    """Write generated flag files; return their folder, and questions about every flag of the first environment."""
    flags, subjects = write_case(f"{SEED}/files/{number}", _SUBJECTS, folder)
    with Emulator(flags, watch=False) as emulator:
        served = emulator.workspace.current.environments[0].config["flags"]
    asked = (
        Question(key, flag["variationType"], subject, _plain(attributes))
        for key, flag in served.items()
        for subject, attributes in subjects
    )
    return flags, tuple(asked)


def choosing(folder: Path) -> tuple[Path, Path, tuple[Question, ...]]:
    """Write a configuration with many bandits and their models; return both, and bandit calls."""
    flags: dict[str, Any] = {}
    ties: dict[str, Any] = {}
    models: dict[str, Any] = {}
    asked: list[Question] = []
    for number in range(_BANDIT_ROUNDS):
        drawn = bandit_questions.draw_round(f"{SEED}/bandits/{number}", _BANDIT_QUESTIONS)
        config = _renamed({**with_old_shape(drawn), "models": drawn.models["bandits"]}, str(number))
        flags |= config["flags"]
        ties |= config["bandits"]
        models |= config["models"]
        asked += [_bandit_call(number, one) for one in drawn.questions]
    # A version that no model has would make SDKs ask for models at every poll.
    references = {
        key: {"modelVersion": models[key]["modelVersion"] if key in models else "v1", "flagVariations": entries}
        for key, entries in ties.items()
    }
    paths = folder / "flags.json", folder / "bandits.json"
    paths[0].write_text(json.dumps({**_configuration(flags), "bandits": ties, "banditReferences": references}))
    paths[1].write_text(json.dumps({"updatedAt": "2025-01-01T00:00:00.000Z", "bandits": models}))
    return *paths, tuple(asked)


def by_hand() -> tuple[list[Path], tuple[Question, ...]]:
    """Return the sample flags, those of the recorded cases, and bandits in every mode, with questions about them."""
    paths = [ROOT / "flags", ROOT / "sdk_testdata" / "flags.yaml", Path(__file__).parent / "modes.yaml"]
    recorded = (
        Question(one.flag, one.kind, subject, _plain(attributes))
        for one in RECORDED.values()
        for subject, attributes in one.subjects
    )
    offered = [{key: {"price": 20, "colour": "grün"} for key in offer} for offer in _OFFERS]
    chosen = (
        Question(flag, "STRING", f"user-{number}", context, offered[number % len(offered)])
        for flag in _BANDIT_FLAGS
        for number, context in enumerate(_CONTEXTS * 4)
    )
    return paths, (*recorded, *chosen)


def loadable(flag: Mapping[str, Any]) -> dict[str, Any]:
    """Return *flag* with its dates spelled for every SDK, and ``doLog`` there (D-DAT-2, D-CFG-10)."""
    allocations = [
        {"doLog": True, **{name: _moment(one) if name in ("startAt", "endAt") else one for name, one in made.items()}}
        for made in flag["allocations"]
    ]
    return {**flag, "allocations": allocations}


def _is_foreign(flag: Mapping[str, Any]) -> bool:
    """Tell whether some SDK loses every flag for this one."""
    rules = (rule for made in flag["allocations"] for rule in made.get("rules", ()))
    conditions = [one for rule in rules for one in rule["conditions"]]
    if any(one["operator"] not in _OPERATORS or isinstance(one["value"], dict) for one in conditions):
        return True
    moments = [made[name] for made in flag["allocations"] for name in ("startAt", "endAt") if name in made]
    return any(_moment(one) is None for one in moments)


def _moment(text: Any) -> str | None:
    """Return the moment as SDKs want it: the drawn ones lie years away, so hours and fractions do not matter."""
    proper = isinstance(text, str) and len(text) > len("2020-01-01T00:00:00") and not text.startswith("2020-13")
    # D-DAT-10: the year 9999 is over for one of them.
    return f"{min(text[:4], '2091')}{text[4:19]}.000Z" if proper else None


def _configuration(flags: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "createdAt": "2025-01-01T00:00:00.000Z",
        "format": "SERVER",
        "environment": {"name": "Test"},
        "flags": flags,
        "banditReferences": {},
    }


def _bandit_call(number: int, drawn: bandit_questions.Question) -> Question:
    # What has no name cannot be told from what is not there (D-BAN-12, D-BAN-19).
    actions = {action: _named(one) for action, one in drawn.actions.items() if action}
    return Question(f"{number}/{drawn.flag}", "STRING", drawn.subject, _named(drawn.context), actions)


def _named(attributes: Any) -> dict[str, Any]:
    return {name: one for name, one in _plain(attributes).items() if one != ""}


def _renamed(tree: Any, number: str) -> Any:
    """Return *tree* with the names of its flags, bandits and their values made unlike those of other rounds."""
    if isinstance(tree, dict):
        return {_new_name(name, number): _renamed(one, number) for name, one in tree.items()}
    if isinstance(tree, list):
        return [_renamed(one, number) for one in tree]
    return _new_name(tree, number) if isinstance(tree, str) else tree


def _new_name(text: str, number: str) -> str:
    return f"{number}/{text}" if text.startswith(("flag-", "bandit-", "served-")) else text


def _plain(attributes: Any) -> dict[str, Any]:
    """Return attributes as one map of what JSON can write and every SDK can take (D-BAN-8 to 10)."""
    split = isinstance(attributes, Split)
    told = {**attributes.numeric, **attributes.categorical} if split else dict(attributes)
    return {name: one for name, one in told.items() if _is_portable(one, null=not split)}


def _is_portable(value: Any, *, null: bool) -> bool:
    if value is None:
        return null
    return not isinstance(value, list) and not (isinstance(value, float) and not math.isfinite(value))


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Served, ...]]:
    """Serve every set at once, each from an emulator of its own."""
    with ExitStack() as running:

        def served(name: str, asked: tuple[Question, ...], *flags: Path, **published: Path) -> Served:
            return Served(name, running.enter_context(Emulator(flags, watch=False, **published)), asked)

        config, questions = travelling(_new(folder / "travelling"))
        sets = [served("as they travel", questions, ufc=config)]
        config, models, questions = choosing(_new(folder / "bandits"))
        sets.append(served("bandits", questions, ufc=config, bandits=models))
        paths, questions = by_hand()
        sets.append(served("by hand", questions, *paths))
        for number in range(_WRITTEN):
            flags, questions = written(number, _new(folder / f"written-{number}"))
            sets.append(served(f"generated files {number}", questions, flags))
        yield tuple(sets)


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder
