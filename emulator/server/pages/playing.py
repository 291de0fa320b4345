"""What the page of a flag asks the evaluator for one subject, from the parameters of its address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.server.pages.shelling import Asked


@dataclass(frozen=True, slots=True)
class Played:
    """
    *panel* is what ``playground/panel.html`` shows; *trace* the evaluator's, where somebody asked for a subject.

    *attributes* are that subject's, plain; shares are told for all who have them.
    """

    panel: Any = None
    trace: Mapping[str, Any] | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


def play(_asked: Asked, _key: str, _parameters: Mapping[str, str]) -> Played:
    return Played()
