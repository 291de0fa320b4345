"""Asks the real Python SDK and the oracle the same questions, and tells where they disagree."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.oracle.choice import picked, weights_of
from tests.oracle.description import Bandit, Description, Environment, Flag
from tests.oracle.interpret import Answer, Subject, all_flags, flag_answer
from tests.oracle.python_sdk import CALLERS_DEFAULTS, PythonSdk


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One question on which the words and the SDK differ."""

    environment: Environment
    flag: Flag
    subject: Subject
    words: Any
    sdk: Any

    def __str__(self) -> str:
        return (
            f"flag {self.flag.key!r} in {self.environment.key!r} for {self.subject.key!r} "
            f"with {json.dumps(dict(self.subject.attributes), ensure_ascii=False)} at {self.subject.now.isoformat()}\n"
            f"  the words say {self.words}\n  the SDK says  {self.sdk}"
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """Actions with their attributes, offered to a subject."""

    subject: Subject
    actions: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks about *description* in *environment*, whose compiled form the SDK has already been given."""

    sdk: PythonSdk
    description: Description
    environment: Environment

    def about_flags(self, subjects: list[Subject]) -> Iterator[Disagreement]:
        """Ask about every flag for every subject."""
        for flag in all_flags(self.description):
            for subject in subjects:
                words = flag_answer(self.description, self.environment, flag, subject)
                said = self.sdk.assignment(flag.key, flag.type, subject.key, subject.attributes)
                if not agree(words, said):
                    yield Disagreement(self.environment, flag, subject, words, said)

    def about_bandits(self, offers: list[Offer]) -> Iterator[Disagreement]:
        """Ask for an action of every flag that has a bandit behind it, for every offer."""
        flags = [flag for flag in self.description.flags if any(one.bandit for one in flag.variations)]
        for flag in flags:
            for offer in offers:
                yield from self._about_offer(flag, offer)

    def _about_offer(self, flag: Flag, offer: Offer) -> Iterator[Disagreement]:
        subject = offer.subject
        answer = flag_answer(self.description, self.environment, flag, subject)
        variation, action, event = self.sdk.bandit_action(flag.key, subject.key, subject.attributes, offer.actions)
        bandit = _bandit_behind(self.description, flag, answer)
        if bandit is None:
            served = CALLERS_DEFAULTS["string"] if answer.variation is None else answer.value
            if (variation, action) != (served, None):
                yield Disagreement(self.environment, flag, subject, (served, None), (variation, action))
            return
        weights = weights_of(bandit, self.environment.key, subject.attributes, offer.actions)
        likely = picked(flag.key, subject.key, weights)
        if variation != answer.value or action not in likely or not _tells(event, bandit, weights):
            words = (answer.value, likely, weights)
            yield Disagreement(self.environment, flag, subject, words, (variation, action, event))


def agree(words: Answer, said: Answer) -> bool:
    """Tell whether two answers are the same; an answer that is not logged shows no extra fields."""
    same = words.variation == said.variation and words.allocation == said.allocation and words.logged == said.logged
    same_value = type(words.value) is type(said.value) and words.value == said.value
    return same and same_value and (not words.logged or words.extra_logging == said.extra_logging)


def _tells(event: Mapping[str, Any] | None, bandit: Bandit, weights: Mapping[str, float]) -> bool:
    """Tell whether the logged event names the bandit and the probability of its action."""
    if event is None or event["banditKey"] != bandit.key:
        return False
    return abs(float(event["actionProbability"]) - weights[event["action"]]) < 1e-9


def _bandit_behind(description: Description, flag: Flag, answer: Answer) -> Bandit | None:
    served = next((one for one in flag.variations if one.key == answer.variation), None)
    return next((one for one in description.bandits if served and one.key == served.bandit), None)
