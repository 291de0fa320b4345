"""``/flags/{key}``: the page of one flag, and the parts of it that come later."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask import request

from emulator.inbox.match import Term
from emulator.pages.flag.about import About, about
from emulator.pages.flag.origins import origins_of
from emulator.pages.flag.shares import ShareColumns
from emulator.pages.flag.variations import bandits_of
from emulator.pages.flag.waterfall import Waterfall, waterfall_of
from emulator.pages.flag.windows import moment_words
from emulator.pages.flags.population import population
from emulator.pages.inbox.address import Address, term_of
from emulator.pages.rendering import render
from emulator.pages.shell import page
from emulator.pages.wording import flag_href, pretty_json
from emulator.queries import SimulationQuery, simulate
from emulator.server.answers import Answer
from emulator.server.pages.answering import page_answer
from emulator.server.pages.playing import Played, play, whole_way
from emulator.server.pages.shelling import Asked, address_about, asked_for, shell_of
from emulator.server.parts import Parts
from emulator.ufc.timestamps import format_timestamp

# A second of work; whoever wants more asks the command line.
_MOST_SUBJECTS = 1_000_000
_EVENTS = 10
# What is below comes after the first paint.
_FIRST_STEPS = 20
_REPLACED = "\N{REPLACEMENT CHARACTER}"


def flag_page(parts: Parts, named: str) -> Answer:
    asked = asked_for(parts, request.args)
    key = _meant(named, asked.served.environment.config["flags"])
    part = _PARTS.get(request.args.get("part", ""))
    if part is not None:
        return part(parts, key, asked)
    snapshot, served = parts.workspace.current, asked.served
    here = about(snapshot, served.environment, key)
    wire, base = served.environment.config["flags"].get(key), _base(parts, asked, key)
    played = play(parts, asked, key)
    if played.way is not None:
        return played.way
    now = played.now
    shell = shell_of(parts, "flags", key, asked.scope, partial(address_about, request.path, request.args))
    is_served = here.standing is not None and here.standing.is_served
    waterfall = _waterfall(parts, asked, key, wire, base, played, first=_first(asked, key)) if is_served else None
    address = _rest_of_address() if waterfall and waterfall.left_out else None
    values = {
        "key": key,
        "about": here,
        "environment": served.environment.key,
        "changed": base is not None and base != wire,
        "waterfall": waterfall,
        "rest_address": flag_href(key, {**address, "part": "steps"}) if address is not None else "",
        "all_address": flag_href(key, {**address, "steps": "all"}) if address is not None else "",
        "absence": _absence(here, served.absence(key)),
        "now_stamp": format_timestamp(now),
        "now_words": moment_words(now.replace(microsecond=0)),
        "is_sandbox": bool(_slice(parts, asked.scope)),
        "wire": wire,
        "shares": _shares(asked, key, played) if waterfall else None,
        "kept": [(name, text) for name, text in request.args.items(multi=True) if name != "simulate"],
        "wire_address": flag_href(key, {**asked.scope, "part": "ufc"}),
        "events_address": flag_href(key, {**asked.scope, "part": "events"}),
        "inbox_address": Address(asked.scope).asking(term_of("flag", key)),
        "panel": played.panel,
    }
    return page_answer(page("flag/page.html", shell, **values), status=200 if here.is_known or wire else 404)


def _absence(here: About, sentence: str) -> str:
    """Return why the flag is not served; *sentence* says it where the flag files do not."""
    reason = here.standing.reason if here.standing else ""
    return f"{reason[0].upper()}{reason[1:]}" if reason else f"{sentence[0].upper()}{sentence[1:]}".rstrip("?.")


def _meant(named: str, flags: Mapping[str, Any]) -> str:
    """Return the key that an address names: no address carries half a surrogate pair, which a key may hold."""
    if named in flags or _REPLACED not in named:
        return named
    return next((key for key in flags if _carried(key) == named), named)


def _carried(key: str) -> str:
    return key.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _waterfall(
    parts: Parts, asked: Asked, key: str, wire: Any, base: Any, played: Played, first: int | None = None
) -> Waterfall:
    environment = asked.served.environment
    return waterfall_of(
        wire,
        played.now,
        played.trace,
        origins=origins_of(parts.workspace.current.build, key, environment.key),
        bandits=bandits_of(environment.config, key),
        base=base,
        ready=environment.prepared.flag(key),
        first=first,
    )


def _base(parts: Parts, asked: Asked, key: str) -> Any:
    """Return the flag as the environment serves it, where what is shown is a sandbox's."""
    environment = parts.workspace.current.by_key.get(asked.served.environment.key)
    if environment is None or environment is asked.served.environment:
        return None
    return environment.config["flags"].get(key)


def _shares(asked: Asked, key: str, played: Played) -> ShareColumns:
    served, attributes = replace(asked.served, now=played.now), played.attributes
    exact = population(served.environment.prepared.flag(key), served.now, attributes)
    text = request.args.get("simulate", "")
    columns = ShareColumns(exact, None, bool(attributes), text)
    if not text:
        return columns
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not 1 <= number <= _MOST_SUBJECTS:
        return replace(columns, problem=f"Give a number of subjects from 1 to {_MOST_SUBJECTS:,}.")
    return replace(columns, simulation=simulate(SimulationQuery(key, number, attributes), lambda _: served))


def _events(parts: Parts, key: str, asked: Asked) -> Answer:
    terms = (Term("flag", key), *_slice(parts, asked.scope))
    found = parts.inbox.find(terms, limit=_EVENTS, descending=True).records
    rows = [{"record": one, "received": format_timestamp(one.received_at)} for one in found]
    return page_answer(
        render("flag/events.html", {"records": rows, "address": Address(asked.scope).asking(term_of("flag", key))})
    )


def _first(asked: Asked, key: str) -> int | None:
    """Return how many steps are shown at once; None for all. Those of rollouts are folded, so there are never many."""
    flag = asked.served.environment.prepared.flag(key)
    allocations = flag.allocations if flag else ()
    is_long = len(allocations) > 2 * _FIRST_STEPS and not any(one.window for one in allocations)
    return _FIRST_STEPS if is_long and request.args.get("steps") != "all" else None


def _rest_of_address() -> dict[str, Any]:
    """Return the parameters of the steps that come later."""
    return {name: one for name, one in request.args.to_dict(flat=False).items() if name != "key"}


def _later_steps(parts: Parts, key: str, asked: Asked) -> Answer:
    wire = asked.served.environment.config["flags"].get(key)
    waterfall = _waterfall(parts, asked, key, wire, _base(parts, asked, key), play(parts, asked, key))
    return page_answer(render("flag/steps.html", {"waterfall": waterfall, "rest": waterfall.runs[_FIRST_STEPS:]}))


def _ufc(_parts: Parts, key: str, asked: Asked) -> Answer:
    wire = asked.served.environment.config["flags"].get(key)
    return page_answer(render("flag/wire.html", {"wire": wire}))


def _whole_way(parts: Parts, key: str, asked: Asked) -> Answer:
    result = whole_way(parts, asked, key)
    told = {"text": result.explain(), "details": pretty_json(result.details)} if result else {"text": "", "details": ""}
    return page_answer(render("playground/way.html", told))


_PARTS: Mapping[str, Callable[[Parts, str, Asked], Answer]] = {
    "events": _events,
    "ufc": _ufc,
    "steps": _later_steps,
    "way": _whole_way,
}


def _slice(parts: Parts, scope: Mapping[str, str]) -> tuple[Term, ...]:
    """Return the terms of a sandbox's own events, where the page is about one."""
    key = scope.get("sdkKey", "")
    return (Term("sandbox", key),) if key and parts.sandboxes.find((key,)) else ()
