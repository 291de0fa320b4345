"""
What the commands that ask the evaluator have in common: the options that say where, when and with which attributes.

Each command makes of its options the document that the control API takes, so that all doors read questions alike.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from emulator.cli.options import bandits_option, check_sources, environment_option, flags_option, option, ufc_option
from emulator.cli.output import log, now
from emulator.cli.values import ShellWords, actions, attributes_of, json_object, time
from emulator.snapshot import Snapshot
from emulator.workspace import Workspace

if TYPE_CHECKING:
    from emulator.queries import Resolver

_Command = TypeVar("_Command", bound=Callable[..., Any])
_NUMERIC, _CATEGORICAL = "numericAttributes", "categoricalAttributes"

actions_option = option(
    "--actions",
    type=actions,
    metavar="JSON|@FILE",
    help="What the bandit may choose: a JSON map of names to attributes, a list of names, or names with commas.",
)
seed_option = option("--seed", type=int, default=0, show_default=True, help="Another number makes up other subjects.")
_OPTIONS = (
    option(
        "--attr",
        "single",
        type=ShellWords(),
        callback=attributes_of,
        multiple=True,
        metavar="K=V",
        help="An attribute; numbers, true, false and null as in JSON, else text. K:=JSON is JSON always. Repeatable.",
    ),
    option("--attrs", "whole", type=json_object, metavar="JSON|@FILE", help="All attributes as a JSON object."),
    environment_option,
    option("--sdk-key", metavar="KEY", help="The environment that answers this SDK key, instead of --env."),
    option("--at", type=time, metavar="TIME", help="Another time than now: 2025-03-28 or 2025-03-28T14:00Z."),
    flags_option,
    ufc_option,
    bandits_option,
    option("--json", "wants_json", is_flag=True, help="Print JSON, as the control API answers it."),
)


def question(command: _Command) -> _Command:
    """Add the options of every question; the command passes what they say on as it is."""
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


def members_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a question document that *options* give: the attributes and the scope."""
    if options["environment_key"] is not None and options["sdk_key"] is not None:
        raise click.UsageError("--env and --sdk-key are alternatives: give one of them")
    scope = {"environment": options["environment_key"], "sdkKey": options["sdk_key"], "at": options["at"]}
    return {"attributes": _attributes(options["whole"] or {}, options["single"]), **scope}


def resolver_of(options: Mapping[str, Any]) -> "Resolver":
    """
    Read what *options* name, once, and return what answers for it.

    Raises:
        FlagFileError: it does not compile.
        WorkspaceError: it cannot be read.
    """
    check_sources(options["ufc"], options["bandits"])
    snapshot, moment = _workspace(options).current, now()
    log(*(f"Note: {note}" for note in _notes(snapshot, options["sdk_key"])))
    from emulator.queries import served

    return lambda scope: served(snapshot, scope, moment)


def _workspace(options: Mapping[str, Any]) -> Workspace:
    if options["ufc"]:
        return Workspace.of_ufc(options["ufc"], options["bandits"], clock=now)
    return Workspace(options["paths"], clock=now)


def _notes(snapshot: Snapshot, sdk_key: str | None) -> Iterator[str]:
    """Yield what may surprise about what is asked."""
    from emulator.snapshot.keys import refusal, select_environment

    selection = select_environment(snapshot, (sdk_key,) if sdk_key else ())
    if selection.unknown_key:
        key = selection.environment.key
        yield f'{refusal(selection, snapshot)}; it is answered from environment "{key}", as serve does'
    if selection.environment.config.get("format") == "CLIENT":
        yield "this configuration is obfuscated for client SDKs, so its flags go by hashes of their keys"


def _attributes(whole: Mapping[str, Any], single: Mapping[str, Any]) -> dict[str, Any]:
    if single and (_NUMERIC in whole or _CATEGORICAL in whole):
        raise click.UsageError(
            f"--attr cannot add to {_NUMERIC} and {_CATEGORICAL}: write all attributes in --attrs, or all plain"
        )
    return {**whole, **single}
