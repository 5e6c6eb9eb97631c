"""``[[customers]]`` blocks: their rows with ids, anchors and tidied attributes; records without an id are rejected."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from tagfolk_engine.intake.anchors import normalise, written
from tagfolk_engine.intake.context import Load, condition
from tagfolk_engine.intake.dropped import note_dropped
from tagfolk_engine.intake.mapping import as_text
from tagfolk_engine.intake.reading import ROW
from tagfolk_engine.intake.tidying import SQL_TYPES, Tidy, tidy
from tagfolk_engine.workspace import AttributeTable, CustomersTable
from tagfolk_engine.workspace.settings import TypeName


@dataclass
class Block:
    """A staged block: table ``customers_N`` with row, id, one column per anchor (``anchor_…``) and attribute."""

    number: int
    source: str
    table: str
    anchors: list[str]
    attributes: dict[str, TypeName]
    rows: int


def stage_customers(load: Load, number: int, block: CustomersTable) -> Block:
    """Map one block. Raises WorkspaceError where an expression does not fit."""
    staged = load.staged[block.from_]
    load.progress.advance(f"customers of {block.from_}", 0, staged.rows)
    at = ("customers", number)
    mapped = load.map((*at, "id"), block.from_, block.id)
    identity = as_text(mapped.tree, load.kind(staged.table, mapped.tree))
    anchors = {
        name: written(load, load.map((*at, "anchors", name), block.from_, text), staged.table)
        for name, text in block.anchors.items()
    }
    tidied = []
    for name, text in block.attributes.items():
        value = load.map((*at, "attributes", name), block.from_, text)
        entry = load.workspace.settings.attributes.get(name, AttributeTable())
        tidied.append(tidy(name, value, load.kind(staged.table, value.tree), entry, load.workspace.zone))
    where = condition(load.map((*at, "where"), block.from_, block.where).tree) if block.where else None
    load.conditions.setdefault(block.from_, []).append((where, None))
    table = f"customers_{number}"
    query = exp.select(exp.column(ROW).as_("row"), identity.as_("id")).from_(staged.table)
    for name, tree in anchors.items():
        query = query.select(tree.as_(f"anchor_{name}", quoted=True))
    for one in tidied:
        query = query.select(_typed(one).as_(one.name, quoted=True))
    rows = load.stage.create(table, query.where(where) if where is not None else query)
    nameless = load.stage.number(f"SELECT count(*) - count(id) FROM {table}")
    if nameless:
        load.reject(block.from_, f"SELECT row, 'the customer has no id' AS reason FROM {table} WHERE id IS NULL")
        load.stage.run(f"DELETE FROM {table} WHERE id IS NULL")
    normalise(load, table, list(anchors))
    good = rows - nameless
    if not any(event.from_ == block.from_ for event in load.workspace.settings.events):
        twice = good - load.stage.number(f"SELECT count(DISTINCT id) FROM {table}")
        load.report.sources[block.from_].duplicates += twice
    personal = {one.name for one in tidied if one.name in block.personal or _is_personal(load, one.name)}
    note_dropped(load, staged, tidied, where, load.report.attributes, personal)
    return Block(number, block.from_, table, list(anchors), {one.name: one.type for one in tidied}, good)


def _is_personal(load: Load, name: str) -> bool:
    return load.workspace.settings.attributes.get(name, AttributeTable()).personal


def _typed(one: Tidy) -> exp.Expr:
    return exp.cast(one.final, SQL_TYPES[one.type])


def attribute_types(blocks: list[Block]) -> dict[str, TypeName]:
    """All attributes of all blocks, each with one type: blocks that disagree meet in number, time or text."""
    types: dict[str, TypeName] = {}
    for block in blocks:
        for name, kind in block.attributes.items():
            types[name] = common_type(types.get(name, kind), kind)
    return types


def common_type(one: TypeName, other: TypeName) -> TypeName:
    """The type that both fit into."""
    if one == other:
        return one
    pair = {one, other}
    if pair == {"integer", "number"}:
        return "number"
    return "time" if pair == {"date", "time"} else "text"


__all__ = ["Block", "attribute_types", "common_type", "stage_customers"]
