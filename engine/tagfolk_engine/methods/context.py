"""What a method sees: the snapshot as of T, through the evaluator, and nothing that happened at or after T."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlglot import exp
from tagfolk_dsl.tree import Condition, Has, InSegment, Metric
from tagfolk_plugins.api.errors import MethodError
from tagfolk_plugins.api.method import ColumnType, MethodContext, Reference

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa
    from tagfolk_dsl.program import Program
    from tagfolk_dsl.vocabulary import Vocabulary

    from tagfolk_engine.evaluate import History
    from tagfolk_engine.evaluate.cutoff import Cutoff
    from tagfolk_engine.lake import Snapshot

_OWN = "tagfolk own figures"
_TYPES: Mapping[str, ColumnType] = {
    "integer": "number", "number": "number", "text": "text", "boolean": "boolean", "date": "date", "time": "time",
}  # fmt: skip


class MetricTable(Protocol):
    """What a context asks of the evaluator."""

    def table(
        self, columns: Mapping[str, Metric | Condition], where: Condition | None = None, *, tags: Any = "rules"
    ) -> pa.Table:
        """``customer_id`` and one column per metric or condition, for all customers."""

    def close(self) -> None:
        """Free what it holds."""


OpenEvaluator = Callable[["Cutoff", Mapping[str, "pa.Table"]], MetricTable]
"""An evaluator of the snapshot at a cutoff, with the columns of the uses that ran before."""


class SnapshotContext(MethodContext):
    """A MethodContext over a snapshot of the lake.

    ``keep`` collects what must be freed when the method is done; ``say`` takes (part, message).
    """

    def __init__(
        self, snapshot: Snapshot, program: Program, cutoff: Cutoff, open_evaluator: OpenEvaluator, *,
        columns: Mapping[str, pa.Table], state: Any, due: bool, settings: Mapping[str, Any],
        keep: list[Callable[[], object]], say: Callable[[float, str], None] | None = None,
    ) -> None:  # fmt: skip
        self.as_of, self.zone = cutoff.instant, cutoff.zone
        self.state, self.due, self.settings = state, due, settings
        self._snapshot, self._program, self._cutoff = snapshot, program, cutoff
        self._open, self._columns, self._keep, self._say = open_evaluator, columns, keep, say
        self._made: MetricTable | None = None
        self._db: duckdb.DuckDBPyConnection | None = None
        self._past = False

    def metrics(self, metrics: Sequence[Reference]) -> pd.DataFrame:
        """By the evaluator, in one pass."""
        import pandas as pd

        trees: dict[str, Metric | Condition] = {str(i): m.tree for i, m in enumerate(metrics)}
        frame = _frame(self._evaluator().table(trees, tags="stored")).set_index("customer_id")
        for name, tree in trees.items():
            if isinstance(tree, Condition):
                frame[name] = frame[name].fillna(False).astype(bool)
            elif pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name]):
                frame[name] = frame[name].astype("float64")
        frame = frame[list(trees)]
        frame.columns = pd.RangeIndex(len(trees))
        return frame.sort_index()

    def events(
        self,
        event: str,
        properties: Sequence[str] = (),
        window: Reference | None = None,
        where: Reference | None = None,
    ) -> pd.DataFrame:
        """From the event's view; ``where`` is compiled as in a rule."""
        known = self.event_properties()
        if event not in known:
            raise MethodError(f"there is no event '{event}'", f"events: {', '.join(known)}")
        missing = [p for p in properties if p not in known[event]]
        if missing:
            raise MethodError(f"{event} has no property '{missing[0]}'", f"it has: {', '.join(known[event])}")
        start, end = self.bounds(window)
        time = exp.column("time", quoted=True)
        rows = exp.select("*").from_(exp.table_(f"event_{event}", quoted=True))
        rows = rows.where(exp.LT(this=time.copy(), expression=exp.Placeholder()))
        parameters: list[Any] = [end]
        if start is not None:
            rows = rows.where(exp.GTE(this=time.copy(), expression=exp.Placeholder()))
            parameters.append(start)
        if where is not None:
            from tagfolk_engine.methods.filters import event_filter, own_figures

            own = self._beside(own_figures(where.tree))
            if own:
                rows = rows.join(exp.table_(_OWN, quoted=True), using=["customer"])
            rows = rows.where(event_filter(event, where.tree, self._cutoff, self._snapshot, own))
        columns = [exp.column(n, table="e", quoted=True) for n in ("time", "local", *properties)]
        person = exp.column("customer_id", table="c", quoted=True)
        query = (
            exp.select(person, *columns)
            .from_(rows.subquery("e"))
            .join(exp.alias_(exp.table_("customers", quoted=True), "c"), using=["customer"])
            .order_by(person.copy(), columns[0].copy())
        )
        return self.sql(query.sql("duckdb"), parameters)

    def _beside(self, figures: Sequence[Metric]) -> dict[Metric, tuple[str, pa.DataType]]:
        """A table of customers' own figures by ``customer``, and the column and type of each."""
        if not figures:
            return {}
        names = [f"own figure {i}" for i in range(len(figures))]
        found = self._evaluator().table(dict(zip(names, figures, strict=True)), tags="stored")
        connection = self.connection()
        connection.register("incoming_own_figures", found)
        connection.execute(
            f'CREATE OR REPLACE TEMP TABLE "{_OWN}" AS SELECT c.customer, i.* EXCLUDE customer_id '
            "FROM incoming_own_figures i JOIN customers c USING (customer_id)"
        )
        connection.unregister("incoming_own_figures")
        return {m: (n, found.schema.field(n).type) for m, n in zip(figures, names, strict=True)}

    def sql(self, query: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """On a connection of the method's own."""
        return _frame(self.connection().execute(query, list(parameters)).to_arrow_table())

    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection with the snapshot's views, cut at T."""
        if self._db is None:
            import duckdb

            self._db = duckdb.connect()
            self._keep.append(self._db.close)
            self._snapshot.attach(self._db, before=self.as_of)
        return self._db

    def interrupt(self) -> None:
        """Break a running query (the time is up)."""
        if self._db is not None:
            self._db.interrupt()

    def bounds(self, window: Reference | None) -> tuple[datetime | None, datetime]:
        """By the calendar of the workspace."""
        if window is None:
            return None, self._cutoff.utc
        start, end = self._cutoff.window(window.tree)
        return start, end if end is not None else self._cutoff.utc

    def at(self, as_of: datetime) -> SnapshotContext:
        """The same snapshot, earlier; never later than this context's own T."""
        from tagfolk_engine.evaluate.cutoff import Cutoff

        cutoff = Cutoff(min(as_of, self.as_of), self.zone)
        context = SnapshotContext(
            self._snapshot, self._program, cutoff, self._open, columns={}, state=None, due=True,
            settings=self.settings, keep=self._keep, say=self._say,
        )  # fmt: skip
        context._past = self._past or cutoff.instant < self.as_of
        return context

    def attributes(self) -> Mapping[str, ColumnType]:
        """From the snapshot's description."""
        return {n: _TYPES[a.type] for n, a in self._snapshot.meta.attributes.items() if not a.personal}

    def event_properties(self) -> Mapping[str, Mapping[str, ColumnType]]:
        """From the snapshot's description."""
        return {
            event: {name: _TYPES[p.type] for name, p in meta.properties.items()}
            for event, meta in self._snapshot.meta.events.items()
        }

    def customers(self, attributes: Sequence[str] = ()) -> pd.DataFrame:
        """From the view of customers; personal attributes cannot be asked for."""
        known = self.attributes()
        for name in attributes:
            if name not in known:
                hint = f"it may see: {', '.join(known)}"
                raise MethodError(f"there is no attribute '{name}' that a method may see", hint)
        names = [exp.column(n, quoted=True) for n in ("customer_id", *attributes)]
        query = exp.select(*names).from_(exp.table_("customers", quoted=True)).order_by(names[0].copy())
        return self.sql(query.sql("duckdb")).set_index("customer_id")

    def members(self, name: str) -> pd.Series[bool]:
        """By the last run; at an earlier T by the history, or (no run had been made by then) by today's rules."""
        if name in self._program.segments:
            tree: Condition = InSegment(name)
        elif name in self._program.tags:
            tree = Has(name)
        else:
            known = ", ".join([*self._program.tags, *self._program.segments]) or "none yet"
            raise MethodError(f"there is no tag or segment '{name}'", f"there are: {known}")
        if not self._past:
            return self.metrics([Reference(name, tree)])[0].rename(None)
        held = self._held(name) if name in self._program.tags else None
        everybody = self.customers().index
        if held is None:
            found = self._evaluator().table({}, tree, tags="rules")
            held = set(found.column("customer_id").to_pylist())
        import pandas as pd

        return pd.Series(everybody.isin(list(held)), index=everybody)

    def _held(self, tag: str) -> set[str] | None:
        """Who held a tag at T by the stored runs; None where no run had been made by then."""
        history = getattr(self._evaluator(), "history", None)
        if history is None:
            return None
        found = _at(history.held(tag), self.as_of)
        if found is None and not any(_at(history.held(t), self.as_of) is not None for t in self._program.tags):
            return None
        return found or set()

    def tags(self) -> Sequence[str]:
        """The program's tags without a value."""
        return [name for name, info in self._program.tags.items() if info.type is None]

    def progress(self, part: float, message: str = "") -> None:
        """To whoever watches the run."""
        if self._say is not None:
            self._say(min(1.0, max(0.0, part)), message)

    def _evaluator(self) -> MetricTable:
        if self._made is None:
            self._made = self._open(self._cutoff, self._columns)
            self._keep.append(self._made.close)
        return self._made


def _at(held: pa.Table, moment: datetime) -> set[str] | None:
    """Who is in stretches of time (customer_id, since, until) at an instant; None where none had begun by then."""
    import pyarrow as pa
    import pyarrow.compute as pc

    zone = pa.timestamp("us", "UTC")
    at = pa.scalar(moment.astimezone(UTC), zone)
    since, until = (pc.cast(held.column(name), zone) for name in ("since", "until"))
    begun = pc.less_equal(since, at)
    if not pc.any(begun).as_py():
        return None
    still = pc.or_(pc.fill_null(pc.greater(until, at), False), pc.is_null(until))
    return set(held.filter(pc.and_(begun, still)).column("customer_id").to_pylist())


def _frame(table: pa.Table) -> pd.DataFrame:
    """Arrow as pandas, text as plain objects with None where missing."""
    import pyarrow as pa

    fields = [pa.field(f.name, pa.float64()) if pa.types.is_decimal(f.type) else f for f in table.schema]
    frame: pd.DataFrame = table.cast(pa.schema(fields)).to_pandas(date_as_object=False)
    for field in fields:
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            frame[field.name] = frame[field.name].astype(object).where(frame[field.name].notna(), None)
    return frame


def evaluators(
    snapshot: Snapshot, program: Program, vocabulary: Vocabulary, *, history: History | None = None,
    memory_limit: str | None = None,
) -> OpenEvaluator:  # fmt: skip
    """The usual ``open_evaluator`` of ``run_uses``: an Evaluator over the snapshot, for each cutoff that is asked."""

    def opened(cutoff: Cutoff, columns: Mapping[str, pa.Table]) -> MetricTable:
        from tagfolk_engine.evaluate import Evaluator

        return Evaluator(
            snapshot, program, vocabulary, cutoff, history=history, columns=columns, memory_limit=memory_limit
        )

    return opened
