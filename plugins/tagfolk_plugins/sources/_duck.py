"""Calls of DuckDB's readers as relations that are not run before they are needed.

Values stand in the call as literals made by sqlglot: DuckDB runs a call with bound parameters at once, whole into
memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    import duckdb

Value = str | int | bool | Mapping[str, str]


def reader(
    connection: duckdb.DuckDBPyConnection, function: str, paths: Sequence[Path], more: Sequence[exp.Expr] = (),
    **options: Value,
) -> duckdb.DuckDBPyRelation:  # fmt: skip
    """The relation of ``SELECT *, more FROM function(paths, option = value …)``."""
    files = exp.Array(expressions=[exp.Literal.string(str(path)) for path in paths])
    named = [exp.EQ(this=exp.column(name), expression=_literal(value)) for name, value in options.items()]
    call = exp.Anonymous(this=function, expressions=[files, *named])
    return connection.from_query(exp.select("*", *more).from_(call).sql("duckdb"))


def _literal(value: Value) -> exp.Expr:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int):
        return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))
    if isinstance(value, str):
        return exp.Literal.string(value)
    pairs = [exp.PropertyEQ(this=exp.Literal.string(k), expression=exp.Literal.string(v)) for k, v in value.items()]
    return exp.Struct(expressions=pairs)
