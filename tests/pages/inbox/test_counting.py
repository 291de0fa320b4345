"""Numbers and experiments in words."""

from typing import Any

from emulator.inbox.ratio import ratio_test
from emulator.pages.inbox.address import Address
from emulator.pages.inbox.counting import Experiment, counts


def experiment(subjects: dict[str, int], shares: dict[str, float] | None) -> Experiment:
    told: dict[str, Any] = {
        "environment": "test",
        "flag": "banner",
        "allocation": "half",
        "experiment": "banner-half",
        "subjects": subjects,
        "shares": shares,
        **ratio_test(subjects, shares).as_json(),
    }
    summary = {"kinds": {"assignment": 5}, "verdicts": {"ok": 4, "drift": 1}, "experiments": [told]}
    return counts(summary, Address({})).experiments[0]


def test_a_mismatch_is_a_sentence() -> None:
    told = experiment({"on": 560, "off": 440}, {"on": 0.5, "off": 0.5})

    assert told.tone == "bad"
    assert told.sentence == (
        'Sample ratio mismatch: "on" has 56.0% of 1,000 subjects, where 50% is configured. '
        "Chance alone does that in one case in 6,766."
    )


def test_shares_as_configured_are_well() -> None:
    told = experiment({"on": 505, "off": 495}, {"on": 0.5, "off": 0.5})

    assert (told.tone, told.sentence) == ("ok", "1,000 subjects, shared out as configured.")


def test_a_stray_variation_is_named_beside_the_test() -> None:
    told = experiment({"on": 560, "off": 440, "nope": 1}, {"on": 0.5, "off": 0.5})

    assert told.tone == "bad"
    assert told.sentence.endswith('Beside them variation "nope" has no share in this allocation and is left out.')


def test_few_subjects_say_little() -> None:
    told = experiment({"on": 1}, {"on": 0.5, "off": 0.5})

    assert told.sentence.startswith("1 subject; the shares say little yet: too few subjects: 0.5 are expected")
    assert [share.variation for share in told.shares] == ["on", "off"]


def test_a_variation_without_a_share_is_shown() -> None:
    told = experiment({"other": 10}, None)

    assert [(share.variation, share.configured_text, share.hue) for share in told.shares] == [("other", "", "hue-none")]


def test_what_has_one_variation_is_no_experiment() -> None:
    told = {
        "environment": "test",
        "flag": "banner",
        "allocation": "all",
        "experiment": "banner-all",
        "subjects": {"on": 10},
        "shares": {"on": 1.0},
        **ratio_test({"on": 10}, {"on": 1.0}).as_json(),
    }

    shown = counts({"kinds": {}, "verdicts": {}, "experiments": [told]}, Address({}))

    assert (shown.experiments, shown.single) == ((), 1)
