"""What cannot be asked for is said, and a record in hand answers as the database does."""

import pytest

from emulator.inbox import Inbox, MatchError, read_terms, terms_of
from emulator.inbox.match import holds
from tests.inbox.arrivals import assignment, bandit


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("flga", "x", '"flga" is not understood here; did you mean "flag"?'),
        ("attr.", "x", '"attr." is not understood here; did you mean "attr.NAME"?'),
        ("kind", "bandid", 'kind "bandid" does not exist; did you mean "bandit"?'),
        ("verdict", "okay", 'verdict "okay" does not exist; did you mean "ok"?'),
        ("after", "yesterday", "or give the seq of an event"),
        ("before", "2026-03-01T12:00:00", "write 2026-03-01T12:00:00Z, or an offset like +01:00"),
    ],
)
def test_a_filter_that_cannot_be_read_is_explained(field: str, text: str, words: str) -> None:
    with pytest.raises(MatchError) as caught:
        read_terms([(field, text)])

    assert words in str(caught.value)


def test_an_object_for_a_text_is_refused() -> None:
    with pytest.raises(MatchError, match='"flag": expected a text, found list'):
        terms_of({"flag": ["banner"]})


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("subject", "ann"),
        ("flag", "hat"),
        ("kind", "bandit"),
        ("sdk", "python"),
        ("sdk", "pyth"),
        ("sandbox", "box-1"),
        ("attr.age", "30"),
        ("attr.beta", "null"),
        ("verdict", "ok"),
        ("after", "1"),
        ("before", "2"),
        ("after", "2020-01-01"),
        ("before", "2020-01-01"),
    ],
)
@pytest.mark.parametrize("negated", [False, True])
def test_a_record_in_hand_answers_as_the_database_does(inbox: Inbox, field: str, text: str, negated: bool) -> None:
    inbox.append([assignment("ann"), assignment("bob", sandbox="box-1", subjectAttributes={"beta": None}), bandit()])
    (term,) = read_terms([(field, text)])
    term = term._replace(negated=negated)

    assert [one for one in inbox.since() if holds(term, one)] == list(inbox.since(0, (term,)))
