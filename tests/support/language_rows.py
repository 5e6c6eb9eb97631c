"""The rows of the language's tables: ``tests/dsl/rows.txt`` holds spellings of one condition, then its tree."""

from __future__ import annotations

import re
from pathlib import Path

from tagfolk_dsl.parser import Names
from tagfolk_dsl.tree import Node, Type
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo, Vocabulary

ROWS = Path(__file__).parents[1] / "dsl" / "rows.txt"
VOCABULARY = Vocabulary(
    events={
        "purchase": EventInfo("purchase", ("购买",)),
        "visit": EventInfo("visit", ("访问",)),
        "complaint": EventInfo("complaint"),
        "view": EventInfo("view"),
    },
    attributes={"age": FieldInfo("age", Type.NUMBER, ("年龄",)), "gender": FieldInfo("gender", Type.TEXT, ("性别",))},
)
NAMES = Names.of(VOCABULARY, {"": "let spend = sum(purchase.amount)\npurchase 1 day -> vip"})


def show(node: Node) -> str:
    """A tree on one line, without what says nothing: defaults and the texts of numbers."""
    text = repr(node)
    text = re.sub(r"<(\w+\.\w+): '[^']*'>", r"\1", text)
    for plain in (
        ", window=Ever()",
        ", where=None",
        ", type=Type.NUMBER",
        ", negated=False",
        ", property=None",
        ", matching=None",
        ", directly=False",
        ", of_first=False",
        ", without=None",
        ", within=None",
        ", among=None",
        ", fraction=None",
        ", count=None",
        ", salt=''",
    ):
        text = text.replace(plain, "")
    text = re.sub(r", text='[^']*'\)", ")", text)
    return re.sub(r"Decimal\('([^']*)'\)", r"\1", text)


def read() -> list[tuple[list[str], str]]:
    """(spellings, tree) of each row."""
    rows = []
    for block in ROWS.read_text("utf-8").split("\n\n"):
        lines = block.strip("\n").split("\n")
        texts = [line for line in lines if line and not line.startswith("    ")]
        if texts:
            rows.append((texts, "".join(line.strip() for line in lines if line.startswith("    "))))
    return rows
