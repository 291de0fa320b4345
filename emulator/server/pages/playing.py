"""What the page of a flag asks the evaluator for one subject, from the parameters of its address."""

import secrets
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Any, get_args
from urllib.parse import urlencode

from flask import request

from emulator.evaluation import Found
from emulator.pages.playground.fields import KINDS
from emulator.pages.playground.form import BUTTONS, Form, Pairs, canonical, differs, read_form, rest_of
from emulator.pages.playground.offers import Offers, offers_of
from emulator.pages.playground.panel import Elsewhere, Panel, actions_text, answer_of, value_words, variations_of
from emulator.pages.playground.snippets import Question
from emulator.pages.playground.wanted import wanted_of, ways_to, wishes_of
from emulator.pages.wording import path_of
from emulator.queries import EvaluationQuery, Resolver, Result, Scope, SubjectsQuery, answer, find, served
from emulator.server.answers import Answer
from emulator.server.pacing import pace_of
from emulator.server.pages.answering import see_other
from emulator.server.pages.shelling import SCOPE, Asked
from emulator.server.parts import Parts
from emulator.ufc.wire import VariationType

# Somebody looks at the page meanwhile.
_PATIENCE_S = 3.0
_ENVIRONMENTS = 8
_TYPES = get_args(VariationType)


@dataclass(frozen=True, slots=True)
class Played:
    """
    *panel* is what ``playground/panel.html`` shows; *trace* the evaluator's, where somebody asked for a subject.

    *attributes* are that subject's, plain; shares are told for all who have them. *now* is the time of the question.
    *way* is not None where the page has another address, which is to be taken first.
    """

    panel: Panel | None
    trace: Mapping[str, Any] | None
    attributes: Mapping[str, Any]
    now: datetime
    way: Answer | None = None


@dataclass(frozen=True, slots=True)
class _Game:
    """One request: what it is about, and what was filled in."""

    parts: Parts
    asked: Asked
    key: str
    pairs: Pairs
    offers: Offers
    form: Form

    @property
    def resolve(self) -> Resolver:
        """What the page is about answers, whatever happens meanwhile."""
        return lambda scope: self.asked.served if scope.at is None else replace(self.asked.served, now=scope.at)

    @property
    def query(self) -> EvaluationQuery:
        form = self.form
        return EvaluationQuery(
            self.key, form.subject, form.attributes, actions=form.offered, scope=Scope(at=form.moment)
        )

    def address(self, pairs: Pairs) -> str:
        query = urlencode(pairs, errors="surrogatepass")
        return f"{path_of(request.path)}{'?' if query else ''}{query}"


def play(parts: Parts, asked: Asked, key: str) -> Played:
    """Return the playground of the flag *key* for the request that is being answered."""
    pairs = tuple(request.args.items(multi=True))
    game = _game(parts, asked, key, pairs)
    now = game.form.moment or asked.served.now
    given, nobody = dict(pairs), ""
    if "random" in given:
        made_up = ("subject", f"user-{secrets.randbelow(9_000) + 1_000}")
        return Played(None, None, {}, now, see_other(game.address([*rest_of(pairs, ("subject", *BUTTONS)), made_up])))
    if "find" in given and given.get("want"):
        found = _found(game, given["want"])
        if isinstance(found, Form):
            return Played(None, None, {}, now, see_other(game.address(canonical(found, asked.scope))))
        nobody = found
    elif game.form.is_sound and differs(pairs, wanted := canonical(game.form, asked.scope)):
        return Played(None, None, {}, now, see_other(game.address(wanted)))
    result = answer(game.query, game.resolve) if game.form.subject and game.form.is_sound else None
    panel = _panel(game, result, given.get("want", ""), nobody)
    # Of attributes that cannot all be read nothing is told, rather than of some of them.
    attributes = game.form.attributes if game.form.is_sound else {}
    return Played(panel, result.trace if result else None, attributes, now)


def _game(parts: Parts, asked: Asked, key: str, pairs: Pairs) -> _Game:
    offers = offers_of(asked.served.environment.prepared, key)
    return _Game(parts, asked, key, pairs, offers, read_form(pairs, offers, SCOPE))


def whole_way(parts: Parts, asked: Asked, key: str) -> Result | None:
    """Return the answer to the question of the address; None where it asks nothing."""
    game = _game(parts, asked, key, tuple(pair for pair in request.args.items(multi=True) if pair[0] != "part"))
    return answer(game.query, game.resolve) if game.form.subject and game.form.is_sound else None


def _found(game: _Game, wish: str) -> Form | str:
    """Return the form with a subject who lands where *wish* says, and what it takes; or why there is none."""
    if not game.form.is_sound:
        return "Mend first what is marked in the form."
    wanted = wanted_of(wish, game.key, game.form.offered)
    if wanted is None:
        return "Choose a variation or an allocation."
    # Another one each time.
    seed = zlib.crc32(game.form.subject.encode("utf-8", "surrogatepass")) if game.form.subject else 0
    reasons = []
    flag = game.asked.served.environment.prepared.flag(game.key)
    pace = _pace(game.parts)
    try:
        for attributes in ways_to(flag, wanted, game.form.attributes):
            scope = Scope(at=game.form.moment)
            found = find(SubjectsQuery(wanted, attributes, seed=seed, scope=scope), game.resolve, pace)
            if isinstance(found, Found):
                return replace(game.form, subject=found.subjects[0], attributes=attributes)
            reasons.append(found.reason)
    except _TooLongError:
        return f"Nobody was found within {_PATIENCE_S:g} seconds; fill in attributes that lead there, and try again."
    # The first way is the one with what was filled in; a rule's own says more, for it goes as far as one can.
    return f"Nobody lands there: {reasons[1] if len(reasons) > 1 else reasons[0]}."


class _TooLongError(Exception):
    """Nobody was found in time."""


def _pace(parts: Parts) -> Any:
    still, end = pace_of(parts), monotonic() + _PATIENCE_S

    def pace() -> None:
        still()
        if monotonic() > end:
            raise _TooLongError

    return pace


def _panel(game: _Game, result: Result | None, wish: str, nobody: str) -> Panel:
    form, prepared = game.form, game.asked.served.environment.prepared
    flag = prepared.flag(game.key)
    return Panel(
        path=path_of(request.path),
        whole=game.address((*game.pairs, ("part", "way"))),
        hidden=(*game.asked.scope.items(), *form.others),
        form=form,
        kinds=KINDS,
        now=f"{game.asked.served.now:%Y-%m-%d %H:%M} UTC",
        offers=game.offers,
        actions=actions_text(form, game.offers),
        wishes=wishes_of(flag, game.offers),
        wish=wish,
        nobody=nobody,
        removals={field.name: game.address(list(rest_of(game.pairs, field.parameters))) for field in form.fields},
        answer=None
        if result is None
        else answer_of(_question(game), result, variations_of(game.asked.served.environment.config, game.key)),
        elsewhere=() if result is None else tuple(_elsewhere(game, result)),
    )


def _question(game: _Game) -> Question:
    served, scope = game.asked.served, game.asked.scope
    key = scope.get("sdkKey", "")
    is_sandbox = game.parts.sandboxes.find((key,)) is not None if key else False
    return Question(
        flag=game.key,
        type=_type(game),
        subject=game.form.subject,
        attributes=game.form.attributes,
        actions=game.form.offered,
        at=game.form.at,
        scope=scope,
        root=request.host_url.rstrip("/"),
        sdk_key=key or _sdk_key(game),
        environment=served.environment.key,
        is_sandbox=is_sandbox,
        is_defined=served.place_of(game.key) is not None,
        needs_token=game.parts.settings.token is not None,
    )


def _type(game: _Game) -> str:
    """Return the flag's type; where it is not served, that which it has elsewhere."""
    environments = (game.asked.served.environment, *game.parts.workspace.current.environments)
    flags = (one.prepared.flag(game.key) for one in environments)
    return next((flag.type for flag in flags if flag is not None and flag.type in _TYPES), "STRING")


def _sdk_key(game: _Game) -> str:
    """Return a key that SDKs reach the environment by; any will do for the first one, unless keys are strict."""
    environment = game.asked.served.environment
    if environment.sdk_keys:
        return environment.sdk_keys[0]
    first = game.parts.workspace.current.environments[0].key
    return "any-key" if environment.key == first and not game.parts.settings.strict_keys else ""


def _elsewhere(game: _Game, result: Result) -> Iterator[Elsewhere]:
    snapshot, scope = game.parts.workspace.current, game.asked.scope
    is_sandbox = bool(scope.get("sdkKey")) and game.parts.sandboxes.find((scope["sdkKey"],)) is not None
    here = None if is_sandbox else game.asked.served.environment.key
    own = value_words(result)
    for environment in snapshot.environments[:_ENVIRONMENTS]:
        if environment.key == here:
            continue
        where = served(snapshot, Scope(environment=environment.key, at=game.form.moment), game.parts.clock())
        words = value_words(answer(game.query, lambda _, where=where: where))  # type: ignore[misc]
        href = game.address(canonical(game.form, {"environment": environment.key}))
        yield Elsewhere(environment.name, href, words, words == own)
