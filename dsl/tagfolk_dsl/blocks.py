"""Statements with their blocks: lines read one by one and put together into the tree."""

from __future__ import annotations

from typing import cast

from tagfolk_dsl.banded import BandedReader
from tagfolk_dsl.block_lines import is_clause, whole_of
from tagfolk_dsl.builder import Head
from tagfolk_dsl.layout import Line
from tagfolk_dsl.tree import (
    Let,
    Rule,
    Segment,
    Statement,
    TagDeclaration,
    Use,
)


class BlockReader(BandedReader):
    """Reads whole statements."""

    def statement(self, line: Line) -> Statement | None:
        """The statement of a top-level line; None where it cannot be read (its error is noted)."""
        kind = line.kind or "rule"
        return cast("Statement | None", getattr(self, "_" + kind)(line))

    def _let(self, line: Line) -> Let | None:
        head = self._head(line, skip=3, extra="EQUALS")
        card = self._card(line, "let")[0]
        return Let(head.name, head.node, card, span=whole_of(line)) if head else None

    def _tag(self, line: Line) -> TagDeclaration | None:
        head = self._head(line)
        card = self._card(line, "tag", head)[0]
        return TagDeclaration(head.name, card, span=whole_of(line)) if head else None

    def _use(self, line: Line) -> Use | None:
        head = self._head(line)
        self._no_block(line)
        return Use(head.method, head.arguments, head.name, span=whole_of(line)) if head else None

    # --- rules and segments ----------------------------------------------------------------------------------------

    def _with_condition(self, line: Line) -> None:
        """A head that ends in ':' has its condition in the first line below that is no clause."""
        if line.words[-1].type != ":":
            return
        for child in line.children:
            if not is_clause(child):
                line.words.extend(child.words)
                line.children.remove(child)
                line.children[:0] = child.children
                return

    def _rule(self, line: Line) -> Rule | None:
        words = line.words
        if line.kind == "rule":
            self._with_condition(line)
            if len(words) > 1 and words[1].type == ":":
                del words[:2]
            elif len(words) > 2 and words[2].type == ":":
                text = self._written(words[3:])
                return self._made_rule(line, self._head(line, skip=3, extra="COLON"), text)
            else:
                del words[0]
        if not words:
            return None
        text = self._written(words)
        return self._made_rule(line, cast("Head | None", self.read("rule", words)), text)

    def _made_rule(self, line: Line, head: Head | None, text: str) -> Rule | None:
        clauses = self._clauses(line, "rule")
        if head is None:
            return None
        name = head.name
        if not head.named:
            tag = next((effect.tag for effect in head.effects if not effect.withhold), head.effects[0].tag)
            count = self.named[tag] = self.named.get(tag, 0) + 1
            name = tag if count == 1 else f"{tag}#{count}"
        return Rule(
            name,
            head.node,
            head.effects,
            clauses.get("why"),
            clauses.get("priority", 0),
            clauses.get("owner"),
            clauses.get("refresh"),
            head.named,
            text,
            clauses.get("#lines", ()),
            span=whole_of(line),
        )

    def _segment(self, line: Line) -> Segment | None:
        self._with_condition(line)
        colon = next((i for i, word in enumerate(line.words) if word.type == ":"), 0)
        text = self._written(line.words[colon + 1 :])
        head = self._head(line)
        card, clauses = self._card(line, "segment", head)
        if head is None:
            return None
        return Segment(
            head.name,
            head.node,
            clauses.get("action"),
            clauses.get("notify", ()),
            clauses.get("sync", ()),
            clauses.get("limit"),
            clauses.get("holdout"),
            card,
            text,
            span=whole_of(line),
        )
