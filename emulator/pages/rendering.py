"""Templates and values become HTML. Whatever comes from flags, events or requests is escaped, for all of it is text."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from emulator.pages import wording
from emulator.pages.assets import asset_url

_TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, values: Mapping[str, Any]) -> str:
    """
    Return *template*, a name in ``templates/``, filled with *values*.

    Raises:
        jinja2.UndefinedError: it shows something that is not among *values*.
    """
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES, encoding="utf-8"),
        # Not by a file's ending: there is no template whose values could do without.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Files do not change while the emulator runs.
        auto_reload=False,
    )
    environment.globals["asset"] = asset_url
    environment.filters |= wording.FILTERS
    return environment
