import pytest

from emulator.definitions.parsing.document import Document, Mapping, Scalar, parse
from emulator.definitions.report import Report


def parsed(text: str) -> tuple[Document, list[str]]:
    report = Report("a.yaml")
    document = parse(text, "a.yaml", report)
    return document, [f"{problem.line}:{problem.column} {problem.code}" for problem in report.problems]


def test_every_key_and_value_knows_its_line_and_column() -> None:
    document, _ = parsed("flags:\n  a:\n    type: boolean\n")

    assert isinstance(document.root, Mapping)
    flag = document.root.members["flags"].members["a"]  # type: ignore[union-attr]
    assert (flag.keys["type"].line, flag.keys["type"].column) == (3, 5)  # type: ignore[union-attr]
    assert (flag.members["type"].line, flag.members["type"].column) == (3, 11)  # type: ignore[union-attr]


@pytest.mark.parametrize("literal", ["NO", "1_000", "0x1F", "12:30", "2024-01-01", ".inf", "1.10"])
def test_scalars_keep_their_text(literal: str) -> None:
    document, found = parsed(f"a: {literal}\n")

    assert isinstance(document.root, Mapping)
    value = document.root.members["a"]
    assert isinstance(value, Scalar)
    assert (value.text, value.plain, found) == (literal, True, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\na: 2\n", "2:1 E103"),
        ('1: a\n"1": b\n', "2:1 E103"),
        ("base: &b {x: 1}\na:\n  <<: *b\n", "3:3 E104"),
        ("a: !env X\n", "1:4 E102"),
        ("a: !!str 1\n", "1:4 E102"),
        ("a: 1\n---\nb: 2\n", "2:1 E102"),
        ("? [a]\n: b\n", "1:3 E102"),
        ("a: *b\n", "1:4 E101"),
        ("a: &a [*a]\n", "1:8 E102"),
        ("a: \x00\n", "1:4 E101"),
        ("a: ü\x07\n", "1:5 E101"),
        ("[" * 150 + "]" * 150, "1:101 E102"),
    ],
    ids=[
        "duplicate", "quoted-duplicate", "merge", "tag", "standard-tag", "second-document", "list-as-key",
        "unknown-anchor", "recursive-anchor", "nul", "control-after-umlaut", "too-deep",
    ],
)  # fmt: skip
def test_unsupported_yaml_is_reported_where_it_stands(text: str, problem: str) -> None:
    _, found = parsed(text)

    assert found == [problem]


def test_alias_stands_for_the_anchored_value() -> None:
    document, found = parsed("x-a: &a {k: v}\nb: *a\n")

    assert isinstance(document.root, Mapping)
    assert found == []
    assert document.root.members["b"] is document.root.members["x-a"]


def test_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 9)]

    _, found = parsed("\n".join(lines))

    assert [problem.split()[1] for problem in found] == ["E102"]


LATER = "\n  later: !x 1\n"


@pytest.mark.parametrize(
    ("slip", "problem"),
    [
        ("  a:\n    type: boolean\n    serve true\n", "4:5 E101"),
        ("  a:\n    type: boolean\n\tserve: true\n", "4:1 E101"),
        ("  a: *nope\n", "2:6 E101"),
        ("  a: &s {x: *s}\n", "2:13 E102"),
        ("  a:\n    ? [x]\n    : y\n", "3:7 E102"),
        ("  a: \x01\n", "2:6 E101"),
        ("  a: " + "[" * 120 + "]" * 120 + "\n", "2:104 E102"),
        ("<<<<<<< ours\n  a: 1\n=======\n  a: 2\n>>>>>>> theirs\n", "2:1 E101"),
    ],
    ids=["no-colon", "tab", "no-anchor", "recursive", "list-as-key", "control", "too-deep", "conflict"],
)
def test_slip_hides_no_other_entry(slip: str, problem: str) -> None:
    _, found = parsed(f"flags:\n{slip}{LATER}")

    line = slip.count("\n") + 3
    assert found[0] == problem
    assert f"{line}:10 E102" in found


def test_documents_after_the_first_are_left_out() -> None:
    _, found = parsed(f"flags:{LATER}---\nb: 2\n")

    assert found == ["3:1 E102", "2:10 E102"]


def test_problem_names_the_flag_it_stands_in() -> None:
    report = Report("a.yaml")

    parse("flags:\n  one: {type: x, type: y}\n  two: {a: [}\n  three: !x 1\n", "a.yaml", report)

    assert [problem.flag for problem in report.problems] == ["two", "one", "three"]


def test_aliases_within_the_limit_are_allowed() -> None:
    _, found = parsed("a: &a [x, x]\nb: [" + ", ".join(["*a"] * 3_000) + "]\n")

    assert found == []


def test_byte_order_mark_is_skipped() -> None:
    document, found = parsed("\ufeffflags: {}\n")

    assert isinstance(document.root, Mapping)
    assert (list(document.root.members), found) == (["flags"], [])


def test_empty_file_is_an_empty_document() -> None:
    document, found = parsed("# nothing yet\n")

    assert (document.root, found) == (None, [])


BROKEN = """\
flags:
  one:
    type: boolean
    if: "x" in [a]
  two: {if: x in [a, b]}
  three:
    type: boolean
  four: 'never closed
"""


def test_syntax_error_costs_its_entry_and_no_other() -> None:
    document, found = parsed(BROKEN)

    assert [problem.split(":")[0] for problem in found] == ["4", "5", "8"]
    assert document.lost == {"one", "two", "four"}
    assert isinstance(document.root, Mapping)
    assert list(document.root.members["flags"].members) == ["three"]  # type: ignore[union-attr]


def test_problems_around_a_syntax_error_are_reported_once() -> None:
    _, found = parsed("flags:\n  a: !x 1\n  b: [\n")

    assert found == ["3:6 E101", "2:6 E102"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("flags:\n  a: {if: x in [a, b]}\n", "quote the whole condition"),
        ("flags:\n  a: @staff\n", "quote a text that starts with @"),
        ("flags:\n\ta: 1\n", "indent with spaces, not tabs"),
        (
            'flags:\n  "\\ud83d\\uDE00": 1\n',
            r"write the character itself, or \U0001f600; YAML does not join the halves \ud83d\uDE00 of JSON",
        ),
        ('flags:\n  "\\ud83d": 1\n', "check quotes, brackets and indentation"),
        ('{"flags": {"' + "x" * 1_100 + '": 1}}', "shorten the key: inside braces YAML takes up to 1,024 characters"),
        ("flags:\n  a: b: c\n", "quote a text that holds `: `"),
    ],
)
def test_syntax_error_comes_with_a_fix(text: str, hint: str) -> None:
    report = Report("a.yaml")

    parse(text, "a.yaml", report)

    assert hint in report.problems[0].hint
