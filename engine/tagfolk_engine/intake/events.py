"""``[[events]]`` blocks: rows (or groups of rows) with whose they are, when, and tidied properties."""

from __future__ import annotations

from dataclasses import dataclass, field

from tagfolk_engine.intake.context import Load
from tagfolk_engine.intake.customers import common_type
from tagfolk_engine.intake.dropped import note_dropped
from tagfolk_engine.intake.event_queries import EventQueries
from tagfolk_engine.intake.staging import quoted
from tagfolk_engine.intake.tidying import Tidy
from tagfolk_engine.workspace import AttributeTable, EventsTable
from tagfolk_engine.workspace.references import customers_source
from tagfolk_engine.workspace.settings import TypeName


@dataclass
class EventBlock:
    """A staged block: ``table`` (a view where every row is an event) with row, said, utc, one column per property;
    ``owners`` (said, who, ``anchor_…``): whose each value of ``said`` is; ``lines``: a query for (row, said) of all
    rows that the events are made of.

    ``who`` is an id of ``refers``; with anchors it is a name made of them.
    """

    number: int
    event: EventsTable
    table: str
    owners: str
    refers: str
    lines: str
    anchors: list[str] = field(default_factory=list)
    properties: dict[str, TypeName] = field(default_factory=dict)


def stage_events(load: Load, number: int, event: EventsTable) -> EventBlock:
    """Map one block. Raises WorkspaceError where an expression does not fit."""
    staged = load.staged[event.from_]
    load.progress.advance(f"events {event.name} of {event.from_}", 0, staged.rows)
    queries = EventQueries(load, number, event)
    queries.find_duplicates()
    if event.group_by:
        queries.stage_groups()
    else:
        queries.stage_rows()
    load.conditions.setdefault(event.from_, []).append((queries.where, queries.duplicates))
    _note_dropped(load, queries)
    return EventBlock(
        number, event, queries.table, queries.owners, customers_source(load.workspace.settings, event),
        queries.lines().sql("duckdb"), list(event.anchors), {one.name: one.type for one in queries.properties},
    )  # fmt: skip


def _note_dropped(load: Load, queries: EventQueries) -> None:
    """Values of properties that were dropped: of rows, and, with ``group_by``, of lines and of whole groups."""
    event, staged = queries.event, load.staged[queries.event.from_]
    entries = load.workspace.settings.properties
    prefix = f"{event.name}."
    personal = {p.name for p in queries.properties if entries.get(prefix + p.name, AttributeTable()).personal}
    fields = load.report.properties
    lines = queries.properties
    if event.group_by:
        lines = [Tidy(p.name, p.type, p.final, p.said, p.lost_line) for p in queries.properties]
    note_dropped(load, staged, lines, queries.row_condition(), fields, personal, prefix=prefix)
    if event.group_by:
        note_dropped(load, staged, queries.lost_groups, None, fields, personal, prefix=prefix,
                     table=quoted(queries.table))  # fmt: skip


def property_types(blocks: list[EventBlock]) -> dict[str, TypeName]:
    """The properties of all blocks of one event, each with one type."""
    types: dict[str, TypeName] = {}
    for block in blocks:
        for name, kind in block.properties.items():
            types[name] = common_type(types.get(name, kind), kind)
    return types
