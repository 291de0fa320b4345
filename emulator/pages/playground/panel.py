"""The playground as one value: the form, what came out, and where else to ask."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.evaluation.words import shortened
from emulator.pages.playground.choosing import Choice, choice_of
from emulator.pages.playground.form import Form
from emulator.pages.playground.offers import Offers
from emulator.pages.playground.sentences import Why, logged, why
from emulator.pages.playground.snippets import Question, Snippet, snippets_of
from emulator.pages.playground.wanted import Wish
from emulator.pages.wording import pretty_json, short_json
from emulator.queries import Result

_HUES = 8
_LONGEST_VALUE = 120
_MOST_ACTIONS = 12
# Of how many allocations everything is told at once: each is a few hundred bytes, twice.
_SHORT = 40


@dataclass(frozen=True, slots=True)
class Event:
    title: str
    json: str


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What came out, for people.

    *value* is on one line, empty for the caller's default and for a document, of which *whole* is all, as of a value
    that does not fit. *variation* is its key, *names_itself* whether that is the value's own text. *text* is the whole
    way as lines of text; it and *details* are None where they are so long that they come later.
    """

    subject: str
    value: str
    whole: str
    is_match: bool
    hue: str
    variation: str
    names_itself: bool
    allocation: str
    action: str | None
    why: Why
    bandit: str
    choice: Choice | None
    logged: str
    events: tuple[Event, ...]
    code: str
    details: str | None
    text: str | None
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the same subject gets in another environment."""

    name: str
    href: str
    value: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """
    *path* is where the form leads, *hidden* what it sends along, *whole* the address of the answer's long parts.
    *actions* stands in the field for a bandit's actions, None where there is no such field. *nobody* is why a search
    found no subject. *removals* are addresses without one attribute, by its name.
    """

    path: str
    whole: str
    hidden: tuple[tuple[str, str], ...]
    form: Form
    kinds: Mapping[str, str]
    now: str
    offers: Offers
    actions: str | None
    wishes: tuple[tuple[str, tuple[Wish, ...]], ...]
    wish: str
    nobody: str
    removals: Mapping[str, str]
    answer: Answer | None
    elsewhere: tuple[Elsewhere, ...]

    @property
    def known_actions(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The first actions that the models know, with the attributes that they know of each."""
        return tuple(self.offers.action_attributes.items())[:_MOST_ACTIONS]


def answer_of(question: Question, result: Result, variations: Sequence[str]) -> Answer:
    """Return *result* for people; *variations* are the keys of the flag's, in their order."""
    told = result.trace
    is_short = len(told["allocations"]) <= _SHORT
    is_match = result.is_match
    value = short_json(result.variation) if is_match else ""
    is_long = len(value) > _LONGEST_VALUE
    is_document = is_match and isinstance(result.variation, dict | list)
    key = result.variation_key or ""
    return Answer(
        subject=question.subject,
        value="" if is_document else f"{value[:_LONGEST_VALUE]}…" if is_long else value,
        whole=pretty_json(result.variation) if is_long or is_document else "",
        is_match=is_match,
        hue=f"hue-{variations.index(key) % _HUES}" if is_match and key in variations else "hue-none",
        variation=key,
        names_itself=value in (key, short_json(key)),
        allocation=result.allocation_key or "",
        action=result.action,
        why=why(told, is_match=is_match, hint=result.hint),
        bandit=_bandit(told),
        choice=choice_of(told),
        logged=logged(result.events, is_match=is_match, allocation=result.allocation_key),
        events=tuple(_events(result.events)),
        code=str(result.details["flagEvaluationCode"]),
        details=pretty_json(result.details) if is_short else None,
        text=result.explain() if is_short else None,
        snippets=snippets_of(question, result),
    )


def variations_of(config: Mapping[str, Any], flag: str) -> Sequence[str]:
    """Return the keys of the flag's variations in their order; a published flag may have any shape."""
    flags = config.get("flags")
    wire = flags.get(flag) if isinstance(flags, Mapping) else None
    found = wire.get("variations") if isinstance(wire, Mapping) else None
    return [str(key) for key in found] if isinstance(found, Mapping) else []


def actions_text(form: Form, offers: Offers) -> str | None:
    """Return what stands in the field for actions: what somebody wrote, or what the models know."""
    if form.offered is None:
        return form.actions or None
    return form.actions or short_json(offers.actions)


def value_words(result: Result) -> str:
    """Return what the subject of *result* gets, on one short line."""
    if not result.is_match:
        value = "the caller's default"
    elif isinstance(result.variation, dict | list):
        value = shortened(result.variation_key or "")
    else:
        value = shortened(short_json(result.variation))
    return value if result.action is None else f"{value} → {shortened(result.action)}"


def _bandit(told: Mapping[str, Any]) -> str:
    """Return why a bandit that was asked chose nothing, as a sentence."""
    bandit = told.get("bandit")
    if bandit is None or bandit["action"] is not None:
        return ""
    sentence = str(bandit["description"])
    return f"No action was chosen: {sentence}."


def _events(events: Mapping[str, Any]) -> Iterator[Event]:
    titles = {"assignment": "Assignment event", "bandit": "Bandit event"}
    for kind, event in events.items():
        if event is not None:
            yield Event(titles[kind], pretty_json(event))
