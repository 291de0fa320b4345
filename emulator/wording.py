"""Foreign text in our own sentences."""


def printable(text: str, limit: int = 200) -> str:
    """Return received *text* as one line for a message or a log: nothing in it can break the line."""
    shown = text if len(text) <= limit else f"{text[:limit]}…"
    if shown.isprintable():
        return shown
    return "".join(character if character.isprintable() else _escape(_number(character)) for character in shown)


def _escape(number: int) -> str:
    """Return how Python and JSON write the character: of a length that shows where it ends."""
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _number(character: str) -> int:
    """Return the number of *character*, or of the byte that Python keeps as half a surrogate pair (PEP 383)."""
    number = ord(character)
    return number - 0xDC00 if 0xDC80 <= number <= 0xDCFF else number
