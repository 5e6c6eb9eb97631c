"""The queries of one ``[[events]]`` block.

Where every row is an event, nothing is copied: the events are a view over the source, read once for whose they are
and once when they are written. Rows that are rejected, and duplicates, are numbers in small tables.
"""

from __future__ import annotations

from sqlglot import exp

from tagfolk_engine.intake.anchors import normalise, written
from tagfolk_engine.intake.context import Load, condition
from tagfolk_engine.intake.mapping import Mapped, as_text
from tagfolk_engine.intake.moments import missing, moments, timed
from tagfolk_engine.intake.reading import ROW
from tagfolk_engine.intake.staging import quoted
from tagfolk_engine.intake.tidying import SQL_TYPES, Tidy, tidy
from tagfolk_engine.workspace import AttributeTable, EventsTable
from tagfolk_engine.workspace.expressions import has_aggregate


class EventQueries:
    """The expressions of one block over its source, and what is made of them."""

    def __init__(self, load: Load, number: int, event: EventsTable) -> None:
        self.load, self.event, self.at = load, event, ("events", number)
        self.raw = load.staged[event.from_].table
        self.table, self.owners = f"events_{number}", f"owners_{number}"
        self._duplicates = f"duplicates_{number}"
        self.duplicates: str | None = None
        """The table of the rows that are duplicates, if there are any."""
        self.where = condition(self._map("where", event.where).tree) if event.where else None
        self.time = self._map("time", event.time)
        self.time_kind = load.kind(self.raw, self.time.tree)
        self.anchors = {
            name: written(load, load.map((*self.at, "anchors", name), event.from_, text), self.raw)
            for name, text in event.anchors.items()
        }
        self.said = self._said()
        self.groups = [self._text(("group_by", n), text) for n, text in enumerate(event.group_by)]
        self.keys = [self._text(("key", n), text) for n, text in enumerate(event.key)]
        self.lost_groups: list[Tidy] = []
        self._of_groups: dict[str, exp.Expr] = {}
        self.properties = [self._property(name, text) for name, text in event.properties.items()]

    def _map(self, key: str, text: str) -> Mapped:
        return self.load.map((*self.at, key), self.event.from_, text)

    def _text(self, path: tuple[str, int], text: str) -> exp.Expr:
        mapped = self.load.map((*self.at, *path), self.event.from_, text)
        return as_text(mapped.tree, self.load.kind(self.raw, mapped.tree))

    def _said(self) -> exp.Expr:
        """What a row says of whose it is: a value by which rows of one customer meet. A column as it is (trimming is
        left to the distinct values); anchors as written, together."""
        if self.event.customer is not None:
            mapped = self._map("customer", self.event.customer)
            if mapped.column is not None and not self.event.group_by:
                return exp.column(mapped.column.name, quoted=True)
            return as_text(mapped.tree, self.load.kind(self.raw, mapped.tree))
        known = [tree.copy() for tree in self.anchors.values()]
        if len(known) == 1:
            return known[0]
        parts = [exp.func("COALESCE", tree.copy(), _string("")) for tree in known]
        joined = exp.Anonymous(this="concat_ws", expressions=[_string("\x1f"), *parts])
        return exp.Case(ifs=[exp.If(this=exp.Not(this=_missing(exp.func("COALESCE", *known))), true=joined)])

    def _property(self, name: str, text: str) -> Tidy:
        mapped = self.load.map((*self.at, "properties", name), self.event.from_, text)
        entry = self.load.workspace.settings.properties.get(f"{self.event.name}.{name}", AttributeTable())
        kind = self.load.kind(self.raw, mapped.tree)
        one = tidy(name, mapped, kind, entry, self.load.workspace.zone)
        if not self.event.group_by:
            return one
        if has_aggregate(mapped.tree):
            if one.lost_group is not None:
                hidden = exp.column(_hidden(name), quoted=True)
                self._of_groups[name] = as_text(mapped.tree, kind)
                self.lost_groups.append(Tidy(name, one.type, hidden, hidden, exp.Not(this=_missing(hidden))))
            return one
        # one value for the group: the first line that knows it
        first = exp.Anonymous(this="arg_min", expressions=[_typed(one), exp.column(ROW)])
        return Tidy(name, one.type, first, one.said, one.lost, one.lost)

    def row_condition(self, *, unique: bool = True) -> exp.Expr | None:
        """Which rows are looked at: those that ``where`` keeps, but (``unique``) duplicates."""
        tests = [self.where.copy()] if self.where is not None else []
        if unique and self.duplicates is not None:
            rows = exp.select("row").from_(exp.to_table(self.duplicates))
            tests.append(exp.Not(this=exp.In(this=exp.column(ROW), query=exp.Subquery(this=rows))))
        return exp.and_(*tests) if tests else None

    def _rows(self, *columns: exp.Expr, unique: bool = True) -> exp.Select:
        query = exp.select(*columns).from_(exp.to_table(self.raw))
        test = self.row_condition(unique=unique)
        return query.where(test) if test is not None else query

    def lines(self) -> exp.Select:
        """(row, said) of all rows that the events are made of."""
        return self._rows(exp.column(ROW).as_("row"), self.said.copy().as_("said"))

    # one event per row

    def stage_rows(self) -> None:
        """The view of the events, their owners; rows without customer or time are rejected."""
        late = missing(self.time, self.time_kind)
        # as conditions, not as counts of all rows: Parquet says of whole parts that nothing is missing there
        timeless = self.load.stage.number(self._rows(exp.Count(this=exp.Star())).where(late.copy()))
        lone = self.load.stage.number(self._rows(exp.Count(this=exp.Star())).where(_missing(self.said)))
        instant, wall = moments(self.time, self.time_kind)
        query = self.lines()
        if timeless:
            query = query.where(exp.Not(this=exp.paren(late.copy())))
        for name, tree in self.anchors.items():
            query = query.select(tree.copy().as_(f"anchor_{name}", quoted=True))
        for one in self.properties:
            query = query.select(_typed(one).as_(one.name, quoted=True))
        whole = timed(query, instant, wall, self.load.workspace.zone)
        self.load.stage.run(f"CREATE OR REPLACE VIEW {quoted(self.table)} AS {whole.sql('duckdb')}")
        self._find_owners()
        nobody = self.load.stage.number(f"SELECT count(*) FROM {self.owners} WHERE who IS NULL")
        if timeless or lone or nobody:
            self._reject_rows(late)
            self.load.stage.run(f"DELETE FROM {self.owners} WHERE who IS NULL")

    def _reject_rows(self, late: exp.Expr) -> None:
        lines = self.lines().select(late.copy().as_("late"), self._time_said().as_("time"))
        lines = lines.select(_missing(self._id(self.said)).as_("nobody"))
        no_owner = "(t.nobody OR (w.said IS NOT NULL AND w.who IS NULL))"
        self.load.reject(
            self.event.from_,
            f"SELECT t.row, CASE WHEN {no_owner} THEN 'the event has no customer' {_REASONS} END AS reason "
            f"FROM ({lines.sql('duckdb')}) t LEFT JOIN {self.owners} w ON w.said = t.said WHERE {no_owner} OR t.late",
        )

    def _find_owners(self) -> None:
        """The table of the distinct values of ``said`` with the id that each means."""
        columns = "".join(f", any_value({quoted(f'anchor_{n}')}) AS {quoted(f'anchor_{n}')}" for n in self.anchors)
        self.load.stage.run(
            f"CREATE OR REPLACE TABLE {self.owners} AS SELECT said{columns} FROM {quoted(self.table)} "
            f"WHERE said IS NOT NULL GROUP BY said"
        )
        normalise(self.load, self.owners, list(self.anchors))
        who = self._id(exp.column("said")).sql("duckdb") if not self.anchors else self._name_of_anchors()
        self.load.stage.run(f"CREATE OR REPLACE TABLE {self.owners} AS SELECT *, {who} AS who FROM {self.owners}")

    def _id(self, said: exp.Expr) -> exp.Expr:
        """``said`` as the text of an id."""
        if self.anchors or self.event.group_by:
            return said.copy()
        return as_text(said, self.load.kind(self.raw, self.said))

    def _name_of_anchors(self) -> str:
        """A name for who is known by anchors only. An anchor is personal, an id is not: the name is a hash."""
        columns = [quoted(f"anchor_{name}") for name in self.anchors]
        known = ", ".join(f"coalesce({column}, '')" for column in columns)
        joined = f"concat_ws(chr(31), {known})"
        salt = _string(self.load.workspace.settings.identity.salt).sql("duckdb")
        return (
            f"CASE WHEN coalesce({', '.join(columns)}, NULL) IS NOT NULL THEN "
            f"'anonymous-' || substr(sha256({salt} || {joined}), 1, 16) END"
        )

    def _time_said(self) -> exp.Expr:
        """What a row says its time is."""
        tree = self.time.tree
        return exp.cast(exp.Null(), "varchar") if has_aggregate(tree) else exp.cast(tree.copy(), "varchar")

    # one event per group of rows

    def stage_groups(self) -> None:
        """The table of the events: one per group and customer. A plain time is its earliest."""
        instant, wall = moments(self.time, self.time_kind)
        if not has_aggregate(self.time.tree):
            instant, wall = (exp.func("MIN", v) if v is not None else None for v in (instant, wall))
        query = self._rows(exp.func("MIN", exp.column(ROW)).as_("row"), self.said.copy().as_("said"))
        query = query.where(_none_missing([*self.groups, self.said]))
        for name, tree in self.anchors.items():
            query = query.select(exp.func("MIN", tree.copy()).as_(f"anchor_{name}", quoted=True))
        for number, tree in enumerate(self.groups):
            query = query.select(tree.copy().as_(f"group {number}", quoted=True))
        for one in self.properties:
            query = query.select(_typed(one).as_(one.name, quoted=True))
            if one.name in self._of_groups and one.lost_group is not None:
                value = self._of_groups.get(one.name)
                lost = exp.Case(ifs=[exp.If(this=one.lost_group.copy(), true=value)])
                query = query.select(lost.as_(_hidden(one.name), quoted=True))
        query = query.group_by(*(tree.copy() for tree in self.groups), self.said.copy())
        whole = timed(query, instant, wall, self.load.workspace.zone)
        self.load.stage.run(f"CREATE OR REPLACE TABLE {quoted(self.table)} AS {whole.sql('duckdb')}")
        self._find_owners()
        self._reject_lines()
        self.load.stage.run(f"DELETE FROM {quoted(self.table)} WHERE utc IS NULL")
        self.load.stage.run(f"DELETE FROM {self.owners} WHERE who IS NULL")
        self._drop_later_groups()

    def _grouped_lines(self) -> tuple[str, list[str]]:
        """All lines with their group: the query, and the names of its columns that tell the group."""
        names = [f"group {number}" for number in range(len(self.groups))]
        lines = self.lines().select(self._time_said().as_("time"))
        for name, tree in zip(names, self.groups):
            lines = lines.select(tree.copy().as_(name, quoted=True))
        return lines.sql("duckdb"), [quoted(name) for name in names]

    def _reject_lines(self) -> None:
        """Lines without a group or customer, and all lines of groups without a time."""
        stage = self.load.stage
        lone = exp.or_(*(_missing(tree) for tree in [self.said, *self.groups]))
        bad = stage.number(self._rows(_count_if(lone)))
        bad += stage.number(f"SELECT count(*) FROM {quoted(self.table)} WHERE utc IS NULL")
        bad += stage.number(f"SELECT count(*) FROM {self.owners} WHERE who IS NULL")
        if not bad:
            return
        source, names = self._grouped_lines()
        no_owner = "(l.said IS NULL OR w.said IS NOT NULL)"
        no_group = " OR ".join(f"l.{name} IS NULL" for name in names)
        timeless = f"(SELECT DISTINCT {', '.join(names)}, said FROM {quoted(self.table)} WHERE utc IS NULL)"
        self.load.reject(
            self.event.from_,
            f"SELECT l.row, CASE WHEN {no_owner} THEN 'the event has no customer' WHEN {no_group} THEN "
            f"'nothing to group by' {_REASONS.replace('t.', 'l.')} END AS reason FROM ({source}) l "
            f"LEFT JOIN (SELECT said FROM {self.owners} WHERE who IS NULL) w ON w.said = l.said "
            f"LEFT JOIN {timeless} g ON g.said = l.said AND {' AND '.join(f'g.{n} = l.{n}' for n in names)} "
            f"WHERE {no_owner} OR {no_group} OR g.said IS NOT NULL",
        )

    def _drop_later_groups(self) -> None:
        """With ``key`` naming groups: of groups with one key but different customers the first has it, the lines of
        the others are duplicates."""
        if not self.keys or self._key_of_rows():
            return
        stage, names = self.load.stage, [f"k{n}" for n in range(len(self.keys))]
        keyed = self._rows(exp.column(ROW).as_("row"))
        for name, tree in zip(names, self.keys):
            keyed = keyed.select(tree.copy().as_(name))
        stage.run(
            f"CREATE OR REPLACE TEMP TABLE later AS SELECT t.* FROM (SELECT t.row, row_number() OVER "
            f"(PARTITION BY {', '.join(names)} ORDER BY t.row) AS n FROM {quoted(self.table)} t "
            f"JOIN ({keyed.sql('duckdb')}) USING (row)) l JOIN {quoted(self.table)} t USING (row) WHERE l.n > 1"
        )
        if not stage.number("SELECT count(*) FROM later"):
            return
        source, groups = self._grouped_lines()
        stage.run(
            f"CREATE OR REPLACE TABLE {self._duplicates} AS SELECT l.row FROM ({source}) l SEMI JOIN later g "
            f"ON g.said = l.said AND {' AND '.join(f'g.{n} = l.{n}' for n in groups)}"
        )
        stage.run(f"DELETE FROM {quoted(self.table)} WHERE row IN (SELECT row FROM later)")
        self.duplicates = self._duplicates

    # duplicates

    def _key_of_rows(self) -> bool:
        """Whether the key tells lines apart, not only groups."""
        if not self.keys:
            return False
        groups = {tree.sql("duckdb").casefold() for tree in self.groups}
        return not groups or any(tree.sql("duckdb").casefold() not in groups for tree in self.keys)

    def find_duplicates(self) -> None:
        """The later rows of each key. Rows that are rejected anyway are no first ones."""
        if not self._key_of_rows():
            return
        stage = self.load.stage
        query = self._rows(exp.column(ROW).as_("row"), unique=False)
        query = query.where(_none_missing([*self.keys, self._id(self.said)]))
        if not self.event.group_by:
            query = query.where(exp.Not(this=exp.paren(missing(self.time, self.time_kind))))
        names = [f"k{n}" for n in range(len(self.keys))]
        # the hash finds candidates in little memory; the keys themselves decide
        hashed = query.copy().select(exp.Anonymous(this="hash", expressions=[k.copy() for k in self.keys]).as_("h"))
        stage.run(
            f"CREATE OR REPLACE TEMP TABLE twice AS SELECT h FROM ({hashed.sql('duckdb')}) GROUP BY h "
            f"HAVING count(*) > 1"
        )
        if not stage.number("SELECT count(*) FROM twice"):
            return
        for name, key in zip(names, self.keys):
            hashed = hashed.select(key.copy().as_(name))
        count = stage.create(self._duplicates, exp.select("row").from_(exp.Subquery(this=exp.select(
            "row", f"row_number() OVER (PARTITION BY {', '.join(names)} ORDER BY row) AS n"
        ).from_(hashed.subquery("hashed")).where("h IN (SELECT h FROM twice)"))).where("n > 1"))  # fmt: skip
        self.duplicates = self._duplicates if count else None


_REASONS = (
    "WHEN t.time IS NULL OR trim(t.time) = '' THEN 'the event has no time' "
    "ELSE 'the time cannot be read' || chr(0) || t.time"
)


def _hidden(name: str) -> str:
    return f"lost {name}"


def _string(text: str) -> exp.Expr:
    return exp.Literal.string(text)


def _typed(one: Tidy) -> exp.Expr:
    return exp.cast(one.final.copy(), SQL_TYPES[one.type])


def _missing(tree: exp.Expr) -> exp.Expr:
    return exp.Is(this=exp.paren(tree.copy()), expression=exp.Null())


def _count_if(test: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="count_if", expressions=[test.copy()])


def _none_missing(trees: list[exp.Expr]) -> exp.Expr:
    return exp.and_(*(exp.Not(this=_missing(tree)) for tree in trees))
