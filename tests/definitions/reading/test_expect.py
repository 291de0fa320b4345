"""Reading of expectations: which keys belong together."""

import pytest

from emulator.definitions.model import Expectation
from emulator.definitions.reading.file import read_file
from emulator.errors import Problem


def read(entry: str) -> tuple[Expectation, tuple[Problem, ...]]:
    text = f"flags:\n  a:\n    type: boolean\n    serve: true\n    expect:\n      - {{{entry}}}\n"
    file = read_file(text, "a.yaml")
    return file.flags["a"].expect[0], file.problems


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            "subject: b, action: c",
            'E108 flag a: an expectation: "action" needs "actions"; write actions, or drop action',
        ),
        ("subject: b, gets: true, tolerance: 1%", '"tolerance" needs "shares"; write shares, or drop tolerance'),
        ("subject: b, subjects: 9, gets: true", '"subjects" needs "shares"; write shares, or drop subjects'),
        ("subject: b, subjects: 9, shares: {true: 100%}", 'E109 flag a: an expectation: "subject" cannot stand beside'),
        ("subject: b", "an expectation needs one of gets, falls_through, action, shares"),
        ("subjects: 9, shares: {}", "E107 flag a: expected at least one variation with its share; no shares at all"),
        (
            "subjects: 9, shares: {true: 90%, false: 60.5%}",
            "E302 flag a: expected shares sum to 150.5%, more than 100%; 50.5% is too much",
        ),
        ("subject: b, gets: true, falls_through: true", '"falls_through" cannot stand beside "gets"'),
    ],
)
def test_keys_that_would_be_ignored_are_a_problem(entry: str, sentence: str) -> None:
    _, problems = read(entry)

    assert [sentence in str(problem) for problem in problems] == [True]


@pytest.mark.parametrize(
    "entry",
    [
        "subject: b, action: c, actions: [c]",
        "subject: b, gets: true, actions: {c: {price: 1}}, action: c",
        "subjects: 9, shares: {true: 100%}, tolerance: 0%, via: default, logs: true",
        "subject: b, falls_through: false",
        "subjects: 9, shares: {true: 20%, false: 30%}",
        "subjects: 9, shares: {true: 33.33%, false: 66.67%}",
    ],
)
def test_keys_that_go_together_are_fine(entry: str) -> None:
    assert read(entry)[1] == ()
