"""SQL expressions of ``tagfolk.toml``: read with sqlglot (DuckDB's dialect), never run as text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlglot import exp, parse_one
from sqlglot.errors import ParseError, TokenError

_WORDS = re.compile(r"[^\W\d][\w]*([ \-/.][\w]+)*", re.UNICODE)


class ExpressionError(ValueError):
    """The text is no expression. ``offset`` is the character at fault, from 0; ``statement``: it is a statement."""

    def __init__(self, message: str, offset: int = 0, *, statement: bool = False) -> None:
        super().__init__(message)
        self.offset, self.statement = offset, statement


def parse(text: str, columns: Iterable[str] = ()) -> exp.Expr:
    """The expression as a tree. A text that is exactly a column's name is that column, whatever is in it.

    >>> parse("quantity * price").sql("duckdb")
    'quantity * price'
    >>> parse("Order Date", ["Order Date"]).sql("duckdb")
    '"Order Date"'
    """
    stripped = text.strip()
    if not stripped:
        raise ExpressionError("the expression is empty")
    exact = {c.casefold(): c for c in columns}.get(stripped.casefold())
    if exact is not None:
        return exp.column(exact, quoted=True)
    try:
        tree = parse_one(text, dialect="duckdb")
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        what = str(first.get("description") or "cannot be read").rstrip(".")
        word = str(first.get("highlight") or "")
        raise ExpressionError(_plain(what, word), _offset(text, first, word)) from None
    except TokenError:
        raise ExpressionError("a quote or bracket is not closed") from None
    if isinstance(tree, exp.Alias):
        word = tree.alias
        raise ExpressionError(f"'{word}' is not expected here", max(text.rfind(word), 0))
    if not isinstance(tree, exp.Condition | exp.Paren | exp.Star) or isinstance(tree, exp.Star | exp.Query):
        raise ExpressionError("a SQL expression over the source's columns is wanted, not a statement", statement=True)
    if tree.find(exp.Query):
        raise ExpressionError("a SQL expression may not hold a query of its own", statement=True)
    return tree


def may_be_column(text: str) -> bool:
    """Whether a text that is no expression may still be the name of a column ("Order Date")."""
    return bool(_WORDS.fullmatch(text.strip()))


def column_names(tree: exp.Expr) -> list[str]:
    """The columns an expression looks at, each once, in order (of ``a.b`` the first part: it may be a struct)."""
    seen: dict[str, None] = {}
    for column in tree.find_all(exp.Column):
        seen.setdefault(column.parts[0].name)
    return list(seen)


def has_aggregate(tree: exp.Expr) -> bool:
    """Whether an aggregate such as ``sum`` stands in the expression, outside of a window."""
    return any(node.find_ancestor(exp.Window) is None for node in tree.find_all(exp.AggFunc))


def _plain(description: str, word: str) -> str:
    """Sqlglot's finding in words for people."""
    if description.startswith("Required keyword"):
        return f"something is missing after '{word}'" if word else "something is missing at the end"
    if description.startswith("Expecting )"):
        return "a closing bracket is missing"
    if word:
        return f"'{word}' is not expected here"
    return description[:1].lower() + description[1:]


def _offset(text: str, first: dict[str, object], word: str) -> int:
    """Where the word at fault begins: sqlglot counts columns at the word's end, by lines."""
    line, column = int(str(first.get("line") or 1)), int(str(first.get("col") or 1))
    start = sum(len(one) + 1 for one in text.split("\n")[: line - 1])
    return max(0, min(start + column - max(len(word), 1), len(text)))
