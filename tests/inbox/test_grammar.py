"""What people type is what is searched for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.inbox import Inbox, MatchError, Term, parse_query, read_filters, write_term
from emulator.inbox.match import holds
from tests.inbox.arrivals import assignment, bandit


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("   ", ()),
        ("banner", (Term("word", "banner"),)),
        ('"two words"  x', (Term("word", "two words"), Term("word", "x"))),
        ("flag:banner", (Term("flag", "banner"),)),
        ('flag:"two words"', (Term("flag", "two words"),)),
        ("-flag:banner", (Term("flag", "banner", negated=True),)),
        ('-"a b"', (Term("word", "a b", negated=True),)),
        ("attr.country:NO", (Term("attr.country", "NO"),)),
        ('attr."home town":"New York"', (Term("attr.home town", "New York"),)),
        ("kind:bandit verdict:ok", (Term("kind", "bandit"), Term("verdict", "ok"))),
        ("after:12 before:99", (Term("after", 12), Term("before", 99))),
        ("sdk:eppo/php-sdk", (Term("sdk", "eppo/php-sdk"),)),
        ("subject:a:b", (Term("subject", "a:b"),)),
        ('"http://x" "-x" "flag:y"', (Term("word", "http://x"), Term("word", "-x"), Term("word", "flag:y"))),
        (r'"say \"hi\" \\"', (Term("word", 'say "hi" \\'),)),
        ("user-1 a-b", (Term("word", "user-1"), Term("word", "a-b"))),
        ("Grüße", (Term("word", "Grüße"),)),
    ],
)
def test_a_query_is_read(text: str, terms: tuple[Term, ...]) -> None:
    assert parse_query(text) == terms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('flag:"banner', 'cannot read the query at "flag:"banner"'),
        ('x "', 'cannot read the query at """'),
        ('"a"b', 'cannot read the query at ""a"b"'),
        ("flga:banner", '"flga" is not understood here; did you mean "flag"?'),
        ("verdict:okay", 'verdict "okay" does not exist; did you mean "ok"?'),
        ("after:soon", "or give the seq of an event"),
        ("a " * 101, "expected at most 100 words and filters, found more"),
    ],
)
def test_a_query_that_cannot_be_read_is_explained(text: str, words: str) -> None:
    with pytest.raises(MatchError) as caught:
        parse_query(text)

    assert words in str(caught.value)


def test_filters_and_words_are_counted_together() -> None:
    with pytest.raises(MatchError):
        read_filters([("q", "a " * 60), ("q", "b " * 40), ("flag", "banner")])


@given(st.text(alphabet='ab"\\-: .\n', max_size=30))
def test_any_text_is_read_or_explained(text: str) -> None:
    try:
        outcome = "; ".join(term.field for term in parse_query(text))
    except MatchError as error:
        outcome = str(error)

    assert outcome.isprintable()


@given(st.text(max_size=20))
def test_any_value_can_be_quoted(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')

    assert parse_query(f'flag:"{escaped}"') == (Term("flag", value),)


@given(st.sampled_from(["flag", "attr."]), st.text(min_size=1, max_size=20), st.text(max_size=20), st.booleans())
def test_what_is_written_is_read_again(prefix: str, name: str, value: str, negated: bool) -> None:
    field = f"{prefix}{name}" if prefix == "attr." else prefix

    assert parse_query(write_term(field, value, negated=negated)) == (Term(field, value, negated),)


@pytest.mark.parametrize(
    ("text", "seqs"),
    [
        ("banner", [1, 2]),
        ("BAN on", [1, 2]),
        ("fedora", [3]),
        ("ann -banner", [3]),
        ("-bob", [1, 3]),
        ("%", []),
        ("python/4 -kind:bandit", [1, 2]),
        ('attr."home town":Oslo', [2]),
    ],
)
def test_a_query_finds_what_it_says(inbox: Inbox, text: str, seqs: list[int]) -> None:
    inbox.append([assignment("ann"), assignment("bob", subjectAttributes={"home town": "Oslo"}), bandit()])
    terms = read_filters([("q", text)])

    assert [record.seq for record in inbox.since(0, terms)] == seqs
    assert [record.seq for record in inbox.since() if all(holds(term, record) for term in terms)] == seqs
