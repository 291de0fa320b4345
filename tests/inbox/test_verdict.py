"""An event is held against what its client held, and against what is served now."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.evaluation import prepare
from emulator.events import read_event
from emulator.inbox.verdict import Side, judge
from emulator.snapshot import build_snapshot
from tests.events.families import ASSIGNMENTS, BANDITS

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
FLAGS = """
flags:
  banner:
    type: string
    variations: [on, off]
    allocations:
      - { key: rollout, if: country = NO, serve: on }
      - { key: silent, if: country = DK, serve: on, log: false }
    serve: off
"""
BANDIT = """
flags:
  hat:
    type: string
    variations: { control: control, hats: { bandit: hats } }
    allocations:
      - { key: everybody, if: country = NO, serve: hats }
    serve: control
bandits:
  hats:
    actions: { fedora: { intercept: 1.0 }, bowler: { intercept: 2.0 } }
"""
ASSIGNMENT = ASSIGNMENTS["rust core"]


def side(text: str, revision: int = 1) -> Side:
    (environment,) = build_snapshot({"flags.yaml": text}, "2026-02-01T00:00:00.000Z").environments
    return Side(prepare(environment.config, environment.models), revision)


def verdict(raw: dict[str, Any], now: Side, then: Side | None) -> tuple[str | None, str]:
    judgement = judge(read_event(raw), then, now, AT)
    return judgement.verdict, judgement.reason


THEN = side(FLAGS)
TURNED_OFF = side(FLAGS.replace("serve: on }", "serve: off }"), 2)
REMOVED = side("flags:\n  banners: { type: boolean, serve: true }\n", 2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ("ok", "")),
        ({"variation": "off"}, ("drift", 'at revision 1 variation is "on", the event says "off"')),
        ({"allocation": "beta"}, ("drift", 'at revision 1 allocation is "rollout", the event says "beta"')),
        (
            {"allocation": "beta", "experiment": "banner-beta"},
            ("drift", 'at revision 1 allocation is "rollout", the event says "beta"'),
        ),
        (
            {"experiment": "totally-wrong"},
            ("drift", 'at revision 1 experiment is "banner-rollout", the event says "totally-wrong"'),
        ),
        (
            {"variation": "off", "experiment": "banner"},
            (
                "drift",
                'at revision 1 variation is "on", the event says "off" and '
                'experiment is "banner-rollout", the event says "banner"',
            ),
        ),
        (
            {"subjectAttributes": {"country": "SE"}, "variation": "x", "allocation": "y"},
            ("drift", 'at revision 1 variation is "off", the event says "x" and allocation is'),
        ),
        ({"featureFlag": "baner"}, ("unknown-flag", 'at revision 1 no flag "baner" is served; did you mean "banner"?')),
        (
            {"subjectAttributes": {"country": "DK"}, "allocation": "silent", "experiment": "banner-silent"},
            ("not-logged", 'at revision 1 allocation "silent" does not log'),
        ),
    ],
    ids=str,
)
def test_an_event_of_the_configuration_that_is_served(change: dict[str, Any], words: tuple[str, str]) -> None:
    found, reason = verdict({**ASSIGNMENT, **change}, THEN, THEN)

    assert (found, reason[: len(words[1])]) == words


def test_an_allocation_that_differs_is_not_told_again_as_an_experiment() -> None:
    _, reason = verdict({**ASSIGNMENT, "allocation": "beta", "experiment": "banner-beta"}, THEN, THEN)

    assert "experiment" not in reason


@pytest.mark.parametrize("family", ASSIGNMENTS)
def test_every_familys_experiment_is_right(family: str) -> None:
    assert verdict(ASSIGNMENTS[family], THEN, THEN) == ("ok", "")


@pytest.mark.parametrize(("experiment", "word"), [("renamed", "ok"), ("banner-rollout", "ok"), ("other", "drift")])
def test_extra_logging_may_take_the_experiments_place(experiment: str, word: str) -> None:
    """As the SDKs of the Rust core do it, with a published configuration's split."""
    (environment,) = build_snapshot({"flags.yaml": FLAGS}, "2026-02-01T00:00:00.000Z").environments
    config = copy.deepcopy(environment.config)
    for split in config["flags"]["banner"]["allocations"][0]["splits"]:
        split["extraLogging"] = {"experiment": "renamed"}
    now = Side(prepare(config, environment.models), 1)

    assert verdict({**ASSIGNMENT, "experiment": experiment}, now, now)[0] == word


@pytest.mark.parametrize(
    ("variation", "now", "words"),
    [
        ("on", TURNED_OFF, ("stale", 'right at revision 1; now at revision 2 variation is "off", the event says "on"')),
        ("on", REMOVED, ("stale", 'right at revision 1; now at revision 2 no flag "banner" is served; ')),
        ("off", TURNED_OFF, ("ok", "")),
        ("x", TURNED_OFF, ("drift", 'at revision 2 variation is "off", the event says "x"')),
        ("x", REMOVED, ("drift", 'at revision 2 no flag "banner" is served; did you mean "banners"?')),
    ],
)
def test_an_event_of_an_older_configuration(variation: str, now: Side, words: tuple[str, str]) -> None:
    found, reason = verdict({**ASSIGNMENT, "variation": variation}, now, THEN)

    assert (found, reason[: len(words[1])]) == words


def test_a_flag_that_never_was_is_unknown() -> None:
    assert verdict({**ASSIGNMENT, "featureFlag": "nothing"}, REMOVED, THEN)[0] == "unknown-flag"


def test_an_event_of_a_configuration_that_nobody_knows_any_more_is_stale_unless_it_is_right() -> None:
    right, wrong = (verdict({**ASSIGNMENT, "variation": one}, THEN, None) for one in ("on", "off"))

    assert (right, wrong[0]) == (("ok", ""), "stale")
    assert wrong[1].startswith("the client held a configuration that is not known any more; at revision 1 variation is")


@pytest.mark.parametrize("family", BANDITS)
def test_a_bandits_action_is_right_when_the_bandit_decides_and_has_that_model(family: str) -> None:
    now = side(BANDIT)
    version = now.prepared.bandits.models["hats"].version  # type: ignore[union-attr]  # a model that is whole
    raw = {**BANDITS[family], "ModelVersion" if family == ".net" else "modelVersion": version}

    assert verdict(raw, now, now) == ("ok", "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, 'at revision 1 model version is "'),
        ({"banditKey": "shoes"}, 'at revision 1 bandit is "hats", the event says "shoes"'),
        ({"subjectCategoricalAttributes": {}}, 'at revision 1 bandit is "control", the event says "hats"'),
    ],
    ids=str,
)
def test_a_bandits_action_that_the_flags_do_not_give_drifts(change: dict[str, Any], words: str) -> None:
    found, reason = verdict({**BANDITS["rust core"], **change}, side(BANDIT), side(BANDIT))

    assert (found, reason[: len(words)]) == ("drift", words)
