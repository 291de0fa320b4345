"""After a YAML error: what to fix, and which entry to blank so that the rest of the file can be read."""

import re
from typing import NamedTuple

# Entries of these sections are named in problems.
FLAG_SECTIONS = ("flags", "layers", "bandits")


class Entry(NamedTuple):
    """
    What was blanked: the *name* of an entry or of a whole section; *flag* is the name where problems say it; *anchors*
    are those that went with it.
    """

    name: str
    flag: str
    anchors: frozenset[str] = frozenset()


# UTF-16's halves of a character, as writers of JSON in ASCII spell an emoji.
_PAIR = re.compile(r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)
# It starts where a word does and gives nothing back, for lines may be long.
_LONG_KEY = re.compile(r"(?<![^\s{},:])[^\s{},:]{1023,}+\s*+:")


def syntax_hint(problem: str, line: str, column: int) -> str:
    """Return the likely fix of libyaml's *problem* at *column* (from 0) of *line*."""
    if "\u00a0" in line:
        return "the line holds a no-break space; write an ordinary one"
    if "\t" in line[: column + 1]:
        return "indent with spaces, not tabs"
    if "Unicode character escape" in problem and (pair := _PAIR.search(line, column)):
        return f"write the character itself, or {_whole(pair)}; YAML does not join the halves {pair.group()} of JSON"
    if "find expected ',' or '}'" in problem and _LONG_KEY.search(line, column):
        return "shorten the key: inside braces YAML takes up to 1,024 characters"
    if "find expected ':'" in problem:
        return "write a colon and a space after the key"
    if re.search(r"\bif:\s", line):
        return "quote the whole condition: if: 'country in [US, CA]'"
    if "cannot start any token" in problem:
        return f"quote a text that starts with {line[column : column + 1]}"
    if "mapping values are not allowed" in problem:
        return "check the indentation, and quote a text that holds `: `"
    return "check quotes, brackets and indentation"


def _whole(pair: re.Match[str]) -> str:
    """Return YAML's escape of the one character that two escapes of JSON stand for."""
    high, low = (int(half, 16) for half in pair.groups())
    return f"\\U{0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00:08x}"


def _indent(line: str) -> int | None:
    """Return the indentation of a line with content; None for blank lines, comments and lines that begin with a tab."""
    stripped = line.lstrip(" ")
    without = not stripped.strip() or stripped.startswith(("#", "\t"))
    return None if without else len(line) - len(stripped)


def blank_entry(lines: list[str], fault: int) -> Entry | None:
    """
    Blank the second-level entry around line *fault* (from 0); return it, or None when there is none to blank.

    Works on indentation alone: the text around an error has no tree.
    """
    if not lines:
        return None
    fault = min(fault, len(lines) - 1)
    while fault > 0 and _indent(lines[fault]) is None:
        fault -= 1
    section = fault
    while section > 0 and _indent(lines[section]) != 0:
        section -= 1
    children = next((i for i in map(_indent, lines[section + 1 :]) if i is not None), 0)
    if section == fault or not children:
        return _blank(lines, section, 0, section)
    start = fault
    while start > section + 1 and _indent(lines[start]) not in range(children + 1):
        start -= 1
    return _blank(lines, start, children, section)


def _blank(lines: list[str], start: int, level: int, section: int) -> Entry | None:
    """Blank from *start* up to the next line that is indented by at most *level*."""
    end = start + 1
    while end < len(lines) and _goes_on(lines[end], level):
        end += 1
    if not any(line.strip() for line in lines[start:end]):
        return None
    name = _key(lines[start])
    flag = name if start != section and _key(lines[section]) in FLAG_SECTIONS else ""
    anchors = frozenset(re.findall(r"&([^\s,\]}]+)", "\n".join(lines[start:end])))
    lines[start:end] = [""] * (end - start)
    return Entry(name, flag, anchors)


def _goes_on(line: str, level: int) -> bool:
    """Tell whether an entry at *level* goes on in *line*; a colon that begins a line belongs to the key above it."""
    indent = _indent(line)
    return indent is None or indent > level or line.lstrip(" ").startswith(":")


def blank_conflicts(lines: list[str]) -> list[int]:
    """Blank git's conflict markers and the second side of each conflict; return where they begin (from 0)."""
    found = []
    side = ""
    for number, line in enumerate(lines):
        if line.startswith("<<<<<<< "):
            side = "ours"
            found.append(number)
        elif side and line.startswith("======="):
            side = "theirs"
        elif side and line.startswith(">>>>>>> "):
            side = ""
        elif side != "theirs":
            continue
        lines[number] = ""
    return found


def cut_document(lines: list[str], start: int) -> Entry:
    """Drop everything from line *start* (from 0) on: the documents after the first."""
    del lines[start:]
    return Entry("---", "")


def _key(line: str) -> str:
    return line.split(":")[0].strip().strip("'\"")
