"""The fenced blocks of a page of the documentation, and the results that its comments promise.

A block begins with three backticks and its kind. In a ``tags`` block, ``#: ann, bob`` at the end of a line says who
holds the tag of that line, ``#: ann 3, bob 1`` with which values, ``#: nobody`` that nobody does;
``#: vip: ann; dull: bob`` names the tags where the line has several. A ``segment`` line's comment says who is in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(?P<kind>\w*)(?P<words>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
ARROW = re.compile(r"(?:->|→|(?<=\s)则)\s*([^\s,=]+)")
HEAD = re.compile(r"^\s*(?:classify|score|segment|分层|打分|人群)\s+([^\s:：]+)")

Holders = frozenset[tuple[str, str | None]]


@dataclass(frozen=True)
class Block:
    """One fenced block: its kind (``tags``, ``console`` …), the words after the kind, its text and first line."""

    page: str
    kind: str
    words: tuple[str, ...]
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Promise:
    """What a comment says: the tag or segment, its holders with their values, the line."""

    name: str
    holders: Holders
    line: int
    segment: bool = field(default=False)


def blocks(page: str, kind: str) -> list[Block]:
    """The blocks of a kind, in the order of the page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [
        Block(page, match["kind"], tuple(match["words"].split()), match["text"], text.count("\n", 0, match.start()) + 2)
        for match in FENCE.finditer(text)
        if match["kind"] == kind
    ]


def promises(block: Block) -> list[Promise]:
    """What the block's comments promise."""
    found: list[Promise] = []
    for number, line in enumerate(block.text.splitlines()):
        if "#:" not in line:
            continue
        code, comment = line.split("#:", 1)
        head, arrow = HEAD.match(code), ARROW.search(code)
        default = head[1] if head else arrow[1] if arrow else ""
        for part in comment.split(";"):
            name, names = part.split(":", 1) if ":" in part else (default, part)
            assert name, f"{block}: line {block.line + number} does not say whose holders these are: {line}"
            segment = bool(re.match(r"\s*(segment|人群)\s", code))
            found.append(Promise(name.strip(), _holders(names), block.line + number, segment))
    return found


def _holders(text: str) -> Holders:
    words = [word.strip() for word in text.split(",")]
    if words == ["nobody"]:
        return frozenset()
    pairs = [word.split(" ", 1) for word in words]
    return frozenset((pair[0], pair[1].strip() if len(pair) > 1 else None) for pair in pairs)


def shown(holders: Holders) -> str:
    """Holders as a comment writes them."""
    return ", ".join(f"{who} {value}" if value else who for who, value in sorted(holders, key=str)) or "nobody"
