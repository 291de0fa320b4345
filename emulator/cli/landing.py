"""The commands about who lands where: subjects, simulate. The evaluator is imported when they are called."""

import sys
from typing import Any

import click

from emulator.cli.options import option
from emulator.cli.output import log, show
from emulator.cli.questions import actions_option, members_of, question, resolver_of, seed_option
from emulator.wording import printable


@click.command()
@click.argument("flag")
@option("--gets", metavar="VARIATION", help="The variation they get; any by default.")
@option("--via", metavar="ALLOCATION", help="The allocation they get it through.")
@option("--action", metavar="ACTION", help="The action that the bandit chooses for them.")
@actions_option
@option("--count", "-n", type=int, default=1, show_default=True, metavar="N", help="How many subject keys.")
@seed_option
@question
def subjects(flag: str, actions: Any, **options: Any) -> None:
    """
    Print subject keys that land where a test wants them, one per line.

    Exits with 1, and says why, when nobody can land there.

    \b
      eppo-emulator subjects signup-headline --gets playful -n 3
      eppo-emulator subjects new-checkout --via north-america --attr country=US --attr app_version=2.3.0
      eppo-emulator subjects accessory-banner --action helmet --actions helmet,lights
    """
    from emulator.evaluation import NotFound
    from emulator.queries import find, read_subjects
    from emulator.reporting.evaluating import as_json

    wanted = {name: options[name] for name in ("gets", "via", "action", "count", "seed")}
    query = read_subjects({"flag": flag, "actions": actions, **wanted, **members_of(options)})
    found = find(query, resolver_of(options))
    reason = found.reason if isinstance(found, NotFound) else ""
    keys = () if isinstance(found, NotFound) else found.subjects
    if options["wants_json"]:
        click.echo(as_json({"subjects": keys, **({"reason": reason} if reason else {})}))
    else:
        # A rule may name a key with a line break; JSON has it exactly.
        show("".join(f"{printable(key, len(key))}\n" for key in keys))
    if reason:
        log(printable(reason, len(reason)))
        sys.exit(1)


@click.command()
@click.argument("flag")
@option("--subjects", type=int, metavar="N", help="How many subjects to make up; 10,000 by default.")
@seed_option
@question
def simulate(flag: str, subjects: int | None, seed: int, **options: Any) -> None:
    """
    Print which share of many made-up subjects gets what, next to the configured shares.

    \b
      eppo-emulator simulate signup-headline
      eppo-emulator simulate new-checkout --subjects 100000 --attr country=US --attr app_version=2.3.0
    """
    from emulator.queries import read_simulation
    from emulator.queries import simulate as simulated
    from emulator.queries.simulation import as_json as data_of
    from emulator.reporting import shares
    from emulator.reporting.evaluating import as_json

    query = read_simulation({"flag": flag, "subjects": subjects, "seed": seed, **members_of(options)})
    resolve = resolver_of(options)
    outcome = simulated(query, resolve)
    if options["wants_json"]:
        click.echo(as_json(data_of(outcome)))
    else:
        show(shares.as_text(outcome, flag, resolve(query.scope).environment.key))
