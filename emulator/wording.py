"""Foreign text in our own sentences."""


def printable(text: str, limit: int = 200) -> str:
    """Return received *text* as one line for a message or a log: nothing in it can break the line."""
    shown = text if len(text) <= limit else f"{text[:limit]}…"
    if shown.isprintable():
        return shown
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in shown)
