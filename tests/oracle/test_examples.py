"""
The oracle answers what six example files expect, each said as a description by hand.

The expectations carry their own clock, which no SDK obeys; so this holds the oracle, and the SDK is held by the oracle.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from tests.oracle.choice import picked, weights_of
from tests.oracle.description import (
    ActionModel,
    Allocation,
    AllOf,
    AnyOf,
    Bandit,
    BanditOverlay,
    CategoricalCoefficient,
    Condition,
    Description,
    Environment,
    Exact,
    ExactSplit,
    Experiment,
    Flag,
    Gate,
    Holdout,
    InAudience,
    Number,
    NumericCoefficient,
    Overlay,
    Phase,
    Shipped,
    Slots,
    Variation,
    Version,
)
from tests.oracle.interpret import Answer, Subject, flag_answer

TODAY = datetime(2026, 1, 1, tzinfo=UTC)
BOOLEANS = (Variation("true", True, "true"), Variation("false", False, "false"))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def named(*names: str) -> tuple[Variation, ...]:
    return tuple(Variation(name, name, name) for name in names)


def percent(number: int) -> Fraction:
    return Fraction(number, 100)


KILL_SWITCH = Description(flags=(Flag(key="payments-kill-switch", type="boolean", variations=BOOLEANS, serve="false"),))

CHECKOUT = Description(
    environments=(
        Environment("test", "Test"),
        Environment("staging", "Staging"),
        Environment("production", "Production"),
    ),
    flags=(
        Flag(
            key="new-checkout",
            type="boolean",
            variations=BOOLEANS,
            overrides={"qa-robot": "true", "1042": "false"},
            allocations=(
                Allocation(
                    key="staff",
                    condition=AllOf(
                        (Condition("email", "matches", r"@acme\.com$"), Condition("country", "none of", ("NO", "SE")))
                    ),
                    action=Gate("true"),
                ),
                Allocation(
                    key="na-20",
                    condition=AllOf(
                        (
                            Condition("country", "one of", ("US", "CA", "MX")),
                            Condition("app_version", ">=", Version("2.3.0")),
                        )
                    ),
                    traffic=percent(20),
                    action=Gate("true"),
                ),
            ),
            serve="false",
            environments={"staging": Overlay(allocations=(), serve="true"), "production": Overlay(enabled=False)},
        ),
    ),
)

HEADLINE = Description(
    flags=(
        Flag(
            key="signup-headline",
            type="string",
            variations=named("control", "short", "playful"),
            allocations=(
                Allocation(
                    key="allocation-412",
                    traffic=percent(60),
                    action=Experiment(
                        (
                            ("control", Fraction(3333, 10_000)),
                            ("short", Fraction(3333, 10_000)),
                            ("playful", Fraction(3334, 10_000)),
                        )
                    ),
                ),
            ),
        ),
    )
)

ANSWER_ENGINE = Description(
    flags=(
        Flag(
            key="answer-engine",
            type="json",
            variations=(
                Variation("small", {"model": "small-v1"}),
                Variation("large", {"model": "large-v3"}),
                Variation("legacy", {"model": "v0", "on": "no"}),
            ),
            allocations=(
                Allocation(
                    key="old-apps",
                    condition=AnyOf(
                        (
                            AllOf(
                                (
                                    Condition("app_version", "<", Version("2.0.0")),
                                    Condition("platform", "one of", ("ios", "android")),
                                )
                            ),
                            Condition("build", "<=", Number("1999")),
                            Condition("app_version", "is null"),
                        )
                    ),
                    action=Gate("legacy"),
                ),
                Allocation(
                    key="large-rollout",
                    phases=(
                        Phase(moment("2025-03-26T14:32:00-05:00"), percent(1)),
                        Phase(moment("2025-03-27T15:32:00-05:00"), percent(50)),
                        Phase(moment("2025-03-29T17:32:00-05:00"), percent(100)),
                    ),
                    action=Gate("large"),
                ),
                Allocation(
                    key="imported-7",
                    action=Exact((ExactSplit("small", (("9f1c", ((0, 2500), (7500, 10_000))),), {"owner": "search"}),)),
                    logged=False,
                ),
            ),
        ),
    )
)

ONBOARDING = Description(
    environments=(Environment("test", "Test"), Environment("production", "Production")),
    audiences={
        "north-america": Condition("country", "one of", ("US", "CA", "MX")),
        "paying": AllOf((Condition("plan", "one of", ("pro", "team")), Condition("churned_at", "is null"))),
    },
    holdouts=(Holdout("2025q1", percent(10)),),
    flags=(
        Flag(
            key="onboarding",
            type="string",
            entity=1,
            variations=named("control", "tour", "video"),
            status_quo="control",
            allocations=(
                Allocation(
                    key="staff",
                    condition=AllOf((InAudience("paying"), Condition("email", "matches", r"@acme\.com$"))),
                    action=Gate("video"),
                    logged=False,
                ),
                Allocation(
                    key="allocation-84",
                    condition=AllOf(
                        (
                            InAudience("north-america"),
                            AnyOf((InAudience("paying"), Condition("seats", ">=", Number("50")))),
                        )
                    ),
                    start=moment("2025-02-01T00:00:00Z"),
                    end=moment("2025-07-01T00:00:00Z"),
                    exclusive=Slots("onboarding-surface", percent(0), percent(50)),
                    traffic=percent(80),
                    action=Experiment((("control", Fraction(1)), ("tour", Fraction(1)))),
                    holdouts=("2025q1",),
                    extra_logging={"squad": "growth"},
                ),
                Allocation(
                    key="allocation-91",
                    condition=Condition("country", "one of", ("DE",)),
                    action=Shipped("tour"),
                    holdouts=("2025q1",),
                ),
            ),
            serve="control",
            environments={"production": Overlay(allocations=())},
        ),
    ),
)

SHOES = Bandit(
    key="shoe-bandit",
    gamma=1.0,
    default_score=0.0,
    floor=0.1,
    actions={
        "nike": ActionModel(
            1.0,
            subject=(
                NumericCoefficient("account_age", 0.3),
                CategoricalCoefficient("gender_identity", {"female": 0.5, "male": -0.5}, 2.3),
            ),
            action=(NumericCoefficient("brand_affinity", 1.0, -0.1),),
        ),
        "adidas": ActionModel(1.1, action=(NumericCoefficient("brand_affinity", 2.0, 1.2),)),
    },
    environments={"pinned": BanditOverlay(pin="adidas"), "uniform": BanditOverlay(mode="uniform")},
)


@dataclass(frozen=True, slots=True)
class Expected:
    """One ``expect:`` entry. *gets* None means that it falls through to the caller's default."""

    subject: str
    gets: str | None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    environment: str = "test"
    at: datetime = TODAY
    via: str | None = None
    logs: bool | Mapping[str, str] | None = None


US_PRO = {"country": "US", "plan": "pro"}
GERMANY = {"country": "DE"}
IN_MARCH = moment("2025-03-01T00:00:00Z")
STATUS_QUO = {"holdoutKey": "2025q1", "holdoutVariation": "status_quo"}
ALL_SHIPPED = {"holdoutKey": "2025q1", "holdoutVariation": "all_shipped"}
MODERN = {"app_version": "2.0.0"}
EARLY, LATE = moment("2025-03-26T19:31:59Z"), moment("2025-03-29T22:32:00Z")

EXPECTATIONS: list[tuple[str, Description, Expected]] = [
    ("kill-switch", KILL_SWITCH, Expected("anybody", "false", via="default", logs=True)),
    ("robot", CHECKOUT, Expected("qa-robot", "true", via="override-true", logs=False)),
    ("1042", CHECKOUT, Expected("1042", "false", {"email": "pat@acme.com"})),
    ("staff", CHECKOUT, Expected("ann", "true", {"email": "ann@acme.com", "country": "DK"}, via="staff")),
    ("norway", CHECKOUT, Expected("nils", "false", {"email": "nils@acme.com", "country": "NO"}, via="default")),
    ("staging", CHECKOUT, Expected("nils", "true", environment="staging")),
    ("production", CHECKOUT, Expected("ann", None, {"email": "ann@acme.com"}, environment="production")),
    ("old-phone", ANSWER_ENGINE, Expected("u1", "legacy", {"app_version": "1.9.9", "platform": "ios"})),
    ("old-build", ANSWER_ENGINE, Expected("u1", "legacy", {**MODERN, "build": 1999})),
    ("too-early", ANSWER_ENGINE, Expected("u0", None, MODERN, at=EARLY)),
    ("exact", ANSWER_ENGINE, Expected("u1", "small", MODERN, at=EARLY, via="imported-7", logs=False)),
    ("rolled-out", ANSWER_ENGINE, Expected("u0", "large", MODERN, at=LATE, via="large-rollout")),
    ("sue", ONBOARDING, Expected("sue", "video", {"email": "sue@acme.com", "plan": "pro"}, logs=False)),
    (
        "experiment",
        ONBOARDING,
        Expected("user-0", "tour", US_PRO, at=IN_MARCH, via="allocation-84", logs={"squad": "growth"}),
    ),
    (
        "before-start",
        ONBOARDING,
        Expected("user-0", "control", US_PRO, at=moment("2025-01-31T23:59:59Z"), via="default"),
    ),
    (
        "held-out",
        ONBOARDING,
        Expected("user-14", "control", US_PRO, at=IN_MARCH, via="allocation-84-holdout-2025q1", logs={}),
    ),
    (
        "held-back",
        ONBOARDING,
        Expected("user-12", "control", GERMANY, via="allocation-91-2025q1", logs=STATUS_QUO),
    ),
    (
        "all-shipped",
        ONBOARDING,
        Expected("user-14", "tour", GERMANY, via="allocation-91-2025q1", logs=ALL_SHIPPED),
    ),
    ("shipped", ONBOARDING, Expected("user-0", "tour", GERMANY, via="allocation-91")),
    ("cleared", ONBOARDING, Expected("user-0", "control", US_PRO, environment="production", via="default")),
]


def answer(description: Description, expected: Expected) -> Answer:
    environment = next(one for one in description.served_environments if one.key == expected.environment)
    return flag_answer(
        description, environment, description.flags[0], Subject(expected.subject, expected.attributes, expected.at)
    )


@pytest.mark.parametrize(
    ("description", "expected"), [pytest.param(one, wanted, id=name) for name, one, wanted in EXPECTATIONS]
)
def test_the_oracle_answers_what_the_examples_expect(description: Description, expected: Expected) -> None:
    said = answer(description, expected)

    assert said.variation == expected.gets
    assert expected.via in (None, said.allocation)
    assert expected.logs in (None, said.logged, said.extra_logging)


def shares(description: Description, attributes: Mapping[str, Any], number: int) -> dict[str | None, float]:
    said = [answer(description, Expected(f"user-{place}", None, attributes)).variation for place in range(number)]
    return {variation: said.count(variation) / number for variation in set(said)}


@pytest.mark.parametrize(
    ("description", "attributes", "number", "tolerance", "expected"),
    [
        pytest.param(
            CHECKOUT,
            {"country": "US", "app_version": "2.10.0"},
            10_000,
            0.02,
            {"true": 0.2, "false": 0.8},
            id="a fifth of North America",
        ),
        pytest.param(
            HEADLINE,
            {},
            20_000,
            0.01,
            {"control": 0.2, "short": 0.2, "playful": 0.2, None: 0.4},
            id="three headlines at 60 %",
        ),
    ],
)
def test_the_oracle_divides_subjects_as_the_examples_expect(
    description: Description,
    attributes: Mapping[str, Any],
    number: int,
    tolerance: float,
    expected: Mapping[str | None, float],
) -> None:
    assert shares(description, attributes, number) == pytest.approx(expected, abs=tolerance)


OFFER: Mapping[str, Mapping[str, Any]] = {"nike": {}, "adidas": {}, "puma": {}}


def actions_of(environment: str) -> list[str]:
    weights = weights_of(SHOES, environment, {}, OFFER)
    return [min(picked("shoe-banner", f"user-{place}", weights)) for place in range(4000)]


def test_a_pinned_action_is_everybodys() -> None:
    assert set(actions_of("pinned")) == {"adidas"}


def test_without_the_pinned_action_the_others_are_equally_likely() -> None:
    weights = weights_of(SHOES, "pinned", {}, {"nike": {}, "puma": {}})

    assert weights == {"nike": 0.5, "puma": 0.5}


def test_a_uniform_bandit_prefers_nobody() -> None:
    actions = actions_of("uniform")

    assert [actions.count(action) / 4000 for action in OFFER] == pytest.approx([1 / 3] * 3, abs=0.03)


def test_a_model_prefers_the_best_action() -> None:
    weights = weights_of(SHOES, "test", {}, OFFER)

    # nike: 1.0 + 2.3 - 0.1 = 3.2; adidas: 1.1 + 1.2 = 2.3; puma: the default, 0.0.
    assert weights == pytest.approx({"nike": 1 - 1 / 3.9 - 1 / 6.2, "adidas": 1 / 3.9, "puma": 1 / 6.2})
