"""Generated layers over generated configurations: subjects get what the layers say, and nothing else changes."""

import copy
from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.overrides import Edited, Overridden, Serve, override
from emulator.ufc.content import config_findings
from emulator.ufc.obfuscate import md5_hex, obfuscate
from tests.differential.flag_questions import draw_round
from tests.overrides.documents import NO_MODELS
from tests.overrides.generated import Drawn, ask, draw, draw_authored, expected, served

REAL = datetime.now(UTC).replace(microsecond=0)
Cases = dict[str, Drawn]


@pytest.fixture(scope="module", params=["odd", "authored"])
def cases(request: pytest.FixtureRequest, run_seed: str) -> Cases:
    """Cases by their seeds: of odd content, or of compiled flag files."""
    if request.param == "odd":
        return {seed: draw(seed, 20, real=REAL) for seed in (f"{run_seed}/odd/{number}" for number in range(80))}
    return {seed: draw_authored(seed, 3, real=REAL) for seed in (f"{run_seed}/own/{number}" for number in range(20))}


def laid_over(drawn: Drawn) -> Overridden:
    return override(drawn.config, NO_MODELS, drawn.overrides, drawn.elsewhere)


def test_subjects_get_what_the_layers_say(cases: Cases, run_seed: str) -> None:
    wrong = [
        f"[{seed}] {question}: {said} is said, {found} served under {drawn.overrides.flags.get(question.flag)}"
        for seed, drawn in cases.items()
        for overridden in (laid_over(drawn),)
        for question in drawn.questions
        for said in (expected(drawn, question, REAL),)
        for found in (served(ask(overridden.config, question, REAL)),)
        if said != found
    ]

    assert not wrong, f"repeat with EPPO_EMULATOR_SEED={run_seed}; {len(wrong)} answers, the first:\n{wrong[0]}"


def test_everything_given_stays_as_it_was(cases: Cases) -> None:
    before = copy.deepcopy(cases)

    for drawn in cases.values():
        laid_over(drawn)

    assert cases == before


def test_what_is_named_changed_or_removed_is_all_that_differs(cases: Cases) -> None:
    for seed, drawn in cases.items():
        overridden = laid_over(drawn)
        before, after = drawn.config["flags"], overridden.config["flags"]

        assert {key for key in after if after[key] is not before.get(key)} == overridden.changed, seed
        assert before.keys() - after.keys() == overridden.removed, seed


def test_p6_sdks_find_nothing_new_to_stumble_over(cases: Cases) -> None:
    for seed, drawn in cases.items():
        edits = {f"edit-{place}": one.wire for place, one in enumerate(layers(drawn)) if isinstance(one, Edited)}
        given = {**drawn.config, "flags": {**drawn.elsewhere, **drawn.config["flags"], **edits}}

        found = {sentence for _, sentence in config_findings(laid_over(drawn).config)}

        assert found <= {sentence for _, sentence in config_findings(given)}, seed


def layers(drawn: Drawn) -> list[Any]:
    return [layer for own in drawn.overrides.flags.values() for layer in own]


def test_the_obfuscated_form_says_the_same(cases: Cases) -> None:
    for seed, drawn in cases.items():
        config = laid_over(drawn).config

        hidden = obfuscate(config)["flags"]

        decoded = {key: [outline(one, decode) for one in flag["allocations"]] for key, flag in hidden.items()}
        plain = {
            md5_hex(key): [outline(one, str) for one in flag["allocations"]] for key, flag in config["flags"].items()
        }
        assert decoded == plain, seed


def decode(text: str) -> str:
    return b64decode(text).decode()


def outline(allocation: Any, read: Callable[[str], str]) -> Any:
    """Return what an allocation says, its texts read by *read*."""
    texts = {name: read(allocation[name]) for name in ("key", "startAt", "endAt") if name in allocation}
    splits = [
        (read(one["variationKey"]), {read(name): read(value) for name, value in one.get("extraLogging", {}).items()})
        for one in allocation["splits"]
    ]
    return texts, splits, allocation.get("doLog"), len(allocation.get("rules", ()))


def test_flags_that_are_broken_do_not_break_the_step(run_seed: str) -> None:
    for number in range(100):
        seed = f"{run_seed}/broken/{number}"
        drawn = draw(seed, 0, real=REAL)
        config: Any = draw_round(seed, 0, broken=1).config
        before = copy.deepcopy(config)

        override(config, NO_MODELS, drawn.overrides, drawn.elsewhere)

        assert config == before, seed


def test_the_cases_reach_every_layer_and_every_clock(cases: Cases) -> None:
    """A comparison of nothing would hold, too."""
    reached: Counter[str] = Counter()
    for drawn in cases.values():
        overridden = laid_over(drawn)
        reached.update(f"no {gap.member}" for gap in overridden.missing)
        reached.update(type(layer).__name__ for layer in [*layers(drawn), drawn.overrides.clock])
        reached.update("via" for layer in layers(drawn) if isinstance(layer, Serve) and layer.via)
        found = [served(ask(overridden.config, question, REAL)) for question in drawn.questions]
        reached.update(str(one.allocation).partition("-")[0] for one in found)

    assert reached.keys() >= {
        "Serve", "Off", "Edited", "Frozen", "Shifted", "NoneType", "via",
        "no flag", "no variation", "no allocation", "override", "None",
    }  # fmt: skip
    assert reached["override"] > 40
