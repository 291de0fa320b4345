"""One subject, and what it has to get: what holds, and what is said where it does not."""

import pytest

from emulator.errors import Problem
from tests.expectations.running import ANN, BANDIT, NILS, run, run_all

TWO = "environments: {test: {}, production: {}}"


@pytest.mark.parametrize(
    "entry",
    [
        f"{ANN}, gets: true",
        f"{ANN}, gets: true, via: staff, logs: true",
        f"{ANN}, gets: true, logs: {{squad: growth, experiment: new-checkout-staff}}",
        f"{NILS}, gets: false, via: default",
        "subject: qa, gets: true, via: override-true, logs: false",
        "subject: bob, falls_through: false",
        "subject: bob, with: {numericAttributes: {}, categoricalAttributes: {country: DK}}, gets: false",
    ],
)
def test_what_the_flag_answers_holds(entry: str) -> None:
    result = run(entry)

    assert (result.passed, result.message, result.trace, result.problem) == (True, "", "", None)


@pytest.mark.parametrize(
    ("entry", "got", "reason"),
    [
        pytest.param(
            f"{NILS}, gets: true, via: staff",
            "false via default",
            'staff: `country` is text "NO"; NOT_ONE_OF lists it',
            id="allocation that did not take the subject",
        ),
        pytest.param(
            f"{NILS}, gets: true",
            "false via default",
            'staff: `country` is text "NO"; NOT_ONE_OF lists it',
            id="nearest of those that serve it, which an override for others is not",
        ),
        pytest.param(
            "subject: user-1, with: {country: US}, gets: true",
            "false via default",
            'america: "true": shard 3116 is outside [0, 2000)',
            id="traffic rather than rules",
        ),
        pytest.param(
            f"{ANN}, gets: false",
            "true via staff",
            "default: comes after staff, which takes the subject",
            id="allocation that is not reached",
        ),
        pytest.param(
            f"{ANN}, falls_through: true",
            "true via staff",
            'staff: `email` is text "ann@example.com"; MATCHES @example\\.com$ holds, '
            '`country` is text "DK"; NOT_ONE_OF ["NO", "SE"] holds',
            id="default that was not left",
        ),
        pytest.param(
            "subject: bob, falls_through: true", "false via default", "default: takes everybody", id="default rule"
        ),
        pytest.param(
            "subject: qa, gets: true, logs: true",
            "true via override-true, not logged",
            "override-true does not log",
            id="silent allocation",
        ),
        pytest.param(
            f"{ANN}, gets: true, logs: false", "true via staff, logged", "staff logs", id="allocation that logs"
        ),
        pytest.param(
            "subject: qa, gets: true, logs: {squad: growth}",
            "true via override-true, not logged",
            "override-true does not log",
            id="fields of no event",
        ),
        pytest.param(
            f"{ANN}, gets: true, logs: {{squad: platform}}",
            'true via staff, logged with squad "growth"',
            "",
            id="field with another text",
        ),
        pytest.param(
            f"{ANN}, gets: true, logs: {{sqaud: growth, week: 7}}",
            'true via staff, logged with week "7", no sqaud',
            'no field sqaud; did you mean "squad"?',
            id="field that is not there",
        ),
    ],
)
def test_failure_says_what_there_was_and_why(entry: str, got: str, reason: str) -> None:
    result = run(entry)

    assert (result.passed, result.got, result.reason) == (False, got, reason)


def test_extra_logging_is_text_whatever_it_looks_like() -> None:
    assert run(f"{ANN}, gets: true, logs: {{week: 7}}").passed


def test_failure_shows_both_sides_in_the_same_words() -> None:
    result = run(f"{NILS}, gets: true, via: staff, logs: false")

    assert (result.expected, result.got) == ("true via staff, not logged", "false via default, logged")


def test_failure_is_a_problem_of_the_file_with_a_code() -> None:
    assert run(f"{NILS}, gets: true, via: staff").problem == Problem(
        "flags.yaml",
        17,
        9,
        "E901",
        "error",
        'expectation failed: got false via default; staff: `country` is text "NO"; NOT_ONE_OF lists it',
        "expected true via staff in test",
        "new-checkout",
    )


def test_failure_tells_the_whole_way() -> None:
    trace = run(f"{NILS}, gets: true").trace

    assert trace.startswith("new-checkout for nils at 2025-03-28T12:00:00.000Z: MATCH\n")
    assert '✗ `country` is text "NO"; NOT_ONE_OF lists it\n' in trace


def test_subject_between_two_variations_sees_the_shard_that_decides() -> None:
    flag = "flags:\n  a:\n    type: boolean\n    allocations: [{key: b, split: [true, false]}]\n    expect:\n"

    assert run("subject: user-2, gets: false", flag).reason == "b: shard 938 is outside [5000, 10000)"


@pytest.mark.parametrize(
    ("at", "got"),
    [
        ("2025-03-27T23:59:59Z", "false via default"),
        ("2025-03-28T00:00:00Z", "true via gate"),
    ],
)
def test_clock_is_that_of_the_entry(at: str, got: str) -> None:
    flag = (
        "flags:\n  a:\n    type: boolean\n    serve: false\n"
        "    allocations: [{key: gate, start: 2025-03-28, serve: true}]\n    expect:\n"
    )

    assert run(f"subject: s, at: {at}, gets: true", flag).got == got


def test_clock_is_now_where_the_entry_has_none() -> None:
    flag = (
        "flags:\n  a:\n    type: boolean\n    serve: false\n"
        "    allocations: [{key: gate, end: 2025-03-28T11:59Z, serve: true}]\n    expect:\n"
    )

    assert run("subject: s, gets: true", flag).reason == (
        "gate: ended at 2025-03-28T11:59:00.000Z; now it is 2025-03-28T12:00:00.000Z"
    )


def test_variation_is_compared_by_its_key() -> None:
    flag = "flags:\n  a:\n    type: integer\n    variations: {small: 480, large: 960}\n    serve: large\n    expect:\n"

    assert run("subject: s, gets: large", flag).passed


def test_layer_is_asked_like_a_flag() -> None:
    layer = (
        "\nlayers:\n  a:\n    parameters: {cta: Shop}\n    variations: {b: {cta: Buy}}\n    rollout: b\n    expect:\n"
    )

    assert run("subject: s, gets: b, via: default", layer).passed


# ── environments that do not serve the flag ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("environments", "flag", "entry", "reason"),
    [
        (
            TWO,
            "environments: {production: {enabled: false}}",
            "subject: s, gets: true",
            "a is disabled in production; if that is meant, name the others with `in`",
        ),
        (
            TWO,
            "environments: {production: {enabled: false}}, emit: disabled",
            "subject: s, gets: true, in: production",
            "a is disabled in production",
        ),
        (TWO, "archived: true", "subject: s, gets: true, in: production", "a is archived"),
        (
            "environments: {test: {}, production: {tags: [web]}}",
            "tags: [backend]",
            "subject: s, gets: true, in: production",
            "a has none of the tags that production takes",
        ),
        (
            TWO,
            "environments: {production: {serve: null}}",
            "subject: s, gets: true",
            "no allocation serves true there",
        ),
        (
            TWO,
            "environments: {production: {serve: null}}",
            "subject: s, falls_through: false, via: default",
            "no allocation default serves anything there",
        ),
    ],
)
def test_reason_names_what_keeps_everybody_out(environments: str, flag: str, entry: str, reason: str) -> None:
    results = run_all(f"{environments}\nflags: {{a: {{type: boolean, serve: true, {flag}, expect: [{{{entry}}}]}}}}")

    assert [(one.environment, one.got, one.reason) for one in results if not one.passed] == [
        ("production", "the caller's default", reason)
    ]


def test_default_of_the_caller_is_what_a_disabled_flag_gives() -> None:
    text = "flags: {a: {type: boolean, enabled: false, serve: true, expect: [{subject: s, falls_through: true}]}}"

    assert [result.passed for result in run_all(text)] == [True]


def test_flag_that_no_sdk_can_evaluate_says_so() -> None:
    raw = "{raw: {key: k, rules: 7, splits: [{variationKey: 'true', shards: []}], doLog: true}}"
    text = f"flags: {{a: {{type: boolean, allocations: [{raw}], expect: [{{subject: s, gets: true}}]}}}}"

    (result,) = run_all(text)

    assert (result.got, result.reason.startswith("a is broken: ")) == ("the caller's default", True)


# ── bandits ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "entry",
    [
        "subject: bob, gets: shoes, action: adidas, actions: [nike, adidas]",
        "subject: bob, action: adidas, actions: {adidas: {price: 10}}, logs: {banditKey: shoes, variation: shoes}",
        "subject: user-6, gets: control, actions: [nike]",
    ],
)
def test_action_that_the_bandit_chooses_holds(entry: str) -> None:
    assert run(entry, BANDIT).message == ""


@pytest.mark.parametrize(
    ("entry", "got", "reason"),
    [
        (
            "subject: bob, gets: shoes, action: nike, actions: [nike, adidas]",
            "shoes via training, action adidas",
            "nike: 0.",
        ),
        (
            "subject: bob, action: nikee, actions: [nike, adidas]",
            "shoes via training, action adidas",
            'nikee is not on offer; did you mean "nike"?',
        ),
        (
            "subject: bob, action: nike, actions: {}",
            "shoes via training, no action",
            'no actions were supplied for bandit "shoes"',
        ),
        (
            "subject: user-6, action: nike, actions: [nike]",
            "control via training, no action",
            '"control" is no bandit of flag "banner"',
        ),
    ],
)
def test_failed_action_says_why(entry: str, got: str, reason: str) -> None:
    result = run(entry, BANDIT)

    assert (result.got, result.reason.startswith(reason), "bandit: " in result.trace) == (got, True, True)


def test_actions_are_offered_to_flags_of_texts_only() -> None:
    """An SDK asks for a bandit's variation as a text."""
    assert run(f"{ANN}, gets: true, action: nike, actions: [nike]").reason == (
        "Variation value does not have the correct type. Found BOOLEAN, but expected STRING for flag new-checkout"
    )
