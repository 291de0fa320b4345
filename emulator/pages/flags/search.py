"""Finding flags by what people type: words of keys and descriptions, in quotes exactly, and what is near it."""

import re
from collections.abc import Callable, Iterable, Iterator

from emulator.suggest import closest

_PIECE = re.compile(r'"([^"]*)"?|(\S+)')


def words_of(text: str) -> tuple[str, ...]:
    """Return what all has to be found, in small letters; a text in quotes is one."""
    found = (quoted or word for quoted, word in _PIECE.findall(text))
    return tuple(one.lower() for one in found if one)


def found_keys(keys: Iterable[str], words: tuple[str, ...], described: Callable[[str], str]) -> list[str]:
    """Return the *keys* in which, or in whose description, all *words* are; what the key itself says comes first."""
    ranked = ((_rank(key.lower(), words, described, key), key) for key in keys)
    return [key for rank, key in sorted(one for one in ranked if one[0] is not None)]


def near_keys(keys: Iterable[str], words: tuple[str, ...]) -> list[str]:
    """Return the *keys* that hold the letters of all *words* in their order, or the one that is written most alike."""
    listed = list(keys)
    near = list(_with_letters(listed, words))
    if near:
        return near
    alike = closest(" ".join(words), listed)
    return [alike] if alike is not None else []


def _rank(key: str, words: tuple[str, ...], described: Callable[[str], str], named: str) -> int | None:
    if all(word in key for word in words):
        return 0 if key == words[0] else 1 if key.startswith(words[0]) else 2
    text = described(named).lower()
    return 3 if all(word in key or word in text for word in words) else None


def _with_letters(keys: Iterable[str], words: tuple[str, ...]) -> Iterator[str]:
    patterns = [re.compile(".*?".join(map(re.escape, word)), re.DOTALL) for word in words]
    return (key for key in keys if all(pattern.search(key.lower()) for pattern in patterns))
