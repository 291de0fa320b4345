"""
Writes YAML by hand, in many styles: block and flow, plain and quoted, shuffled keys, comments, anchors and aliases.

A node says only what matters to the language: whether its text may be quoted freely, and whether the order of its
members means something. Everything else is drawn from a random source, so that two writings of one node differ in
everything that must not matter.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

# Plain scalars that start with a word and hold nothing that YAML reads; in flow style also no bracket or comma.
_PLAIN_IN_BLOCK = re.compile(r"[^\W_](?:(?!: | #)[^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff])*(?<![ :])")
_PLAIN_IN_FLOW = re.compile(r"[^\W_](?:[\w.@%+/-]|:(?=\w)| (?=\w))*")
_PLAIN_KEY = re.compile(r"[^\W_](?:[\w./-]| (?=\w))*")
_SINGLE_QUOTED = re.compile(r"[^\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff]*")
# Texts that stand for a missing value unless quoted.
_NULLS = frozenset({"null", "Null", "NULL", "~", ""})


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar whose type comes from where it stands: quoting it changes nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Plain:
    """A scalar that must not be quoted: a number or null where the look decides."""

    text: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A scalar that must be quoted: text where the look decides."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    members: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Members:
    """A mapping; *ordered* when the order of its keys means something."""

    pairs: tuple[tuple[str, "Node"], ...]
    ordered: bool = False


Node = Text | Plain | Quoted | Items | Members


def write_yaml(document: Members, random: Random, *, plain: bool = False) -> str:
    """Return *document* as YAML text in a style drawn from *random*; *plain* asks for the simplest block style."""
    style = _PLAIN_STYLE if plain else _drawn_style(random)
    shuffled = document if plain else _shuffled(document, random)
    assert isinstance(shuffled, Members)
    return _Writer(style, random, _repeated(shuffled)).document(shuffled)


@dataclass(frozen=True, slots=True)
class _Style:
    """How often something is done, from 0 to 1; *step* is the indentation in blanks."""

    step: int
    flow: float
    quotes: float
    comments: float
    anchors: float
    block_scalars: float
    broken_flow: float
    header: str


_PLAIN_STYLE = _Style(2, 0, 0, 0, 0, 0, 0, "")


def _drawn_style(random: Random) -> _Style:
    return _Style(
        step=random.choice([2, 2, 4, 3]),
        flow=random.choice([0, 0.15, 0.5, 0.95]),
        quotes=random.choice([0, 0.2, 0.5, 1]),
        comments=random.choice([0, 0.05, 0.3]),
        anchors=random.choice([0, 0, 0.5, 0.9]),
        block_scalars=random.choice([0, 0, 0.15]),
        broken_flow=random.choice([0, 0, 0.3]),
        header=random.choice(
            ["", "", "---\n", "# yaml-language-server: $schema=./eppo.schema.json\n", "\n# flags\n\n"]
        ),
    )


def _shuffled(node: Node, random: Random) -> Node:
    match node:
        case Items(members):
            return Items(tuple(_shuffled(member, random) for member in members))
        case Members(pairs, ordered):
            inside = [(key, _shuffled(member, random)) for key, member in pairs]
            return Members(tuple(inside if ordered else random.sample(inside, len(inside))), ordered)
        case _:
            return node


def _repeated(root: Node) -> frozenset[Node]:
    counts = Counter(_nodes(root))
    return frozenset(node for node, count in counts.items() if count > 1)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    children = node.members if isinstance(node, Items) else [member for _, member in _pairs(node)]
    for child in children:
        yield from _nodes(child)


def _pairs(node: Node) -> tuple[tuple[str, Node], ...]:
    return node.pairs if isinstance(node, Members) else ()


class _Writer:
    """Writes one document; remembers which anchors it has set."""

    def __init__(self, style: _Style, random: Random, repeated: frozenset[Node]) -> None:
        self._style = style
        self._random = random
        self._repeated = repeated
        self._anchors: dict[Node, str] = {}

    def document(self, root: Members) -> str:
        shelf = [
            node
            for node in sorted(self._repeated, key=repr)
            if not isinstance(node, Plain) and self._chance(self._style.anchors * 0.2)
        ]
        parts = [self._style.header]
        if shelf:
            parts.append(self._block_members(Members((("x-shared", Items(tuple(shelf))),)), 0))
        parts.append(self._block_members(root, 0))
        return "".join(parts)

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _block_members(self, node: Members, indent: int) -> str:
        pad = " " * indent
        return "".join(
            f"{self._comment_line(pad)}{pad}{self._key(key)}:{self._after(value, indent)}" for key, value in node.pairs
        )

    def _block_items(self, node: Items, indent: int) -> str:
        pad = " " * indent
        return "".join(f"{self._comment_line(pad)}{pad}-{self._after_dash(item, indent)}" for item in node.members)

    def _after_dash(self, node: Node, indent: int) -> str:
        """Return what follows a dash: a mapping may begin on the same line."""
        if isinstance(node, Members) and node.pairs and node not in self._repeated and self._wants_block():
            return (
                f" {self._block_members(node, indent + 2).lstrip(' ')}"
                if not self._style.comments
                else self._block(node, indent)
            )
        return self._after(node, indent)

    def _after(self, node: Node, indent: int) -> str:
        """Return what follows a key or dash at *indent*, with the end of the line."""
        if node in self._anchors and self._chance(self._style.anchors):
            return f" *{self._anchors[node]}{self._line_end()}"
        anchor = self._new_anchor(node)
        if self._has_members(node) and self._wants_block():
            return anchor + self._block(node, indent)
        if isinstance(node, Text) and self._fits_block_scalar(node.text):
            return f"{anchor} |-\n{' ' * (indent + self._style.step)}{node.text}\n"
        return f"{anchor} {self._inline(node, indent, in_flow=False)}{self._line_end()}"

    def _block(self, node: Node, indent: int) -> str:
        inner = indent + self._style.step
        if isinstance(node, Members):
            return f"{self._line_end()}{self._block_members(node, inner)}"
        assert isinstance(node, Items)
        return f"{self._line_end()}{self._block_items(node, inner)}"

    def _inline(self, node: Node, indent: int, *, in_flow: bool) -> str:
        match node:
            case Text(text):
                return self._scalar(text, in_flow=in_flow)
            case Plain(text):
                return text
            case Quoted(text):
                return self._quoted(text)
            case Items(members):
                return self._brackets("[", [self._in_flow(member, indent) for member in members], "]", indent)
            case Members(pairs):
                inside = [f"{self._key(key)}: {self._in_flow(member, indent)}" for key, member in pairs]
                return self._brackets("{", inside, "}", indent)

    def _in_flow(self, node: Node, indent: int) -> str:
        if node in self._anchors and self._chance(self._style.anchors):
            # The blank keeps a following colon or comma out of the name.
            return f"*{self._anchors[node]} "
        return f"{self._new_anchor(node)} {self._inline(node, indent, in_flow=True)}".lstrip(" ")

    def _brackets(self, opening: str, inside: list[str], closing: str, indent: int) -> str:
        if inside and self._chance(self._style.broken_flow):
            gap = "\n" + " " * (indent + 2 * self._style.step)
            return f"{opening}{gap}{f',{gap}'.join(inside)}{gap}{closing}"
        blank = self._random.choice(["", " "]) if inside else ""
        return f"{opening}{blank}{', '.join(inside)}{blank}{closing}"

    def _new_anchor(self, node: Node) -> str:
        if node in self._anchors or node not in self._repeated or not self._chance(self._style.anchors):
            return ""
        self._anchors[node] = f"a{len(self._anchors)}"
        return f" &{self._anchors[node]}"

    def _key(self, key: str) -> str:
        if _PLAIN_KEY.fullmatch(key) and key not in _NULLS and not self._chance(self._style.quotes * 0.5):
            return key
        return self._quoted(key)

    def _scalar(self, text: str, *, in_flow: bool) -> str:
        may_be_plain = (_PLAIN_IN_FLOW if in_flow else _PLAIN_IN_BLOCK).fullmatch(text) and text not in _NULLS
        return text if may_be_plain and not self._chance(self._style.quotes) else self._quoted(text)

    def _quoted(self, text: str) -> str:
        if _SINGLE_QUOTED.fullmatch(text) and self._chance(0.5):
            return "'{}'".format(text.replace("'", "''"))
        return '"{}"'.format("".join(self._escaped(letter) for letter in text))

    def _escaped(self, letter: str) -> str:
        if letter in '"\\':
            return f"\\{letter}"
        code = ord(letter)
        must = not _SINGLE_QUOTED.fullmatch(letter)
        if must or (code > 0xA0 and self._chance(0.1)):
            return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"
        return letter

    def _fits_block_scalar(self, text: str) -> bool:
        return bool(_PLAIN_IN_BLOCK.fullmatch(text)) and self._chance(self._style.block_scalars)

    def _wants_block(self) -> bool:
        return not self._chance(self._style.flow)

    @staticmethod
    def _has_members(node: Node) -> bool:
        return bool(node.members if isinstance(node, Items) else _pairs(node))

    def _comment_line(self, pad: str) -> str:
        return f"{pad}# {self._remark()}\n" if self._chance(self._style.comments) else ""

    def _line_end(self) -> str:
        return f"  # {self._remark()}\n" if self._chance(self._style.comments) else "\n"

    def _remark(self) -> str:
        return self._random.choice(
            ["see the wiki", "key: value", "- item", "it's 50% & *rising*", "{not: read}", "ÆØÅ"]
        )
