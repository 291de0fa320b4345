"""The question of the form as code that runs: a command, an SDK's call, a test, an expectation."""

import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.pages.playground.yaml_text import expectation
from emulator.queries import Result
from emulator.queries.written import written

_SCALARS = (str, int, float, bool, type(None))
_FALLBACKS: Mapping[str, Any] = {"STRING": "fallback", "BOOLEAN": False, "INTEGER": 0, "NUMERIC": 0.0, "JSON": {}}
_NODE = {"STRING": "String", "BOOLEAN": "Boolean", "INTEGER": "Integer", "NUMERIC": "Numeric", "JSON": "JSON"}


@dataclass(frozen=True, slots=True)
class Question:
    """
    What was asked, and where.

    *type* is the flag's, in capitals. *actions* is None where no bandit is asked. *at* is the time as it was written,
    empty for now; *scope* the parameters for environment or sandbox. *sdk_key* is one that SDKs reach it by, empty
    where there is none. *is_defined* tells whether flag files define the flag; *needs_token* is for the control API.
    """

    flag: str
    type: str
    subject: str
    attributes: Mapping[str, Any]
    actions: Any
    at: str
    scope: Mapping[str, str]
    root: str
    sdk_key: str
    environment: str
    is_sandbox: bool
    is_defined: bool
    needs_token: bool

    @property
    def fallback(self) -> Any:
        """What the caller gets where the flag gives him nothing."""
        return _FALLBACKS[self.type]

    @property
    def offered(self) -> Mapping[str, Mapping[str, Any]]:
        """The actions, each with its attributes."""
        if isinstance(self.actions, Mapping):
            return {str(name): dict(given or {}) for name, given in self.actions.items()}
        return {name: {} for name in self.actions or ()}


@dataclass(frozen=True, slots=True)
class Snippet:
    """*id* is a word for addresses and elements; *note* what one should know before one runs it."""

    id: str
    title: str
    text: str
    note: str = ""


def snippets_of(question: Question, result: Result) -> tuple[Snippet, ...]:
    return tuple(made for make in _ALL for made in make(question, result))


def _curl(question: Question, _result: Result) -> Iterator[Snippet]:
    body = {
        "flag": question.flag,
        "subject": question.subject,
        "attributes": dict(question.attributes),
        **({} if question.actions is None else {"actions": question.actions}),
        **question.scope,
        **({"at": question.at} if question.at else {}),
    }
    token = ' -H "Authorization: Bearer $EPPO_EMULATOR_TOKEN"' if question.needs_token else ""
    address = shlex.quote(f"{question.root}/emulator/v1/evaluate")
    text = f"curl -s{token} {address} -d {shlex.quote(json.dumps(body))}"
    yield Snippet("curl", "curl", text, "The whole answer as JSON: value, details, trace and events.")


def _command(question: Question, _result: Result) -> Iterator[Snippet]:
    if not question.is_defined or "\0" in f"{question.flag}{question.subject}{question.attributes}":
        return
    words = ["eppo-emulator", "eval" if question.actions is None else "bandit", "--env", question.environment]
    for name, value in question.attributes.items():
        words += ["--attr", "=".join(written(name, value))]
    if question.actions is not None:
        words += ["--actions", json.dumps(question.actions)]
    words += [*(("--at", question.at) if question.at else ()), "--explain", "--", question.flag, question.subject]
    note = "Run it where your flags folder is; it needs no server."
    yield Snippet("command", "Command line", shlex.join(words), f"{note}{_of_sandbox(question)}")


def _python(question: Question, _result: Result) -> Iterator[Snippet]:
    if not question.sdk_key:
        return
    lines = (
        "import eppo_client",
        "",
        "config = eppo_client.ClientConfig(",
        f"    api_key={question.sdk_key!r},",
        f"    base_url={f'{question.root}/api'!r},",
        "    assignment_logger=eppo_client.AssignmentLogger(),",
        ")",
        "client = eppo_client.init(config)",
        "client.wait_for_initialization()",
        f"print({_python_call(question)})",
    )
    note = f"The real SDK: pip install eppo-server-sdk.{_of_now(question)}"
    yield Snippet("python", "Python", "\n".join(lines), note)


def _python_call(question: Question) -> str:
    fallback = question.fallback
    start = f"{question.flag!r}, {question.subject!r}, {_plain(question.attributes)!r}"
    if question.actions is not None:
        actions = {name: _plain(given) for name, given in question.offered.items()}
        return f"client.get_bandit_action({start}, {actions!r}, {fallback!r})"
    return f"client.get_{question.type.lower()}_assignment({start}, {fallback!r})"


def _pytest(question: Question, result: Result) -> Iterator[Snippet]:
    if not question.is_defined:
        return
    mark = f"env={question.environment!r}" + (f", at={question.at!r}" if question.at else "")
    name = re.sub(r"[^a-z0-9]+", "_", question.flag.lower()).strip("_")[:40] or "flag"
    lines = (
        "import eppo_client",
        "import pytest",
        "",
        "",
        f"@pytest.mark.eppo({mark})",
        f"def test_{name}(eppo):",
        "    client = eppo_client.get_instance()",
        "",
        f"    answer = {_python_call(question)}",
        "",
        *(f"    {line}" for line in _assertions(question, result)),
    )
    note = "The fixture of pip install 'eppo-emulator[pytest]', and the real SDK."
    yield Snippet("pytest", "pytest", "\n".join(lines), f"{note}{_of_sandbox(question)}")


def _assertions(question: Question, result: Result) -> Iterator[str]:
    value = result.variation if result.is_match else question.fallback
    if question.actions is None:
        yield f"assert answer {'is' if isinstance(value, bool) else '=='} {value!r}"
    else:
        yield f"assert (answer.variation, answer.action) == {(value, result.action)!r}"
    if result.events["assignment"] is None:
        yield f"eppo.assignments.none(flag={question.flag!r})"
    else:
        yield f"eppo.assignments.one(flag={question.flag!r}, variation={result.variation_key!r})"


def _expect(question: Question, result: Result) -> Iterator[Snippet]:
    if not question.is_defined:
        return
    entry = {
        "subject": question.subject,
        **({"with": dict(question.attributes)} if question.attributes else {}),
        **({} if question.actions is None else {"actions": question.offered}),
        "in": question.environment,
        **({"at": question.at} if question.at else {}),
        **_goals(result),
    }
    note = "Goes under the flag in its file; eppo-emulator test runs it."
    yield Snippet("yaml", "YAML expect:", expectation(entry), f"{note}{_of_sandbox(question)}")


def _goals(result: Result) -> dict[str, Any]:
    action = {} if result.action is None else {"action": result.action}
    if not result.is_match:
        return {"falls_through": True, **action}
    logs = result.events["assignment"] is not None
    return {"gets": result.variation_key, "via": result.allocation_key, "logs": logs, **action}


def _node(question: Question, _result: Result) -> Iterator[Snippet]:
    if not question.sdk_key:
        return
    start = f"{_js(question.flag)}, {_js(question.subject)}, {_js(_plain(question.attributes))}"
    fallback = _js(question.fallback)
    call = f"get{_NODE[question.type]}Assignment({start}, {fallback})"
    if question.actions is not None:
        actions = {name: _plain(given) for name, given in question.offered.items()}
        call = f"getBanditAction({start}, {_js(actions)}, {fallback})"
    lines = (
        'import * as eppo from "@eppo/node-server-sdk";',
        "",
        "const client = await eppo.init({",
        f"  apiKey: {_js(question.sdk_key)},",
        f"  baseUrl: {_js(f'{question.root}/api')},",
        "  assignmentLogger: { logAssignment() {} },",
        "});",
        f"console.log(client.{call});",
        "client.stopPolling();",
    )
    note = f"The real SDK: npm install @eppo/node-server-sdk.{_of_now(question)}"
    yield Snippet("node", "Node", "\n".join(lines), note)


def _js(value: Any) -> str:
    return json.dumps(value)


def _plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return those attributes that SDKs take: texts, numbers, booleans and null."""
    return {name: value for name, value in attributes.items() if isinstance(value, _SCALARS)}


def _of_now(question: Question) -> str:
    left_out = [name for name, value in question.attributes.items() if not isinstance(value, _SCALARS)]
    lists = " SDKs take no lists and maps as attributes; those are left out." if left_out else ""
    return f"{lists} An SDK answers for now, not for {question.at}." if question.at else lists


def _of_sandbox(question: Question) -> str:
    return " It asks the flag files, without what this sandbox changes." if question.is_sandbox else ""


_ALL: tuple[Callable[[Question, Result], Iterator[Snippet]], ...] = (_curl, _python, _pytest, _expect, _node, _command)
