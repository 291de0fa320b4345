"""Texts of others, no longer than somebody reads."""

from emulator.wording import printable

LONGEST = 2_000


def cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def sentence(text: str) -> str:
    """Return a sentence with texts of others in it, none of which can turn round what stands beside it."""
    return printable(text, LONGEST)
