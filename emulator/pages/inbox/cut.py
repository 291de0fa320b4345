"""Texts of others, no longer than somebody reads."""

LONGEST = 2_000


def cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
