"""The commands that evaluate for one subject: eval, bandit. The evaluator is imported when they are called."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

import click

from emulator.cli.options import option
from emulator.cli.output import log, show
from emulator.cli.questions import actions_option, members_of, question, resolver_of
from emulator.cli.values import value
from emulator.ufc.wire import VariationType
from emulator.wording import printable

_TYPES = [name.lower() for name in get_args(VariationType)]
_type_option = option(
    "--type",
    "type_",
    type=click.Choice(_TYPES, case_sensitive=False),
    metavar="TYPE",
    help=f"The type that the caller asks for: {', '.join(_TYPES)}.",
)
_default_option = option(
    "--default", type=value, metavar="VALUE", help="What the caller falls back to; typed as by --attr, or :=JSON."
)
_explain_option = option("--explain", is_flag=True, help="Show the whole way, and the events.")


@click.command("eval")
@click.argument("words", nargs=-1, required=True, metavar="[FLAG] SUBJECT")
@_type_option
@_default_option
@_explain_option
@question
def eval_(words: Sequence[str], type_: str | None, default: Any, explain: bool, **options: Any) -> None:
    """
    Show what a subject gets from a flag, and why.

    Without FLAG, the subject is evaluated against all flags.

    \b
      eppo-emulator eval new-checkout ann --attr country=US --attr app_version=2.10.0
      eppo-emulator eval new-checkout ann --attr age=18 --attr 'zip:="01234"' --explain
      eppo-emulator eval ann --attrs @ann.json --env production
    """
    if len(words) > 2:
        raise click.UsageError(f'expected [FLAG] SUBJECT, found a third word, "{printable(words[2])}"')
    from emulator.reporting.evaluating import as_text

    *flags, subject = words
    members = {"subject": subject, "type": type_, "default": default, **members_of(options)}
    if flags:
        _tell({"flag": flags[0], **members}, options, as_text, explain=explain)
    else:
        _tell_all(members, options, explain=explain)


@click.command()
@click.argument("flag")
@click.argument("subject")
@actions_option
@_default_option
@_explain_option
@question
def bandit(flag: str, subject: str, actions: Any, default: Any, explain: bool, **options: Any) -> None:
    """
    Show which action a bandit chooses for a subject, and what every action scored.

    \b
      eppo-emulator bandit accessory-banner ann --actions helmet,lights
      eppo-emulator bandit accessory-banner ann --actions '{"helmet": {"price": 30}, "lights": {}}' --explain
    """
    if actions is None:
        raise click.UsageError("--actions is missing; write --actions red,blue or --actions @actions.json")
    from emulator.reporting.choosing import as_text

    members = {"flag": flag, "subject": subject, "default": default, "actions": actions, **members_of(options)}
    _tell(members, options, as_text, explain=explain)


def _tell(
    members: Mapping[str, Any], options: Mapping[str, Any], as_text: Callable[..., str], *, explain: bool
) -> None:
    from emulator.queries import answer, read_evaluation
    from emulator.reporting.evaluating import as_json

    result = answer(read_evaluation(members), resolver_of(options))
    if options["wants_json"]:
        click.echo(as_json(result.as_json()))
    else:
        show(as_text(result, explained=explain))


def _tell_all(members: Mapping[str, Any], options: Mapping[str, Any], *, explain: bool) -> None:
    from emulator.queries import answer, read_evaluation
    from emulator.reporting.evaluating import as_json, as_table, as_text

    # Which flag does not matter to the reading; there may be none.
    query = read_evaluation({"flag": "", **members})
    resolve = resolver_of(options)
    keys = resolve(query.scope).environment.prepared.flag_keys
    results = {key: answer(replace(query, flag=key), resolve) for key in keys}
    if query.subject in results:
        log(f'Note: "{printable(query.subject)}" is taken as a subject; to evaluate that flag, name a subject after it')
    if options["wants_json"]:
        click.echo(as_json({key: result.as_json() for key, result in results.items()}))
    elif explain:
        show("\n".join(as_text(result, explained=True) for result in results.values()))
    else:
        show(as_table(results, query.subject))
