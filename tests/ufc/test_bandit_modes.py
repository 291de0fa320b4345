import pytest

from emulator.ufc.bandit_modes import MODES, content_version, pinned, pinned_action

DATA = {
    "gamma": 2.0,
    "defaultActionScore": 0.5,
    "actionProbabilityFloor": 0.1,
    "coefficients": {"nike": {**pinned("nike")["coefficients"]["nike"], "intercept": 1.0}},
}


def test_a_pinned_model_tells_which_action_it_pins() -> None:
    assert pinned_action(pinned("nike")) == "nike"


@pytest.mark.parametrize("data", [DATA, {}, {"coefficients": {}}, {"coefficients": None}, MODES["uniform"](DATA)])
def test_another_model_pins_nothing(data: dict[str, object]) -> None:
    assert pinned_action(data) is None


def test_uniform_keeps_what_the_model_knows_and_gives_it_no_weight() -> None:
    assert MODES["uniform"](DATA) == {**DATA, "gamma": 0, "actionProbabilityFloor": 0}


def test_a_cold_start_knows_no_action() -> None:
    assert MODES["cold-start"](DATA) == {**DATA, "coefficients": {}}


def test_w28_a_version_names_the_bandit_and_follows_its_content() -> None:
    versions = [content_version(bandit, data) for bandit in ("a", "b") for data in (DATA, pinned("nike"))]

    assert len(set(versions)) == 4
    assert [version[:2] for version in versions] == ["a-", "a-", "b-", "b-"]
    assert versions[0] == content_version("a", dict(DATA))
