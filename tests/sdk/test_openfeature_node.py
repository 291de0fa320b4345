"""The real OpenFeature SDKs for JavaScript, for servers and for browsers, with their OFREP providers in Node."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator
from emulator.queries import Result
from tests.oracle.on_disk import write_case
from tests.sdk.flag_files import BROKEN, FLAGS, FlagFolder
from tests.sdk.openfeature import DEFAULTS
from tests.sdk.programs import LineProgram, node_program
from tests.sdk.waiting import eventually
from tests.server.documents import config, flag

pytestmark = pytest.mark.ci

ROOT = Path(__file__).parents[2]
POLL_MS = 100
MORE = """
flags:
  team/checkout//new: { type: boolean, serve: true }
  größe 50%: { type: boolean, serve: true }
  coin: { type: boolean, allocations: [{ key: half, split: [true, false] }] }
  shoes: { type: string, variations: { shoe-bandit: { bandit: shoe-bandit } }, serve: shoe-bandit }
bandits:
  shoe-bandit: { pin: nike }
"""
CONTEXT = {"targetingKey": "user-1", "plan": "pro", "country": "NO", "nested": {"a": [1]}}
SERVED = [
    ("STRING", "headline", "short", "short", "STATIC", "default"),
    ("INTEGER", "limit", 50, "high", "TARGETING_MATCH", "paying"),
    ("NUMERIC", "price", 5, "full", "STATIC", "default"),
    ("BOOLEAN", "new-checkout", True, "true", "TARGETING_MATCH", "norway"),
    ("JSON", "banner", {"text": "Grüße", "size": 3}, "spring", "STATIC", "default"),
    ("BOOLEAN", "coin", False, "false", "SPLIT", "half"),
    ("BOOLEAN", "team/checkout//new", True, "true", "STATIC", "default"),
    ("BOOLEAN", "größe 50%", True, "true", "STATIC", "default"),
    ("STRING", "shoes", "shoe-bandit", "shoe-bandit", "STATIC", "default"),
]
SERVES = pytest.mark.parametrize(("kind", "key", "value", "variant", "reason", "allocation"), SERVED)
KEYS = pytest.mark.parametrize(
    ("headers", "headline"),
    [
        ({}, "short"),
        ({"Authorization": "Bearer local-prod"}, "playful"),
        ({"X-API-Key": "local-prod"}, "playful"),
        ({"X-API-Key": "nobody-knows-me"}, "short"),
    ],
    ids=str,
)


class Server:
    """An application on a server: every question has its own context, and goes out on its own."""

    def __init__(self, program: LineProgram) -> None:
        self._program = program

    def start(self, emulator: Emulator, headers: Mapping[str, str] | None = None) -> None:
        self._program.ask(do="start", baseUrl=emulator.url, headers=headers or {})

    def ask(self, kind: str, key: str, context: Mapping[str, Any] = CONTEXT) -> Any:
        return self._program.ask(do="ask", type=kind, flag=key, default=DEFAULTS[kind], context=context)

    def ask_all(self, flags: Mapping[str, str], context: Mapping[str, Any]) -> list[Any]:
        # The provider puts the key into the URL as it is, where "#" ends the path.
        asked = [
            {"type": kind, "flag": key.replace("#", "%23"), "default": DEFAULTS[kind], "context": context}
            for key, kind in flags.items()
        ]
        answers: list[Any] = self._program.ask(do="askAll", questions=asked)
        return answers

    @property
    def headline(self) -> Any:
        return self.ask("STRING", "headline")["value"]


class Page:
    """An application in a browser: one context, for which the provider fetches all flags at once."""

    def __init__(self, program: LineProgram) -> None:
        self._program = program

    def start(
        self,
        emulator: Emulator,
        headers: Mapping[str, str] | None = None,
        context: Mapping[str, Any] = CONTEXT,
        poll_ms: int = 0,
    ) -> None:
        self._program.ask(do="start", baseUrl=emulator.url, headers=headers or {}, context=context, pollMs=poll_ms)

    def ask(self, kind: str, key: str) -> Any:
        return self._program.ask(do="ask", type=kind, flag=key, default=DEFAULTS[kind])

    def ask_all(self, flags: Mapping[str, str], context: Mapping[str, Any]) -> list[Any]:
        self.change_context(context)
        asked = [{"type": kind, "flag": key, "default": DEFAULTS[kind]} for key, kind in flags.items()]
        answers: list[Any] = self._program.ask(do="askAll", questions=asked)
        return answers

    def change_context(self, context: Mapping[str, Any]) -> None:
        self._program.ask(do="setContext", context=context)

    def statuses(self) -> list[int]:
        """Return the statuses of what was fetched since the last time."""
        statuses: list[int] = self._program.ask(do="statuses")
        return statuses

    def changes(self) -> list[list[str]]:
        """Return the flags that each event since the last time names as changed."""
        changes: list[list[str]] = self._program.ask(do="changes")
        return changes

    def sees(self, status: int) -> bool:
        return eventually(lambda: status in self.statuses())

    @property
    def headline(self) -> Any:
        return self.ask("STRING", "headline")["value"]


@pytest.fixture
def folder(tmp_path: Path) -> FlagFolder:
    folder = FlagFolder(tmp_path / "flags")
    folder.add("more.yaml", MORE)
    return folder


@pytest.fixture
def server() -> Iterator[Server]:
    with node_program("openfeature-server.mjs") as program:
        yield Server(program)


@pytest.fixture
def page() -> Iterator[Page]:
    with node_program("openfeature-web.mjs") as program:
        yield Page(program)


@pytest.fixture(params=["openfeature-server.mjs", "openfeature-web.mjs"])
def application(request: pytest.FixtureRequest) -> Iterator[Server | Page]:
    with node_program(request.param) as program:
        yield Server(program) if "server" in request.param else Page(program)


@SERVES
def test_the_application_sees_value_variant_reason_and_metadata(
    emulator: Emulator,
    application: Server | Page,
    kind: str,
    key: str,
    value: Any,
    variant: str,
    reason: str,
    allocation: str,
) -> None:
    application.start(emulator)

    found = application.ask(kind, key)

    assert "errorCode" not in found
    assert (type(found["value"]), found["value"]) == (type(value), value)
    assert (found["variant"], found["reason"]) == (variant, reason)
    assert found["flagMetadata"]["allocation"] == allocation
    assert found["flagMetadata"]["environment"] == "test"


@pytest.mark.parametrize(
    ("kind", "key", "context", "code", "words"),
    [
        ("STRING", "hedline", CONTEXT, "FLAG_NOT_FOUND", 'did you mean "headline"?'),
        ("BOOLEAN", "new-checkout", {"targetingKey": "a", "country": "SE"}, "FLAG_NOT_FOUND", '`country` is text "SE"'),
        ("BOOLEAN", "headline", CONTEXT, "TYPE_MISMATCH", "Expected flag type boolean but got string"),
        ("STRING", "headline", {"plan": "pro"}, "TARGETING_KEY_MISSING", "context.targetingKey is missing or empty"),
        ("STRING", "headline", {"targetingKey": 3}, "INVALID_CONTEXT", "expected a text, found number"),
    ],
)
def test_a_server_sees_its_default_and_why(
    emulator: Emulator, server: Server, kind: str, key: str, context: dict[str, Any], code: str, words: str
) -> None:
    server.start(emulator)

    found = server.ask(kind, key, context)

    assert (found["value"], found["reason"], found["errorCode"]) == (DEFAULTS[kind], "ERROR", code)
    assert words in found["errorMessage"]


@pytest.mark.parametrize(
    ("kind", "key", "code", "words"),
    [
        ("STRING", "hedline", "FLAG_NOT_FOUND", "Flag was not found"),
        ("BOOLEAN", "new-checkout", "FLAG_NOT_FOUND", "`country` is missing"),
        ("BOOLEAN", "headline", "TYPE_MISMATCH", "Flag is not of expected type"),
    ],
)
def test_a_page_sees_its_default_and_why(
    emulator: Emulator, page: Page, kind: str, key: str, code: str, words: str
) -> None:
    page.start(emulator, context={"targetingKey": "user-1"})

    found = page.ask(kind, key)

    assert (found["value"], found["reason"], found["errorCode"]) == (DEFAULTS[kind], "ERROR", code)
    assert words in found["errorMessage"]


def test_a_broken_flag_is_a_general_error_and_spoils_no_other(tmp_path: Path, application: Server | Page) -> None:
    broken = {**flag("banner"), "totalShards": "many"}
    (tmp_path / "ufc.json").write_text(json.dumps(config(broken, flag("other", condition="NO"))))

    with Emulator(ufc=tmp_path / "ufc.json") as emulator:
        application.start(emulator)
        found, other = application.ask("STRING", "banner"), application.ask("STRING", "other")

    assert (found["value"], found["errorCode"], other["value"]) == (DEFAULTS["STRING"], "GENERAL", "on")
    assert "flag banner is broken: totalShards" in found["errorMessage"]


@KEYS
def test_the_key_in_a_header_chooses_the_environment(
    emulator: Emulator, application: Server | Page, headers: dict[str, str], headline: str
) -> None:
    application.start(emulator, headers)

    assert application.headline == headline


def test_strict_keys_refuse_a_server_with_an_unknown_key(strict_emulator: Emulator, server: Server) -> None:
    server.start(strict_emulator, {"X-API-Key": "nobody-knows-me"})

    assert server.ask("STRING", "headline")["errorCode"] == "GENERAL"


def test_strict_keys_keep_a_page_with_an_unknown_key_from_starting(strict_emulator: Emulator, page: Page) -> None:
    with pytest.raises(AssertionError, match="Initialization failed"):
        page.start(strict_emulator, {"X-API-Key": "nobody-knows-me"})

    assert page.statuses() == [401]


@pytest.mark.parametrize("context", [{}, {"targetingKey": ""}, {"plan": "pro"}], ids=str)
def test_a_page_without_a_targeting_key_does_not_start(emulator: Emulator, page: Page, context: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="status: 400"):
        page.start(emulator, context=context)


def test_a_server_gets_the_edit_at_its_next_question(emulator: Emulator, server: Server, folder: FlagFolder) -> None:
    server.start(emulator)
    before = server.headline

    folder.serve_headline("long")

    assert eventually(lambda: bool(server.headline == "long"))
    assert before == "short"


def test_a_page_polls_304_until_an_edit_and_then_names_what_changed(
    emulator: Emulator, page: Page, folder: FlagFolder
) -> None:
    page.start(emulator, poll_ms=POLL_MS)
    assert page.sees(304)
    seen_before = page.changes()

    folder.serve_headline("long")

    assert eventually(lambda: bool(page.headline == "long"))
    assert (seen_before, page.changes()) == ([], [["headline"]])
    assert page.sees(304)


def test_a_page_keeps_its_answers_while_the_files_are_broken(
    emulator: Emulator, page: Page, folder: FlagFolder
) -> None:
    page.start(emulator, poll_ms=POLL_MS)

    folder.write(BROKEN)

    assert eventually(lambda: emulator.workspace.stale)
    assert page.sees(304)
    assert (page.headline, page.changes()) == ("short", [])


def test_a_page_whose_context_changes_is_never_told_that_nothing_changed(emulator: Emulator, page: Page) -> None:
    """The provider keeps the tag of the former context as long as the targeting key is the same."""
    page.start(emulator)

    page.change_context({**CONTEXT, "plan": "free"})

    assert page.statuses() == [200, 200]
    assert page.ask("INTEGER", "limit")["value"] == 3


def test_a_page_that_sets_the_same_context_again_in_another_order_gets_304(emulator: Emulator, page: Page) -> None:
    page.start(emulator)

    page.change_context(dict(reversed(CONTEXT.items())))

    assert page.statuses() == [200, 304]
    assert page.headline == "short"


def test_a_page_sees_a_flag_that_is_added_and_one_that_is_deleted(
    emulator: Emulator, page: Page, folder: FlagFolder
) -> None:
    page.start(emulator, poll_ms=POLL_MS)

    folder.write(FLAGS.replace("  headline:", "  title:"))

    assert eventually(lambda: bool(page.ask("STRING", "title")["value"] == "short"))
    assert page.ask("STRING", "headline")["errorCode"] == "FLAG_NOT_FOUND"
    assert sorted(page.changes()[0]) == ["headline", "title"]


def test_the_base_url_of_an_sdk_is_answered_with_the_cure(emulator: Emulator) -> None:
    with node_program("openfeature-server.mjs") as program:
        program.ask(do="start", baseUrl=emulator.base_url)
        found = program.ask(do="ask", type="STRING", flag="headline", default="mine", context=CONTEXT)

    assert (found["value"], found["errorCode"]) == ("mine", "GENERAL")
    assert "give the provider a base URL without /api" in found["errorMessage"]


def differences(application: Server | Page, emulator: Emulator, asked: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    """Ask about every flag of the first environment; return where application and evaluator differ."""
    flags = emulator.workspace.current.environments[0].config["flags"]
    kinds = {key: one["variationType"] for key, one in flags.items()}
    return [
        (key, subject, attributes, seen, expected)
        for subject, attributes in asked
        for (key, kind), found in zip(
            kinds.items(), application.ask_all(kinds, {**attributes, "targetingKey": subject}), strict=True
        )
        for seen, expected in [(seen_by(found), wanted(kind, emulator.evaluate(key, subject, attributes)))]
        if seen != expected
    ]


def seen_by(found: Mapping[str, Any]) -> tuple[Any, ...]:
    return found["value"], found.get("variant"), found.get("errorCode")


def wanted(kind: str, result: Result) -> tuple[Any, ...]:
    return (result.variation, result.variation_key, None) if result.is_match else (
        DEFAULTS[kind], None, "FLAG_NOT_FOUND"
    )  # fmt: skip


@pytest.mark.parametrize("folder", [ROOT / "flags", ROOT / "sdk_testdata" / "flags.yaml"], ids=["samples", "own"])
def test_our_own_files_are_answered_as_the_evaluator_does(application: Server | Page, folder: Path) -> None:
    attributes = [{}, {"country": "NO", "plan": "club", "app_version": "3.1.0"}, {"which": "picture", "size": 0}]

    with Emulator(folder, watch=False) as emulator:
        application.start(emulator)
        found = differences(application, emulator, [(key, one) for key in ("ann", "größe 日本") for one in attributes])

    assert found == []


@pytest.mark.parametrize("number", range(10))
def test_generated_files_are_answered_as_the_evaluator_does(
    application: Server | Page, number: int, tmp_path: Path
) -> None:
    folder, asked = write_case(f"openfeature/{number}", 10, tmp_path)

    with Emulator(folder, watch=False) as emulator:
        application.start(emulator)
        found = differences(application, emulator, asked)

    assert found == []
