"""Foreign text in our own sentences."""


def printable(text: str, limit: int = 200) -> str:
    """Return received *text* as one line for a message or a log: nothing in it can break the line."""
    shown = text if len(text) <= limit else f"{text[:limit]}…"
    if shown.isprintable():
        return shown
    return "".join(character if character.isprintable() else f"\\x{_number(character):02x}" for character in shown)


def _number(character: str) -> int:
    """Return the number of *character*, or of the byte that Python keeps as half a surrogate pair (PEP 383)."""
    number = ord(character)
    return number - 0xDC00 if 0xDC80 <= number <= 0xDCFF else number
