"""Attributes and properties: the type the dictionary wants, listed spellings, valid ranges; what was dropped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlglot import exp

from tagfolk_engine.intake.columns import Column
from tagfolk_engine.intake.dates import (
    instant_from_text,
    one_utc_of_wall,
    one_wall_of_utc,
    parsed_by,
    wall_from_text,
)
from tagfolk_engine.intake.mapping import Mapped, as_text
from tagfolk_engine.workspace.settings import AttributeTable, TypeName

SQL_TYPES: dict[str, str] = {
    "integer": "BIGINT", "number": "DOUBLE", "text": "VARCHAR", "date": "DATE", "time": "TIMESTAMP",
    "boolean": "BOOLEAN",
}  # fmt: skip
_FLOATS = ("DOUBLE", "FLOAT")
_YES = ("true", "yes", "y", "t", "1", "1.0", "是", "有", "on")
_NO = ("false", "no", "n", "f", "0", "0.0", "否", "无", "off")


@dataclass(frozen=True)
class Tidy:
    """A tidied value: the expression of its final form, of what the source says (text), whether it was lost, and
    (of an aggregate) whether a line's value is lost before it comes into the aggregate, and the group's in the end."""

    name: str
    type: TypeName
    final: exp.Expr
    said: exp.Expr
    lost: exp.Expr | None
    lost_line: exp.Expr | None = None
    lost_group: exp.Expr | None = None


def type_of(kind: str) -> TypeName:
    """The type of a DuckDB type."""
    kind = kind.upper()
    if kind.startswith(("DECIMAL", "DOUBLE", "FLOAT", "REAL")):
        return "number"
    if kind in (
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
    ):
        return "integer"
    if kind == "DATE":
        return "date"
    if kind.startswith("TIMESTAMP"):
        return "time"
    return "boolean" if kind == "BOOLEAN" else "text"


def tidy(name: str, mapped: Mapped, kind: str, entry: AttributeTable, zone: ZoneInfo) -> Tidy:
    """``kind``: DuckDB's type of the expression. A column of text takes the type that was found out, or is declared."""
    column = mapped.column
    found = column.kind if column is not None and column.is_text else None
    wanted: TypeName = entry.type or (found if found and found != "typed" else type_of(kind))
    formats: tuple[str, ...] = (entry.format,) if entry.format else column.formats if column is not None else ()
    text = found is not None or type_of(kind) == "text"
    said = as_text(mapped.tree, kind) if not column or not column.is_text else column.raw()
    base = said if entry.values else mapped.tree
    if entry.values:
        base, text = _canonical(said, entry), True
    offsets = column is None or column.offsets
    value = _from_text(base, wanted, formats, zone, offsets=offsets) if text else _from_value(base, kind, wanted, zone)
    sure = _sure(mapped, kind, entry, wanted, text=text)
    if wanted == "number" and not sure:
        value = exp.Case(ifs=[exp.If(this=exp.func("ISFINITE", value.copy(), dialect="duckdb"), true=value.copy())])
    limited = _valid(value, entry, wanted)
    return Tidy(
        name,
        wanted,
        limited,
        _shown(mapped, said),
        _lost(mapped, said if text else mapped.tree, value, limited, sure=sure, floating=kind in _FLOATS and not text),
        lost_line(mapped),
        None if limited is value else exp.and_(exp.Not(this=_missing(value)), _missing(limited)),
    )


def lost_line(mapped: Mapped) -> exp.Expr | None:
    """Whether one of the text columns in an expression holds something that is no number or date."""
    doubts = [exp.and_(exp.Not(this=_missing(c.raw())), _missing(v)) for c, v in mapped.doubts if c.misfits]
    return exp.or_(*doubts) if doubts else None


def _shown(mapped: Mapped, said: exp.Expr) -> exp.Expr:
    """What the source says, for the list of dropped values: the value, or the text columns that it is made of."""
    if mapped.column is not None or not mapped.doubts:
        return said
    parts = {c.name: exp.DPipe(this=exp.Literal.string(f"{c.name} "), expression=c.raw()) for c, _ in mapped.doubts}
    return exp.Anonymous(this="concat_ws", expressions=[exp.Literal.string(", "), *parts.values()])


def _missing(tree: exp.Expr) -> exp.Expr:
    return exp.Is(this=exp.paren(tree.copy()), expression=exp.Null())


def _sure(mapped: Mapped, kind: str, entry: AttributeTable, wanted: TypeName, *, text: bool) -> bool:
    """Whether every value that the source gives becomes one of the type wanted."""
    if wanted == "text":
        return True
    if not text:
        have = type_of(kind)
        same = have == wanted or (have, wanted) in (("integer", "number"), ("date", "time"), ("time", "date"))
        return same and have != "number" and "HUGEINT" not in kind and not mapped.doubts
    column = mapped.column
    if column is None or not column.is_text or column.misfits or entry.values or entry.format:
        return False
    return column.kind == wanted or (column.kind, wanted) in (("integer", "number"), ("date", "time"))


def _lost(
    mapped: Mapped, said: exp.Expr, value: exp.Expr, limited: exp.Expr, *, sure: bool, floating: bool
) -> exp.Expr | None:
    """When a value that the source gives does not arrive; None: never. A NaN is a way to say that it is missing."""
    if mapped.column is not None or not mapped.doubts:
        if sure and limited is value:
            return None
        present: exp.Expr = exp.Not(this=_missing(said))
        if floating:
            present = exp.and_(present, exp.Not(this=exp.Anonymous(this="isnan", expressions=[said.copy()])))
        return exp.and_(present, _missing(limited))
    doubts = [] if (line := lost_line(mapped)) is None else [line]
    if limited is not value:
        doubts.append(exp.and_(exp.Not(this=_missing(value)), _missing(limited)))
    return exp.and_(_missing(limited), exp.or_(*doubts)) if doubts else None


def _canonical(said: exp.Expr, entry: AttributeTable) -> exp.Expr:
    """Listed spellings become their value, to the letter; anything else stays as it is."""
    cases = [
        exp.If(
            this=exp.In(this=said.copy(), expressions=[exp.Literal.string(s) for s in spellings]),
            true=exp.Literal.string(value),
        )
        for value, spellings in entry.values.items()
        if spellings
    ]
    return exp.Case(ifs=cases, default=said.copy()) if cases else said.copy()


def _from_text(
    text: exp.Expr, wanted: TypeName, formats: tuple[str, ...], zone: ZoneInfo, *, offsets: bool = True
) -> exp.Expr:
    if wanted == "text":
        return (
            exp.cast(text, "varchar")
            if isinstance(text, exp.Case)
            else as_text(text, "VARCHAR")
            if not _trimmed(text)
            else text
        )
    if wanted in ("integer", "number"):
        number = _number(text)
        return number if wanted == "number" else _whole(number)
    if wanted == "boolean":
        return _boolean(text)
    wall = wall_from_text(text, formats) if formats else _any_wall(text)
    if not offsets:
        return exp.cast(wall, "date") if wanted == "date" else one_utc_of_wall(wall, zone)
    if wanted == "date":
        return exp.cast(exp.func("COALESCE", one_wall_of_utc(instant_from_text(text), zone), wall), "date")
    return exp.func("COALESCE", instant_from_text(text), one_utc_of_wall(wall, zone))


def _trimmed(text: exp.Expr) -> bool:
    return isinstance(text, exp.Nullif)


def _any_wall(text: exp.Expr) -> exp.Expr:
    return exp.func("COALESCE", *(parsed_by(f, text) for f in ("iso", "%Y年%m月%d日", "%Y%m%d", "%d.%m.%Y")))


def _number(text: exp.Expr) -> exp.Expr:
    """A number from text; thousands set off by commas and a currency sign before or after it are allowed."""
    plain = exp.TryCast(this=text.copy(), to=exp.DataType.build("double"))
    bare = exp.Anonymous(
        this="regexp_replace",
        expressions=[text.copy(), exp.Literal.string(r"^[¥$€£￥]\s*|\s*[元¥$€£￥]$"), exp.Literal.string("")],
    )
    grouped = exp.Anonymous(
        this="regexp_full_match",
        expressions=[bare.copy(), exp.Literal.string(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")],
    )
    cleaned = exp.Case(
        ifs=[
            exp.If(
                this=grouped,
                true=exp.Anonymous(
                    this="replace", expressions=[bare.copy(), exp.Literal.string(","), exp.Literal.string("")]
                ),
            )
        ],
        default=bare,
    )
    return exp.func("COALESCE", plain, exp.TryCast(this=cleaned, to=exp.DataType.build("double")))


def _whole(number: exp.Expr) -> exp.Expr:
    """A whole number; one with a fraction is none."""
    fits = exp.EQ(this=exp.paren(number.copy()), expression=exp.func("FLOOR", number.copy()))
    return exp.Case(ifs=[exp.If(this=fits, true=exp.TryCast(this=number.copy(), to=exp.DataType.build("bigint")))])


def _boolean(text: exp.Expr) -> exp.Expr:
    lower = exp.func("LOWER", exp.cast(text.copy(), "varchar"))
    return exp.Case(ifs=[
        exp.If(this=exp.In(this=lower.copy(), expressions=[exp.Literal.string(w) for w in _YES]), true=exp.true()),
        exp.If(this=exp.In(this=lower.copy(), expressions=[exp.Literal.string(w) for w in _NO]), true=exp.false()),
    ])  # fmt: skip


def _from_value(value: exp.Expr, kind: str, wanted: TypeName, zone: ZoneInfo) -> exp.Expr:
    """From a value that is no text."""
    have = type_of(kind)
    if wanted == "text":
        return as_text(value, kind)
    if wanted == "boolean":
        return value if have == "boolean" else _boolean(value)
    if wanted == "integer":
        return exp.TryCast(this=value, to=exp.DataType.build("bigint")) if have != "number" else _whole(value)
    if wanted == "number":
        return exp.TryCast(this=value, to=exp.DataType.build("double"))
    zoned = "TIME ZONE" in kind.upper()
    if have == "time" and zoned:
        utc = exp.cast(value, "timestamp")
        return utc if wanted == "time" else exp.cast(one_wall_of_utc(utc, zone), "date")
    if have in ("date", "time"):
        return exp.cast(value, "date") if wanted == "date" else one_utc_of_wall(exp.cast(value, "timestamp"), zone)
    return _from_text(as_text(value, kind), wanted, (), zone)


def _valid(value: exp.Expr, entry: AttributeTable, wanted: TypeName) -> exp.Expr:
    """The value where it is valid."""
    if entry.valid is None:
        return value
    if isinstance(entry.valid, list):
        allowed = [_bound(str(v), wanted) for v in entry.valid]
        test: exp.Expr = exp.In(this=exp.paren(value.copy()), expressions=allowed)
    else:
        low, high = (part.strip() for part in entry.valid.split("..", 1))
        tests: list[exp.Expr] = []
        if low:
            tests.append(exp.GTE(this=exp.paren(value.copy()), expression=_bound(low, wanted)))
        if high:
            tests.append(exp.LTE(this=exp.paren(value.copy()), expression=_bound(high, wanted)))
        test = exp.and_(*tests)
    return exp.Case(ifs=[exp.If(this=test, true=value.copy())])


def _bound(text: str, wanted: TypeName) -> exp.Expr:
    if wanted in ("integer", "number") and re.fullmatch(r"[-+]?[\d_]*\.?\d+", text):
        return exp.cast(exp.Literal.string(text.replace("_", "")), "double")
    return exp.cast(exp.Literal.string(text), SQL_TYPES[wanted])


def of_column(column: Column) -> TypeName:
    """The type that a plain column has when nothing is declared."""
    if column.kind == "typed":
        return type_of(column.type)
    return column.kind
