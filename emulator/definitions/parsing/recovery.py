"""After a YAML syntax error: what to fix, and which entry to blank so that the rest of the file can be read."""

import re


def syntax_hint(problem: str, line: str, column: int) -> str:
    """Return the likely fix of libyaml's *problem* at *column* (from 0) of *line*."""
    if "\t" in line[: column + 1]:
        return "indent with spaces, not tabs"
    if re.search(r"\bif:\s", line):
        return "quote the whole condition: if: 'country in [US, CA]'"
    if "cannot start any token" in problem:
        return f"quote a text that starts with {line[column : column + 1]}"
    if "mapping values are not allowed" in problem:
        return "check the indentation, and quote a text that holds `: `"
    return "check quotes, brackets and indentation"


def _indent(line: str) -> int | None:
    """Return the indentation of a line with content; None for blank lines and comments."""
    stripped = line.lstrip(" ")
    return None if not stripped.strip() or stripped.startswith("#") else len(line) - len(stripped)


def blank_entry(lines: list[str], fault: int) -> str | None:
    """
    Blank the second-level entry around line *fault* (from 0) and return its key, or None when there is none to blank.

    Works on indentation alone: the text around a syntax error has no tree.
    """
    fault = min(fault, len(lines) - 1)
    while fault > 0 and _indent(lines[fault]) is None:
        fault -= 1
    section = fault
    while section > 0 and _indent(lines[section]) != 0:
        section -= 1
    children = next((i for i in map(_indent, lines[section + 1 :]) if i is not None), 0)
    if section == fault or not children:
        start, level = section, 0
    else:
        start, level = fault, children
        while start > section + 1 and _indent(lines[start]) not in range(children + 1):
            start -= 1
    end = start + 1
    while end < len(lines) and ((indent := _indent(lines[end])) is None or indent > level):
        end += 1
    if not any(line.strip() for line in lines[start:end]):
        return None
    name = lines[start].split(":")[0].strip().strip("'\"")
    lines[start:end] = [""] * (end - start)
    return name
