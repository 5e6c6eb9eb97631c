"""Reading clauses: the lines such as ``title "…"`` that stand under a statement."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from tagfolk_dsl.block_lines import plain_type, retyped
from tagfolk_dsl.builder import Clause, Head
from tagfolk_dsl.keywords import CLAUSES
from tagfolk_dsl.layout import Line
from tagfolk_dsl.lexer import Token, join
from tagfolk_dsl.names import Names
from tagfolk_dsl.reading import LineReader, plain
from tagfolk_dsl.syntax_errors import SyntaxProblem, nearest
from tagfolk_dsl.tree import (
    Card,
)

_CARD = frozenset(("title", "also", "about", "layer", "weight", "refresh", "owner", "values"))
_TAKES: dict[str, frozenset[str]] = {
    "let": frozenset(("title", "also")),
    "tag": _CARD,
    "classify": _CARD,
    "score": _CARD,
    "template": _CARD,
    "segment": _CARD | {"action", "notify", "sync", "limit", "holdout"},
    "rule": frozenset(("why", "priority", "refresh", "owner")),
}
_MANY = frozenset(("also", "notify", "sync", "values"))


class ClauseReader(LineReader):
    """Reads heads and clauses, and says what a statement may not have under it."""

    def __init__(self, path: str, names: Names, lines: list[str], comments: dict[int, int], first: int = 1) -> None:
        super().__init__(path, names)
        self.lines = lines
        self.first = first
        """The number of the first of the lines."""
        self.comments = comments
        self.named: dict[str, int] = {}

    def _head(self, line: Line, *, skip: int = 2, extra: str = "") -> Head | None:
        """``KIND NAME …``: the first words are a keyword and a name, whatever they are."""
        words, kind = line.words, line.kind

        def first() -> list[Token]:
            out = [retyped(words[0], kind.upper())]
            if len(words) > 1:
                out.append(
                    retyped(words[1], "NAME") if words[1].type == "WORD" else retyped(words[1], plain_type(words[1]))
                )
            if extra and len(words) > 2:
                out.append(
                    retyped(words[2], extra) if words[2].type in ("=", ":") else retyped(words[2], plain_type(words[2]))
                )
            return out

        return cast("Head | None", self.read(kind, words, first, skip=skip, operand=bool(extra)))

    def _card(
        self, line: Line, kind: str, head: Head | None = None, others: Collection[Line] = ()
    ) -> tuple[Card, dict[str, Any]]:
        clauses = self._clauses(line, kind, others)
        values = clauses.get("values", ())
        many = "many" in values
        title = clauses.get("title", head.title if head else None)
        return Card(
            title,
            clauses.get("also", ()),
            clauses.get("about"),
            clauses.get("layer"),
            clauses.get("weight"),
            clauses.get("owner"),
            clauses.get("refresh"),
            tuple(value for value in values if value != "many"),
            many,
            clauses.get("#lines", ()),
        ), clauses

    def _clauses(self, line: Line, kind: str, others: Collection[Line] = ()) -> dict[str, Any]:
        found: dict[str, Any] = {}
        mine = {id(child) for child in others}
        for child in line.children:
            if id(child) in mine:
                continue
            clause = self._clause(child, kind)
            if clause is None:
                continue
            found["#lines"] = (*found.get("#lines", ()), (clause.key, clause.span.line))
            if clause.key in _MANY:
                more = clause.value if isinstance(clause.value, tuple) else (clause.value,)
                found[clause.key] = (*found.get(clause.key, ()), *more)
            elif clause.key in found:
                self.report(
                    SyntaxProblem(
                        "T016",
                        clause.span,
                        f"'{clause.key}' is said twice here",
                        f"“{child.words[0].text}”重复了",
                        "keep one",
                        "只保留一个",
                    )
                )
            else:
                found[clause.key] = clause.value
        return found

    def _clause(self, line: Line, kind: str) -> Clause | None:
        first = line.words[0]
        self._no_block(line)
        if first.key not in _TAKES[kind]:
            self.report(_no_clause(line, kind))
            if line.has_arrow:
                self.read("rule", line.words)
            return None
        try:
            return cast("Clause | None", self.parse("clause", self._clause_tokens(line.words), self.end_of(line.words)))
        except SyntaxProblem as problem:
            self.report(problem)
            return None

    def _clause_tokens(self, words: list[Token]) -> list[Token]:
        from tagfolk_dsl.lexer import Phrases

        first, end = words[0], self.end_of(words)
        head = retyped(first, first.key.upper())
        if first.key == "refresh" and len(words) > 1 and words[1].key in ("on", "at"):
            return [head, retyped(words[1], "ON"), *Phrases(words, end, self.names).read(2)]
        if first.key == "limit" and len(words) > 2:
            if words[2].key == "by":
                return [head, words[1], retyped(words[2], "BY"), *Phrases(words, end, self.names).read(3)]
            if words[2].key == "at_random" or (words[2].key == "at" and len(words) > 3 and words[3].key == "random"):
                stop = 3 if words[2].key == "at_random" else 4
                return [head, words[1], retyped(words[2], "AT_RANDOM"), *plain(words[stop:])]
        rest = plain(words[1:])
        if rest and rest[0].type in ("MINUS", "PLUS"):
            rest = rest[1:]
        return [head, *rest]

    def _no_block(self, line: Line) -> None:
        if line.children:
            child = line.children[0].words[0]
            self.report(
                SyntaxProblem(
                    "T011",
                    child.span,
                    "nothing can be indented under the line above",
                    "上一行之下不能再缩进",
                    "move it to the left",
                    "把它移到左边",
                )
            )

    def _not_empty(self, line: Line, children: Collection[Line], what: str, what_zh: str) -> None:
        if not children:
            self.report(
                SyntaxProblem(
                    "T019",
                    self.end_of(line.words).span,
                    f"below come indented lines: {what}",
                    f"下面应有缩进的{what_zh}",
                )
            )

    def _written(self, words: list[Token]) -> str:
        """A condition as it was written: the words up to the arrow, as one line without comments."""
        stop = next((i for i, word in enumerate(words) if word.type == "->" or word.key == "arrow"), len(words))
        if stop == 0:
            return ""
        span = join(words[0].span, words[stop - 1].span)
        parts = []
        for number in range(span.line, span.end_line + 1):
            line = self.lines[number - self.first]
            start = span.column - 1 if number == span.line else 0
            stop = span.end_column - 1 if number == span.end_line else self.comments.get(number, len(line) + 1) - 1
            parts.append(line[start:stop].strip())
        return " ".join(part for part in parts if part)


def _no_clause(line: Line, kind: str) -> SyntaxProblem:
    first = line.words[0]
    takes = sorted(_TAKES[kind])
    if line.has_arrow and kind != "classify":
        return SyntaxProblem(
            "T011",
            first.span,
            "a rule begins at the left margin, and nothing takes this one in here",
            "规则应从行首开始",
            "move it to the left",
            "把它移到行首",
        )
    if first.key in CLAUSES:
        return SyntaxProblem(
            "T002",
            first.span,
            f"'{first.text}' does not belong to a {kind}",
            f"这里不能写“{first.text}”",
            f"it takes: {', '.join(takes)}",
            f"可写：{'、'.join(takes)}",
        )
    near = nearest(first.text, takes)
    return SyntaxProblem(
        "T002",
        first.span,
        f"unknown clause '{first.text}'",
        f"未知的条款“{first.text}”",
        f"did you mean '{near}'?" if near else f"a {kind} takes: {', '.join(takes)}",
        f"是不是“{near}”？" if near else f"可写：{'、'.join(takes)}",
        near,
    )
