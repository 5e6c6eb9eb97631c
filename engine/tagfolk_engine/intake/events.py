"""``[[events]]`` blocks: rows (or groups of rows) with whose they are, when, and tidied properties."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from tagfolk_engine.intake.anchors import normalised
from tagfolk_engine.intake.context import Load, condition
from tagfolk_engine.intake.customers import common_type
from tagfolk_engine.intake.dates import instant_from_text, utc_of_wall, wall_from_text, wall_of_utc
from tagfolk_engine.intake.dropped import note_dropped
from tagfolk_engine.intake.mapping import Mapped, as_text
from tagfolk_engine.intake.tidying import SQL_TYPES, Tidy, tidy, type_of
from tagfolk_engine.workspace import AttributeTable, EventsTable
from tagfolk_engine.workspace.expressions import has_aggregate
from tagfolk_engine.workspace.references import customers_source
from tagfolk_engine.workspace.settings import TypeName


@dataclass
class EventBlock:
    """A staged block: table ``events_N`` with row, who, utc, local, one column per property, ``anchor_…``.

    ``who`` is an id of ``refers``; with anchors it is the text of the anchors together.
    """

    number: int
    event: EventsTable
    table: str
    refers: str
    anchors: list[str] = field(default_factory=list)
    properties: dict[str, TypeName] = field(default_factory=dict)


def stage_events(load: Load, number: int, event: EventsTable) -> EventBlock:
    """Map one block. Raises WorkspaceError where an expression does not fit."""
    staged = load.staged[event.from_]
    load.progress.advance(f"events {event.name} of {event.from_}", 0, staged.rows)
    builder = _Builder(load, number, event)
    table = f"events_{number}"
    block = EventBlock(number, event, table, customers_source(load.workspace.settings, event), list(event.anchors),
                       {one.name: one.type for one in builder.properties})  # fmt: skip
    duplicates = builder.duplicates_of_rows()
    load.stage.create(table, builder.grouped() if event.group_by else builder.plain())
    builder.reject(table)
    load.report.sources[event.from_].duplicates += duplicates + builder.duplicates_of_events(table)
    report = load.report.sources[event.from_]
    report.filtered += staged.rows - builder.kept_rows()
    for one in builder.properties:
        if not event.group_by:
            personal = load.workspace.settings.properties.get(f"{event.name}.{one.name}", AttributeTable()).personal
            note_dropped(
                load, staged, one, builder.where, load.report.properties, f"{event.name}.{one.name}", personal=personal
            )
    return block


class _Builder:
    """The queries of one block."""

    def __init__(self, load: Load, number: int, event: EventsTable) -> None:
        self.load, self.event, self.at = load, event, ("events", number)
        self.raw = load.staged[event.from_].table
        self.number = number
        self.where = condition(self._map("where", event.where).tree) if event.where else None
        self.time = self._map("time", event.time)
        self.anchors = {
            name: normalised(
                load, name, load.map((*self.at, "anchors", name), event.from_, text), self.raw, ("events", number)
            )
            for name, text in event.anchors.items()
        }
        self.groups = [self._text(("group_by", n), text) for n, text in enumerate(event.group_by)]
        self.keys = [self._text(("key", n), text) for n, text in enumerate(event.key)]
        self.properties = [self._property(name, text) for name, text in event.properties.items()]

    def _map(self, key: str, text: str) -> Mapped:
        return self.load.map((*self.at, key), self.event.from_, text)

    def _text(self, path: tuple[str, int], text: str) -> exp.Expr:
        mapped = self.load.map((*self.at, *path), self.event.from_, text)
        return as_text(mapped.tree, self.load.kind(self.raw, mapped.tree))

    def _property(self, name: str, text: str) -> Tidy:
        mapped = self.load.map((*self.at, "properties", name), self.event.from_, text)
        entry = self.load.workspace.settings.properties.get(f"{self.event.name}.{name}", AttributeTable())
        if self.event.group_by and not has_aggregate(mapped.tree):
            # one value for the group: the first line that knows it
            one = tidy(name, mapped, self.load.kind(self.raw, mapped.tree), entry, self.load.workspace.zone)
            first = exp.Anonymous(
                this="arg_min", expressions=[exp.cast(one.final, SQL_TYPES[one.type]), exp.column("rowid")]
            )
            return Tidy(name, one.type, first, one.said, None)
        return tidy(name, mapped, self.load.kind(self.raw, mapped.tree), entry, self.load.workspace.zone)

    def who(self) -> exp.Expr:
        """Whose a row is, as text."""
        if self.event.customer is not None:
            mapped = self._map("customer", self.event.customer)
            return as_text(mapped.tree, self.load.kind(self.raw, mapped.tree))
        parts = [exp.func("COALESCE", tree.copy(), exp.Literal.string("")) for tree in self.anchors.values()]
        joined = exp.Anonymous(this="concat_ws", expressions=[exp.Literal.string("\x1f"), *parts])
        known = exp.func("COALESCE", *(tree.copy() for tree in self.anchors.values()), exp.Null())
        return exp.Case(
            ifs=[exp.If(this=exp.Not(this=exp.Is(this=exp.paren(known), expression=exp.Null())), true=joined)]
        )

    def moments(self) -> tuple[exp.Expr, exp.Expr]:
        """When a row was: (instant in naive UTC where the row says it, wall clock otherwise), before grouping."""
        null = exp.cast(exp.Null(), "timestamp")
        tree, column = self.time.tree, self.time.column
        if column is not None and column.is_text and column.kind == "integer":
            # digits only: 20240131, or seconds since 1970
            return _epoch(column.raw()), wall_from_text(column.raw(), ("%Y%m%d", "%Y%m%d%H%M%S"))
        if column is not None and column.is_text:
            return instant_from_text(column.raw()), wall_from_text(column.raw(), column.formats)
        kind = self.load.kind(self.raw, tree).upper()
        if "TIME ZONE" in kind:
            return exp.cast(tree.copy(), "timestamp"), null
        if type_of(kind) in ("date", "time"):
            return null, exp.cast(tree.copy(), "timestamp")
        if type_of(kind) in ("integer", "number"):
            return _epoch(tree), null
        text = as_text(tree, kind)
        return instant_from_text(text), wall_from_text(text, ("iso",))

    def _rows(self, *, keyed: bool) -> exp.Select:
        """All rows that ``where`` keeps, but duplicates."""
        query = exp.select(exp.column("rowid").as_("row")).from_(self.raw)
        query = query.where(self.where) if self.where is not None else query
        if keyed and self._key_of_rows():
            duplicates = exp.select("row").from_(f"duplicates_{self.number}")
            query = query.where(exp.Not(this=exp.In(this=exp.column("rowid"), query=exp.Subquery(this=duplicates))))
        return query

    def kept_rows(self) -> int:
        """How many rows ``where`` keeps."""
        query = exp.select(exp.Count(this=exp.Star())).from_(self.raw)
        return self.load.stage.number(query.where(self.where) if self.where is not None else query)

    def _timed(self, query: exp.Select) -> exp.Select:
        """A query with ``instant`` and ``wall`` → with ``utc`` and ``local``."""
        zone = self.load.workspace.zone
        utc = exp.func("COALESCE", exp.column("instant"), utc_of_wall(exp.column("wall"), zone))
        inner = exp.select("* EXCLUDE (instant, wall)", utc.as_("utc")).from_(query.subquery("rows"))
        return exp.select("*", wall_of_utc(exp.column("utc"), zone).as_("local")).from_(inner.subquery("timed"))

    def plain(self) -> exp.Select:
        """One event per row."""
        instant, wall = self.moments()
        query = self._rows(keyed=True).select(self.who().as_("who"), instant.as_("instant"), wall.as_("wall"))
        for name, tree in self.anchors.items():
            query = query.select(tree.copy().as_(f"anchor_{name}", quoted=True))
        for one in self.properties:
            query = query.select(exp.cast(one.final, SQL_TYPES[one.type]).as_(one.name, quoted=True))
        return self._timed(query)

    def grouped(self) -> exp.Select:
        """One event per group and customer. A plain time is its earliest."""
        if has_aggregate(self.time.tree):
            instant, wall = self.moments()
        else:
            instant, wall = (exp.func("MIN", one) for one in self.moments())
        who = self.who()
        query = exp.select(exp.func("MIN", exp.column("rowid")).as_("row"), who.copy().as_("who")).from_(self.raw)
        query = query.where(self.where) if self.where is not None else query
        if self._key_of_rows():
            duplicates = exp.select("row").from_(f"duplicates_{self.number}")
            query = query.where(exp.Not(this=exp.In(this=exp.column("rowid"), query=exp.Subquery(this=duplicates))))
        query = query.where(_none_missing([*self.groups, who]))
        query = query.select(instant.as_("instant"), wall.as_("wall"))
        for name, tree in self.anchors.items():
            query = query.select(exp.func("MIN", tree.copy()).as_(f"anchor_{name}", quoted=True))
        for one in self.properties:
            query = query.select(exp.cast(one.final, SQL_TYPES[one.type]).as_(one.name, quoted=True))
        query = query.group_by(*(tree.copy() for tree in self.groups), who.copy())
        return self._timed(query)

    def reject(self, table: str) -> int:
        """Reject what has no customer or no readable time, and take it out of the table."""
        said = self._said_time()
        if not self.event.group_by:
            query = (
                f"SELECT t.row, CASE WHEN t.who IS NULL THEN 'the event has no customer' "
                f"WHEN r.said IS NULL THEN 'the event has no time' "
                f"ELSE 'the time cannot be read' || chr(0) || r.said END AS reason FROM {table} t "
                f"JOIN ({said.sql('duckdb')}) r ON r.row = t.row WHERE t.who IS NULL OR t.utc IS NULL"
            )
            count = self.load.reject(self.event.from_, query)
            self.load.stage.run(f"DELETE FROM {table} WHERE who IS NULL OR utc IS NULL")
            return count
        return self._reject_lines(table, said)

    def _reject_lines(self, table: str, said: exp.Select) -> int:
        """Lines without a group or customer, and all lines of groups without a time."""
        who, lines = self.who(), self._rows(keyed=True)
        lines = lines.select(who.as_("who"))
        names = [f"g{n}" for n in range(len(self.groups))]
        for name, tree in zip(names, self.groups):
            lines = lines.select(tree.copy().as_(name))
        no_group = " OR ".join(f"{name} IS NULL" for name in names)
        source = lines.sql("duckdb")
        timeless = (
            f"SELECT {', '.join(names)}, who FROM ({source}) WHERE row IN (SELECT row FROM {table} WHERE utc IS NULL)"
        )
        query = (
            f"SELECT row, CASE WHEN who IS NULL THEN 'the event has no customer' ELSE 'nothing to group by' END "
            f"AS reason "
            f"FROM ({source}) WHERE who IS NULL OR {no_group} UNION ALL "
            f"SELECT l.row, CASE WHEN r.said IS NULL THEN 'the event has no time' "
            f"ELSE 'the time cannot be read' || chr(0) || r.said END FROM ({source}) l "
            f"JOIN ({said.sql('duckdb')}) r ON r.row = l.row JOIN ({timeless}) t USING ({', '.join([*names, 'who'])})"
        )
        count = self.load.reject(self.event.from_, query)
        self.load.stage.run(f"DELETE FROM {table} WHERE utc IS NULL")
        return count

    def _said_time(self) -> exp.Select:
        """What each row says its time is."""
        tree = self.time.tree
        said = exp.cast(exp.Null(), "varchar") if has_aggregate(tree) else exp.cast(tree.copy(), "varchar")
        return exp.select(exp.column("rowid").as_("row"), said.as_("said")).from_(self.raw)

    def _key_of_rows(self) -> bool:
        """Whether the key tells lines apart, not only groups."""
        if not self.keys:
            return False
        groups = {tree.sql("duckdb").casefold() for tree in self.groups}
        return not groups or any(tree.sql("duckdb").casefold() not in groups for tree in self.keys)

    def duplicates_of_rows(self) -> int:
        """Fill ``duplicates_N`` with the later rows of each key. Rows that are rejected anyway are no first ones."""
        if not self._key_of_rows():
            return 0
        instant, wall = self.moments() if not has_aggregate(self.time.tree) else (exp.true(), exp.true())
        query = self._rows(keyed=False).select(
            exp.func("HASH", *(k.copy() for k in self.keys), dialect="duckdb").as_("h")
        )
        query = query.where(_none_missing([*self.keys, self.who()]))
        if not self.event.group_by:
            known = exp.func("COALESCE", instant, wall)
            query = query.where(exp.Not(this=exp.Is(this=exp.paren(known), expression=exp.Null())))
        self.load.stage.create(f"keyed_{self.number}", query)
        # the hash finds candidates in little memory; the keys themselves decide
        keys = ", ".join(k.copy().as_(f"k{n}").sql("duckdb") for n, k in enumerate(self.keys))
        names = ", ".join(f"k{n}" for n in range(len(self.keys)))
        self.load.stage.run(
            f"CREATE OR REPLACE TABLE duplicates_{self.number} AS SELECT row FROM (SELECT row, row_number() OVER "
            f"(PARTITION BY {names} ORDER BY row) AS n FROM (SELECT k.row, {keys} "
            f"FROM {self.raw} JOIN keyed_{self.number} k ON k.row = {self.raw}.rowid WHERE k.h IN "
            f"(SELECT h FROM keyed_{self.number} GROUP BY h HAVING count(*) > 1))) WHERE n > 1"
        )
        self.load.stage.run(f"DROP TABLE keyed_{self.number}")
        return self.load.stage.number(f"SELECT count(*) FROM duplicates_{self.number}")

    def duplicates_of_events(self, table: str) -> int:
        """With ``key`` naming groups: groups of one key but different customers; the first line's customer has it."""
        if not self.keys or self._key_of_rows():
            return 0
        names = [f"k{n}" for n in range(len(self.keys))]
        keyed = self._rows(keyed=False)
        for name, tree in zip(names, self.keys):
            keyed = keyed.select(tree.copy().as_(name))
        later = (
            f"SELECT row FROM (SELECT t.row, row_number() OVER (PARTITION BY {', '.join(names)} ORDER BY t.row) AS n "
            f"FROM {table} t JOIN ({keyed.sql('duckdb')}) USING (row)) WHERE n > 1"
        )
        count = self.load.stage.number(f"SELECT count(*) FROM ({later})")
        self.load.stage.run(f"DELETE FROM {table} WHERE row IN ({later})")
        return count


def _none_missing(trees: list[exp.Expr]) -> exp.Expr:
    return exp.and_(*(exp.Not(this=exp.Is(this=exp.paren(t.copy()), expression=exp.Null())) for t in trees))


def _epoch(tree: exp.Expr) -> exp.Expr:
    """A number as an instant: seconds, milliseconds or microseconds since 1970, by its size."""
    number = exp.TryCast(this=tree.copy(), to=exp.DataType.build("bigint"))

    def between(low: int, high: int, scale: int, over: int) -> exp.If:
        inside = exp.and_(
            exp.GTE(this=number.copy(), expression=exp.Literal.number(low)),
            exp.LT(this=number.copy(), expression=exp.Literal.number(high)),
        )
        micros = exp.IntDiv(
            this=exp.Mul(this=number.copy(), expression=exp.Literal.number(scale)), expression=exp.Literal.number(over)
        )
        return exp.If(this=inside, true=exp.Anonymous(this="make_timestamp", expressions=[micros]))

    return exp.Case(
        ifs=[between(10**8, 10**11, 10**6, 1), between(10**11, 10**13, 10**3, 1), between(10**14, 10**17, 1, 1)]
    )


def property_types(blocks: list[EventBlock]) -> dict[str, TypeName]:
    """The properties of all blocks of one event, each with one type."""
    types: dict[str, TypeName] = {}
    for block in blocks:
        for name, kind in block.properties.items():
            types[name] = common_type(types.get(name, kind), kind)
    return types
