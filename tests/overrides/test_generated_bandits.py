"""Generated models under pins and modes: the action that is pinned, and the real eppo-server-sdk 4 beside it."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from emulator.evaluation import prepare
from emulator.overrides import BanditLayer, Mode, Overrides, Pin, Serve, override
from tests.differential.bandit_answers import Answer, differences, our_answer
from tests.differential.bandit_python_sdk import PythonBandits, answerable, as_logged, asked_of_us, readable
from tests.differential.bandit_questions import Round, draw_round

ROUNDS = 12
QUESTIONS = 20


@pytest.fixture(scope="module")
def sdk() -> PythonBandits:
    return PythonBandits()


def draw(seed: str) -> tuple[Round, dict[str, BanditLayer]]:
    """Return a round of questions, in the shapes that this SDK reads, and a layer for each bandit that has a model."""
    random = Random(seed)
    drawn = draw_round(seed, QUESTIONS)
    drawn = replace(drawn, config=readable(drawn))
    layers: dict[str, BanditLayer] = {}
    for bandit, model in drawn.models["bandits"].items():
        offered = sorted({action for question in drawn.questions for action in question.actions})
        actions = [*model["modelData"]["coefficients"]] or offered
        pin = Pin(bandit, random.choice(actions))
        layers[bandit] = random.choice([pin, pin, Mode(bandit, "uniform"), Mode(bandit, "cold-start")])
    return drawn, layers


def laid_over(drawn: Round, layers: Mapping[str, BanditLayer], *more: Any) -> Round:
    config: Any = drawn.config
    models: Any = drawn.models
    overridden = override(config, models, Overrides.of(*layers.values(), *more))
    assert overridden.missing == ()
    return replace(drawn, config=dict(overridden.config), models=dict(overridden.models))


def as_it_should_be(answer: Answer, layers: Mapping[str, BanditLayer], offered: Mapping[str, Any]) -> bool:
    """Return whether the action is the one that is pinned, or as likely as any other."""
    if answer.bandit is None:
        return answer.action is None
    layer, probability = layers[answer.bandit["banditKey"]], answer.bandit["actionProbability"]
    if layer == Mode(layer.bandit, "cold-start"):
        # All scores are the same. Odd models have a floor above 1, with which not even that makes all alike.
        return bool(answer.bandit["optimalityGap"] == 0.0)
    if isinstance(layer, Pin) and layer.action in offered:
        return answer.action == layer.action and probability == 1.0
    return abs(probability - 1 / len(offered)) < 1e-9


def test_w28_both_documents_name_a_version_of_the_bandits_own(run_seed: str) -> None:
    for seed in (f"{run_seed}/bandits/{number}" for number in range(ROUNDS)):
        drawn, layers = draw(seed)
        served = laid_over(drawn, layers)

        models, references = served.models["bandits"], served.config["banditReferences"]

        changed = {bandit for bandit, model in models.items() if model != drawn.models["bandits"][bandit]}
        assert all(models[bandit]["modelVersion"].startswith(f"{bandit}-") for bandit in changed), seed
        for bandit in changed & references.keys():
            assert references[bandit]["modelVersion"] == models[bandit]["modelVersion"], seed


def test_actions_are_those_of_the_layers(run_seed: str) -> None:
    for seed in (f"{run_seed}/bandits/{number}" for number in range(ROUNDS)):
        drawn, layers = draw(seed)
        served = laid_over(drawn, layers)
        prepared = prepare(served.config, served.models)

        answers = [(question, our_answer(prepared, question)) for question in drawn.questions]

        wrong = [pair for pair in answers if not as_it_should_be(pair[1], layers, pair[0].actions)]
        assert not wrong, f"[{seed}] {wrong[0]} under {layers}"


def test_variations_and_assignments_are_as_they_were(run_seed: str) -> None:
    for seed in (f"{run_seed}/bandits/{number}" for number in range(ROUNDS)):
        drawn, layers = draw(seed)
        served = laid_over(drawn, layers)

        before, after = (
            [our_answer(prepare(one.config, one.models), question) for question in drawn.questions]
            for one in (drawn, served)
        )

        assert [(one.variation, one.assignment) for one in before] == [(one.variation, one.assignment) for one in after]


@pytest.mark.parametrize("part", range(3))
def test_the_sdk_chooses_what_the_evaluator_chooses(part: int, sdk: PythonBandits, run_seed: str) -> None:
    for seed in (f"{run_seed}/bandits-{part}/{number}" for number in range(ROUNDS)):
        drawn, layers = draw(seed)
        served = laid_over(drawn, layers, *serves(drawn, seed))
        sdk.load(served.config, served.models)
        prepared = prepare(served.config, served.models)

        for question in drawn.questions:
            ours = as_logged(our_answer(prepared, asked_of_us(question)))
            found = list(differences(ours, sdk.answer(answerable(question)), tolerance=0.0))
            assert not found, f"[{seed}] {question}: {found} under {layers}"


def serves(drawn: Round, seed: str) -> list[Serve]:
    """Return a layer for two flags, which may be served a bandit then."""
    random = Random(f"{seed}/serves")
    keys = random.sample([*drawn.config["flags"]], 2)
    return [Serve(key, random.choice([*drawn.config["flags"][key]["variations"]])) for key in keys]
