"""Two documents as a difference."""

from emulator.pages.sandboxes.difference import difference


def lines(before: object, after: object) -> list[str]:
    signs = {"same": " ", "removed": "-", "added": "+", "skipped": "~"}
    return [signs[line.kind] + line.text.strip() for line in difference(before, after)]


def test_what_is_equal_has_no_difference() -> None:
    assert lines({"a": 1}, {"a": 1}) == []


def test_what_went_and_came_stands_beside_what_stayed() -> None:
    assert lines({"a": 1, "b": 2}, {"a": 1, "b": 3}) == [" {", ' "a": 1,', '-"b": 2', '+"b": 3', " }"]


def test_what_is_far_away_is_skipped() -> None:
    before = {f"m{number:02}": number for number in range(20)}

    assert lines(before, {**before, "m10": "ten"}) == [
        "~…", ' "m07": 7,', ' "m08": 8,', ' "m09": 9,', '-"m10": 10,', '+"m10": "ten",',
        ' "m11": 11,', ' "m12": 12,', ' "m13": 13,', "~…",
    ]  # fmt: skip


def test_a_document_that_is_not_there_went_or_came_as_a_whole() -> None:
    assert lines({"a": 1}, None) == ["-{", '-"a": 1', "-}"]
    assert lines(None, {"a": 1}) == ["+{", '+"a": 1', "+}"]


def test_documents_too_long_to_compare_are_replaced() -> None:
    before, after = ([{"n": number, "side": side} for number in range(1_000)] for side in ("left", "right"))

    kinds = [line.kind for line in difference(before, after)]

    assert kinds.count("removed") == kinds.count("added") > 3_000


def test_half_a_surrogate_pair_can_be_shown() -> None:
    assert lines(["a"], ["\ud800"])[2] == '+"\\ud800"'
