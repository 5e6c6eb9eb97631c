"""Expressions of ``tagfolk.toml`` over a staged source, as SQL for DuckDB.

Text columns that hold numbers or dates take the type that their place asks for: a number in arithmetic, the text
itself where text is compared or cut. Casts never fail: what cannot be read is missing, and counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp
from tagfolk_dsl.diagnostics import Diagnostic

from tagfolk_engine.intake.columns import Column, bind
from tagfolk_engine.intake.dates import wall_from_text
from tagfolk_engine.workspace import Workspace, WorkspaceError
from tagfolk_engine.workspace.expressions import ExpressionError, parse
from tagfolk_engine.workspace.findings import finding, suggestion
from tagfolk_engine.workspace.locate import Path

_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.Pow, exp.Abs, exp.Round, exp.Ceil,
               exp.Floor, exp.Sqrt, exp.Ln, exp.Log, exp.Exp)  # fmt: skip
_NUMERIC_AGGREGATES = (
    exp.Sum,
    exp.Avg,
    exp.Stddev,
    exp.StddevSamp,
    exp.StddevPop,
    exp.Variance,
    exp.Median,
    exp.Quantile,
)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between, exp.NullSafeEQ)
_TEXTUAL = (exp.Like, exp.ILike, exp.DPipe, exp.Concat, exp.ConcatWs, exp.Lower, exp.Upper, exp.Trim, exp.Substring,
            exp.Left, exp.Right, exp.Length, exp.Replace, exp.RegexpLike, exp.RegexpExtract,
            exp.RegexpReplace, exp.StartsWith,
            exp.Split, exp.StrPosition, exp.StrToTime, exp.Anonymous, exp.SplitPart, exp.Pad, exp.Reverse)  # fmt: skip
_TIMES = {exp.DType.DATE, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ, exp.DType.DATETIME}


@dataclass
class Mapped:
    """An expression ready to run. ``column``: it is just this column. ``doubts``: (text, value) of each text column
    that was read as a number or date: a text without a value is a mistake of the data."""

    tree: exp.Expr
    column: Column | None = None
    doubts: list[tuple[Column, exp.Expr]] = field(default_factory=list)


class UnknownColumn(Exception):
    """An expression names a column that the source does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def mapped_at(workspace: Workspace, path: Path, source: str, text: str, columns: Mapping[str, Column]) -> Mapped:
    """An expression over a source's columns. Raises WorkspaceError (C020, C022) at its place."""
    try:
        return map_expression(text, columns)
    except UnknownColumn as error:
        raise WorkspaceError([_unknown_column(workspace, path, source, error.name, columns)], workspace.text) from None
    except ExpressionError as error:
        span = workspace.places.value(path)
        found = finding("C020", span, f"SQL expression {text!r}: {error}", f"SQL 表达式 {text!r} 有误")
        raise WorkspaceError([found], workspace.text) from None


def _unknown_column(
    workspace: Workspace, path: Path, source: str, name: str, columns: Mapping[str, Column]
) -> Diagnostic:
    """The finding about a column that a source does not have."""
    hint, hint_zh, near = suggestion(name, list(columns), "columns", "列")
    return finding("C022", workspace.places.value(path), f"source '{source}' has no column '{name}'",
                   f"来源 '{source}' 没有列 '{name}'", hint, hint_zh, replacement=near)  # fmt: skip


def map_expression(text: str, columns: Mapping[str, Column]) -> Mapped:
    """The expression over the staged table. Raises UnknownColumn, ExpressionError."""
    tree = parse(text, columns)
    if isinstance(tree, exp.Column) and len(tree.parts) == 1:
        column = _known(tree, columns)
        return Mapped(column.raw(), column)
    mapped = Mapped(tree)
    holder = exp.Paren(this=tree)  # so that the root can be replaced too
    for node in list(holder.find_all(exp.Cast)):
        if type(node) is exp.Cast:
            node.replace(exp.TryCast(this=node.this, to=node.args["to"]))
    for call in list(holder.find_all(exp.StrToTime)):
        call.replace(exp.Anonymous(this="try_strptime", expressions=[call.this, call.args["format"]]))
    for name in list(holder.find_all(exp.Column)):
        column = _known(name, columns)
        name.replace(_typed(name, column, mapped))
    mapped.tree = holder.this
    return mapped


def _known(node: exp.Column, columns: Mapping[str, Column]) -> Column:
    column = bind(columns, node.parts[0].name)
    if column is None:
        raise UnknownColumn(node.parts[0].name)
    return column


def _typed(node: exp.Column, column: Column, mapped: Mapped) -> exp.Expr:
    """The column as its place in the expression asks for it."""
    if not column.is_text:
        if len(node.parts) > 1:  # a field of a struct
            return node
        own = exp.column(column.name, quoted=True)
        return exp.cast(own, "double") if column.type.startswith("DECIMAL") else own
    place = _place(node)
    kind = column.kind
    if place == "text" or (place == "any" and kind == "text"):
        return column.raw()
    if place == "number" or kind in ("integer", "number"):
        value = number_of(column, integer=kind == "integer")
    elif kind in ("date", "time"):
        wall = wall_from_text(column.raw(), column.formats)
        value = exp.cast(wall, "date") if kind == "date" else wall
    elif kind == "boolean":
        value = exp.TryCast(this=column.raw(), to=exp.DataType.build("boolean"))
    else:
        return column.raw()
    mapped.doubts.append((column, value.copy()))
    return value


def number_of(column: Column, *, integer: bool) -> exp.Expr:
    """A text column read as numbers; blanks around them, and nothing at all, are no matter to the cast."""
    return exp.TryCast(
        this=exp.column(column.name, quoted=True), to=exp.DataType.build("bigint" if integer else "double")
    )


def _place(node: exp.Expr) -> str:
    """What the place of a column asks for: "number", "text" or "any"."""
    parent = node.parent
    while isinstance(parent, exp.Paren) and parent.parent is not None:
        node, parent = parent, parent.parent
    if isinstance(parent, (*_ARITHMETIC, *_NUMERIC_AGGREGATES)):
        return "any" if _near_interval(parent) else "number"
    if isinstance(parent, exp.TryCast | exp.Cast):
        return "any" if parent.to.this in _TIMES else "text"
    if isinstance(parent, _TEXTUAL):
        return "text"
    if isinstance(parent, _COMPARISONS):
        return _compared(node, parent)
    return "any"


def _near_interval(node: exp.Expr) -> bool:
    """Whether an arithmetic is one of dates: ``paid_at + INTERVAL 1 DAY``."""
    return node.find(exp.Interval) is not None


def _compared(node: exp.Expr, parent: exp.Expr) -> str:
    """A column compared with numbers is a number; tested for equality with text it is the text."""
    others = [child for child in parent.iter_expressions() if child is not node]
    literals = [c.this if isinstance(c, exp.Neg) else c for c in others]
    if any(isinstance(c, exp.Literal) and not c.is_string for c in literals):
        return "number"
    if any(isinstance(c, (*_ARITHMETIC, *_NUMERIC_AGGREGATES)) for c in others):
        return "number"
    if isinstance(parent, exp.EQ | exp.NEQ | exp.In | exp.NullSafeEQ) and any(
        isinstance(c, exp.Literal) and c.is_string for c in literals
    ):
        return "text"
    return "any"


def type_is_plain(kind: str) -> bool:
    """Whether the text of a type has no blanks around it and is never empty."""
    return kind.endswith(("INT", "INTEGER", "BIGINT")) or kind in ("BOOLEAN", "DATE", "UUID")


def as_text(tree: exp.Expr, kind: str) -> exp.Expr:
    """A value as the text of an id: whole numbers without a point, text trimmed, empty is missing."""
    value = tree.copy()
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        whole = exp.cast(exp.cast(value, "hugeint"), "varchar")
        is_whole = exp.EQ(this=value.copy(), expression=exp.func("FLOOR", value.copy()))
        return exp.Case(ifs=[exp.If(this=is_whole, true=whole)], default=exp.cast(value.copy(), "varchar"))
    if kind == "VARCHAR" and isinstance(value, exp.Nullif) and isinstance(value.this, exp.Trim):
        return value  # a text column: trimmed already
    text = value if kind == "VARCHAR" else exp.cast(value, "varchar")
    if type_is_plain(kind):
        return text
    return exp.func("NULLIF", exp.func("TRIM", text), exp.Literal.string(""))
