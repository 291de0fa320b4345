import json
from typing import Any

import pytest

from emulator.errors import FlagFileError
from emulator.snapshot import build_snapshot, changes_between, read_sources, snapshot_of_ufc

EARLY, LATE = "2025-01-01T00:00:00.000Z", "2025-02-01T00:00:00.000Z"
ONE = "flags:\n  one: {type: boolean, serve: true}\n"
TWO = "flags:\n  two: {type: string, variations: [a, b], allocations: [{key: x, split: [a, b]}]}\n"


def body(text: str) -> Any:
    return json.loads(build_snapshot({"a.yaml": text}, EARLY).environments[0].plain.body)


def test_first_snapshot_is_revision_one() -> None:
    snapshot = build_snapshot({"a.yaml": ONE}, EARLY)

    assert (snapshot.revision, snapshot.published_at) == (1, EARLY)


def test_without_environments_one_takes_any_key() -> None:
    (environment,) = build_snapshot({"a.yaml": ONE}, EARLY).environments

    assert (environment.key, environment.name, environment.accepts_any_key) == ("test", "Test", True)


def test_files_are_merged_by_section() -> None:
    snapshot = build_snapshot({"a.yaml": ONE, "b.yaml": TWO}, EARLY)

    assert list(snapshot.environments[0].config["flags"]) == ["one", "two"]


def test_key_in_two_files_names_both_places() -> None:
    with pytest.raises(FlagFileError) as caught:
        build_snapshot({"a.yaml": ONE, "b.yaml": ONE}, EARLY)

    (problem,) = caught.value.problems
    assert str(problem) == (
        'b.yaml:2:3 E103 flag one: duplicate key "one" in flags, first at a.yaml:2; remove one of them'
    )


def test_every_problem_of_every_file_is_raised_at_once() -> None:
    with pytest.raises(FlagFileError) as caught:
        build_snapshot({"a.yaml": ONE.replace("true", "tru"), "b.yaml": TWO.replace("string", "text")}, EARLY)

    assert [(problem.file, problem.code) for problem in caught.value.problems] == [
        ("a.yaml", "E401"),
        ("b.yaml", "E120"),
    ]


def test_w23_unchanged_content_keeps_stamp_revision_and_bytes() -> None:
    first = build_snapshot({"a.yaml": ONE}, EARLY)

    second = build_snapshot({"a.yaml": f"# why\n{ONE}"}, LATE, previous=first)

    assert (second.revision, second.published_at) == (1, EARLY)
    assert second.environments[0] is first.environments[0]


def test_w10_change_gives_a_new_etag_and_its_revert_the_old_one() -> None:
    first = build_snapshot({"a.yaml": ONE}, EARLY)
    second = build_snapshot({"a.yaml": ONE.replace("true", "false")}, LATE, previous=first)
    third = build_snapshot({"a.yaml": ONE}, LATE, previous=second)

    etags = [snapshot.environments[0].plain.etag for snapshot in (first, second, third)]
    assert (etags[0] == etags[2], etags[0] == etags[1]) == (True, False)
    assert (second.revision, third.revision, second.environments[0].created_at) == (2, 3, LATE)


def test_change_in_one_environment_leaves_the_other_as_it_was() -> None:
    environments = "environments: {test: , prod: }\n"
    text = environments + "flags:\n  one: {type: boolean, serve: true, environments: {prod: {serve: false}}}\n"
    first = build_snapshot({"a.yaml": text}, EARLY)

    second = build_snapshot({"a.yaml": text.replace("prod: {serve: false}", "prod: {}")}, LATE, previous=first)

    assert second.by_key["test"] is first.by_key["test"]
    assert (second.by_key["test"].created_at, second.by_key["prod"].created_at) == (EARLY, LATE)


def test_created_at_can_be_fixed() -> None:
    text = "environments: {test: {created_at: 2024-05-05}}\n" + ONE

    assert body(text)["createdAt"] == "2024-05-05T00:00:00.000Z"


def test_new_sdk_key_is_a_new_revision_of_the_same_content() -> None:
    first = build_snapshot({"a.yaml": "environments: {test: {sdk_keys: [a]}}\n" + ONE}, EARLY)

    second = build_snapshot({"a.yaml": "environments: {test: {sdk_keys: [b]}}\n" + ONE}, LATE, previous=first)

    assert (second.revision, list(second.by_sdk_key)) == (2, ["b"])
    assert second.environments[0].plain is first.environments[0].plain


def test_w17_w18_compiled_document_has_its_frame_and_no_null() -> None:
    found = body(ONE + TWO.removeprefix("flags:\n"))

    assert list(found) == ["createdAt", "format", "environment", "flags", "banditReferences"]
    assert "null" not in json.dumps(found)


SPELLINGS = {
    "order": """
flags:
  two:
    allocations:
    - split: {a: 1, b: 1}
      key: x
    variations: [a, b]
    type: string
""",
    "anchors": """
x-anchors: {ab: &ab [a, b]}
flags:
  two: {type: string, variations: *ab, allocations: [{key: x, split: *ab}]}
""",
    "quotes": """
flags:
  'two': {"type": 'string', variations: ["a", 'b'], allocations: [{key: "x", split: {a: 50%, b: 50%}}]}
""",
    "descriptions": "# why\n"
    + TWO.replace("{type", "{name: N, description: D, owner: O, expect: [{subject: s, gets: a}], type"),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_l4_spelling_never_changes_the_bytes(spelling: str) -> None:
    plain = build_snapshot({"a.yaml": TWO}, EARLY).environments[0].plain

    assert build_snapshot({"other.yaml": spelling}, EARLY).environments[0].plain == plain


def test_order_of_flags_and_files_never_changes_the_bytes() -> None:
    one = build_snapshot({"a.yaml": ONE, "b.yaml": TWO}, EARLY)
    other = build_snapshot({"a.yaml": TWO + ONE.removeprefix("flags:\n")}, EARLY)

    assert one.environments[0].plain == other.environments[0].plain


def test_unchanged_flags_are_not_compiled_again() -> None:
    first = build_snapshot({"a.yaml": ONE, "b.yaml": TWO}, EARLY)

    second = build_snapshot({"a.yaml": ONE.replace("true", "false"), "b.yaml": TWO}, LATE, previous=first)

    flags = [snapshot.environments[0].config["flags"] for snapshot in (first, second)]
    assert flags[0]["two"] is flags[1]["two"]
    assert flags[0]["one"] != flags[1]["one"]


def test_changed_referenced_file_is_a_change() -> None:
    text = "flags:\n  j: {type: json, variations: {a: {file: a.json}}}\n"
    first = build_snapshot({"f/a.yaml": text}, EARLY, files={"f/a.json": "{}"})

    second = build_snapshot({"f/a.yaml": text}, LATE, files={"f/a.json": "[]"}, previous=first)

    assert read_sources({"f/a.yaml": text}).referenced == {"f/a.json"}
    assert second.revision == 2


def test_position_of_a_flag_is_known() -> None:
    place = build_snapshot({"a.yaml": ONE}, EARLY).place_of("one")

    assert place == ("a.yaml", 2, 3)


def test_ignore_comment_silences_a_warning_on_its_line_only() -> None:
    gates = "      - {key: a, serve: true}\n      - {key: b, serve: true}"
    text = f"flags:\n  one:\n    type: boolean\n    allocations:\n{gates}"

    assert [one.code for one in build_snapshot({"a.yaml": text}, EARLY).warnings] == ["W210"]
    assert build_snapshot({"a.yaml": text + "  # eppo-ignore: W210"}, EARLY).warnings == ()
    assert len(build_snapshot({"a.yaml": text + "  # eppo-ignore: W206"}, EARLY).warnings) == 1


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("split: [a, b]", "split: [a, b], salt: new", "draws all of its subjects anew"),
        ("split: [a, b], traffic: 50%", "split: [a, b], traffic: 10%", "takes it away from 40.0% of all subjects"),
        ("serve: a, traffic: 50%", "serve: a, traffic: 50%, salt: new", "draws all of its subjects anew"),
        ("split: [a, b]", "split: {a: 60%, b: 40%}", "moves 10.0% of its subjects"),
    ],
)
def test_edit_that_moves_subjects_is_warned_about(before: str, after: str, words: str) -> None:
    first = build_snapshot({"a.yaml": TWO.replace("split: [a, b]", before)}, EARLY)

    second = build_snapshot({"a.yaml": TWO.replace("split: [a, b]", after)}, LATE, previous=first)

    (warning,) = second.warnings
    assert warning.code == "W307"
    assert words in warning.message


def test_edit_that_grows_exposure_is_fine() -> None:
    first = build_snapshot({"a.yaml": TWO.replace("split: [a, b]", "split: [a, b], traffic: 10%")}, EARLY)

    assert build_snapshot({"a.yaml": TWO}, LATE, previous=first).warnings == ()


def test_expected_allocation_that_does_not_exist_is_an_error() -> None:
    text = TWO.replace("{type", "{expect: [{subject: s, gets: a, via: y}], type")

    with pytest.raises(FlagFileError, match='E401 flag two: no allocation "y"'):
        build_snapshot({"a.yaml": text}, EARLY)


# ── base snapshots ──────────────────────────────────────────────────────────────────────────────────────────────

PUBLISHED = json.dumps(
    {
        "createdAt": "2020-01-01T00:00:00.000Z",
        "format": "SERVER",
        "environment": {"name": "Live"},
        "flags": {
            key: {"key": key, "enabled": True, "variationType": "STRING", "variations": {}, "allocations": [],
                  "totalShards": 10_000, "odd": [1.50]}
            for key in ("one", "kept")
        },
        "bandits": {"b": [{"key": "b", "flagKey": "one", "variationKey": "b", "variationValue": "b"}]},
        "banditReferences": {"b": {"modelVersion": "v", "flagVariations": [{"key": "b", "flagKey": "one"}]}},
    },
    indent=1,
)  # fmt: skip
MODELS = json.dumps({"updatedAt": "2020-01-01T00:00:00.000Z", "bandits": {"b": {"banditKey": "b"}}}, indent=1)
BASED = "environments: {live: {base: ufc.json, base_bandits: models.json}}\n"
FILES = {"ufc.json": PUBLISHED, "models.json": MODELS}


def test_untouched_base_is_served_byte_for_byte() -> None:
    (environment,) = build_snapshot({"a.yaml": BASED}, EARLY, files=FILES).environments

    assert environment.plain.body.decode() == PUBLISHED
    assert environment.bandits.body.decode() == MODELS


def test_flags_are_laid_over_a_base_by_key() -> None:
    (environment,) = build_snapshot({"a.yaml": BASED + ONE}, EARLY, files=FILES).environments

    served = json.loads(environment.plain.body)
    assert {key: flag["variationType"] for key, flag in served["flags"].items()} == {"kept": "STRING", "one": "BOOLEAN"}
    assert served["flags"]["kept"]["odd"] == [1.5]
    assert (served["environment"], served["createdAt"]) == ({"name": "Live"}, EARLY)
    assert ("bandits" in served, served["banditReferences"]) == (False, {})


def test_archived_flag_takes_its_base_flag_away() -> None:
    text = BASED + "flags:\n  one: {type: boolean, archived: true}\n"

    served = json.loads(build_snapshot({"a.yaml": text}, EARLY, files=FILES).environments[0].plain.body)

    assert list(served["flags"]) == ["kept"]


@pytest.mark.parametrize("text", ["{", "[]", '{"flags": []}', "NaN"])
def test_unreadable_base_is_a_problem_of_the_flag_file(text: str) -> None:
    with pytest.raises(FlagFileError) as caught:
        build_snapshot({"a.yaml": BASED}, EARLY, files={**FILES, "ufc.json": text})

    assert [problem.code for problem in caught.value.problems] == ["E123"]


# ── published documents ─────────────────────────────────────────────────────────────────────────────────────────


def test_published_documents_are_served_byte_for_byte() -> None:
    (environment,) = snapshot_of_ufc(PUBLISHED, MODELS, EARLY).environments

    assert (environment.plain.body.decode(), environment.bandits.body.decode()) == (PUBLISHED, MODELS)
    assert (environment.name, environment.accepts_any_key) == ("Live", True)


def test_published_document_without_bandits_still_has_models() -> None:
    (environment,) = snapshot_of_ufc('{"flags": {}}', None, EARLY).environments

    assert json.loads(environment.bandits.body) == {
        "updatedAt": EARLY, "environment": {"name": "Test"}, "bandits": {}
    }  # fmt: skip


def test_published_document_published_again_is_the_same_revision() -> None:
    first = snapshot_of_ufc(PUBLISHED, MODELS, EARLY)

    assert snapshot_of_ufc(PUBLISHED, MODELS, LATE, previous=first).revision == 1
    assert snapshot_of_ufc(PUBLISHED.replace("Live", "Other"), MODELS, LATE, previous=first).revision == 2


@pytest.mark.parametrize(
    ("config", "models", "words"),
    [("{", None, "UFC file is not JSON"), ("{}", None, 'no object "flags"'), ('{"flags": {}}', "[]", '"bandits"')],
)
def test_published_document_of_another_outline_is_refused(config: str, models: str | None, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        snapshot_of_ufc(config, models, EARLY)


# ── what changed ────────────────────────────────────────────────────────────────────────────────────────────────


def test_changes_name_what_came_went_and_differs() -> None:
    before = build_snapshot({"a.yaml": ONE, "b.yaml": TWO}, EARLY)
    after = build_snapshot(
        {"a.yaml": ONE.replace("true", "false"), "b.yaml": TWO.replace("two", "three")}, LATE, previous=before
    )

    changes = changes_between(before, after)

    assert (changes.added, changes.removed, changes.changed) == (("three",), ("two",), ("one",))


def test_flag_that_leaves_one_environment_only_has_changed() -> None:
    text = "environments: {test: , prod: }\n" + ONE
    before = build_snapshot({"a.yaml": text}, EARLY)
    after = build_snapshot(
        {"a.yaml": text.replace("serve: true", "serve: true, environments: {prod: {enabled: false}}")}, LATE
    )

    changes = changes_between(before, after)

    assert (changes.added, changes.removed, changes.changed) == ((), (), ("one",))


def test_first_snapshot_adds_everything() -> None:
    assert changes_between(None, build_snapshot({"a.yaml": ONE}, EARLY)).added == ("one",)
