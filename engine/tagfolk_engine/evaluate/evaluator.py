"""The evaluator: a program over a snapshot at a cutoff, as tables on one connection."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

from sqlglot import exp
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import And, Condition, Metric, Node, Type
from tagfolk_dsl.vocabulary import Vocabulary

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.conditions import lower
from tagfolk_engine.compile.dialect import group_by, select, subquery
from tagfolk_engine.compile.frame import Frame, Schema
from tagfolk_engine.compile.metrics import lower_metric
from tagfolk_engine.compile.sql import E
from tagfolk_engine.compile.wide import fitted
from tagfolk_engine.evaluate.backend import Backend, DuckDB, Snapshot
from tagfolk_engine.evaluate.cutoff import Cutoff
from tagfolk_engine.evaluate.emitting import Emitter
from tagfolk_engine.evaluate.history import History
from tagfolk_engine.evaluate.session import Session, fresh
from tagfolk_engine.evaluate.span import data_span
from tagfolk_engine.plan.nodes import Among
from tagfolk_engine.plan.plan import Plan, Planner
from tagfolk_engine.plan.tags import Reading, TagPlan, tag_plans

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MethodColumns = Mapping[str, "pa.Table"]
TagSource = Literal["stored", "rules"]


@dataclass(frozen=True)
class TagSize:
    """How many hold a tag, and how many each of its values (only where there are up to 50)."""

    customers: int
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Evaluation:
    """The result of a run: the rows lie in the tables ``assignment_now`` and ``rule_true_now`` of the connection.

    ``assignment_now``: customer (INTEGER), customer_id, tag, value (text; NULL for a plain tag).
    ``rule_true_now``: customer, customer_id, rule: whose condition held now, of the rules that keep a tag.
    """

    connection: duckdb.DuckDBPyConnection
    customers: int
    tags: Mapping[str, TagSize]
    statements: int


class Evaluator:
    """Everything that is asked of a program's rules over one snapshot at one T.

    ``history``: the stored past, for had, has … for, kept tags and ``tags="stored"``. ``columns``: what analysis
    methods gave, by the name of their use: Arrow tables with customer_id. ``pins``: an Arrow table customer_id, tag,
    value (text or null), out (true: kept away). ``memory_limit`` as DuckDB writes it (default: half the machine's).
    """

    def __init__(
        self, snapshot: Snapshot, program: Program, vocabulary: Vocabulary, cutoff: Cutoff, *,
        history: History | None = None, columns: MethodColumns | None = None, memory_limit: str | None = None,
        pins: pa.Table | None = None, backend: Backend | None = None, schema: Schema | None = None,
        inline: bool = False,
    ) -> None:  # fmt: skip
        self.snapshot = snapshot
        self.program = program
        self.vocabulary = vocabulary
        self.cutoff = cutoff
        self.history = history
        self.columns = columns
        self.pins = pins
        self.backend: Backend = backend or DuckDB(snapshot, memory_limit)
        self.inline = inline
        """Few customers: a question is one statement, without tables of figures."""
        self.schema = schema or self.backend.schema()
        self._plans: Mapping[str, TagPlan] | None = None
        self.figures: dict[Node, object] = {}
        """Thresholds of ranks and other figures over all customers that are known already."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The DuckDB connection with the snapshot's views and the result tables."""
        return self.backend.connection

    def close(self) -> None:
        """End the connection."""
        self.backend.close()

    def at(self, cutoff: Cutoff) -> Evaluator:
        """The same questions at another T, over the same connection."""
        then = self._again(self.program, cutoff)
        then._plans = self.plans()
        return then

    def with_program(self, program: Program) -> Evaluator:
        """The same questions of another program, over the same connection."""
        return self._again(program, self.cutoff)

    def _again(self, program: Program, cutoff: Cutoff) -> Evaluator:
        return Evaluator(
            self.snapshot, program, self.vocabulary, cutoff, history=self.history, columns=self.columns,
            pins=self.pins, backend=self.backend, schema=self.schema, inline=self.inline,
        )  # fmt: skip

    # --- questions ------------------------------------------------------------------------------------------

    def run(self, tags: Collection[str] | None = None, *, customers: pa.Table | None = None) -> Evaluation:
        """Evaluate all tags, or some with what they need; see Evaluation for where the rows are.

        ``customers``: a table with ``customer_id``: only their rows are made (figures over everybody are not known
        from some: such tags are not asked for so).
        """
        wanted = [name for name in self.program.tags if tags is None or name in tags]
        session = self.session([], wanted, customers)
        emitter = Emitter(session, self.plans(), self.backend)
        emitter.begin()
        emitter.write(wanted)
        self._rule_true(session, wanted)
        session.close()
        self.backend.hand_over(["assignment_now", "rule_true_now"])
        sizes = self._sizes(wanted)
        return Evaluation(self.connection, self.count(None), sizes, self.backend.statements)

    def table(
        self, columns: Mapping[str, Metric | Condition], where: Condition | None = None, *, tags: TagSource = "rules",
        customers: Sequence[str] | None = None, order: str | None = None, descending: bool = True,
        limit: int | None = None,
    ) -> pa.Table:  # fmt: skip
        """``customer_id`` and one column each: numbers DOUBLE or BIGINT, conditions BOOLEAN, missing NULL.

        ``customers``: only these ids (figures that look at everybody still do). ``order``: a column's name; missing
        values last, ties by id. Without it the rows are in order of id.
        """
        session, trees, condition = self._asked(list(columns.values()), where, tags, customers)
        made: list[E] = [sql.column("customer_id")]
        made += [sql.named(self._expression(tree, session), name) for name, tree in zip(columns, trees)]
        query = select(made, session.relation([*trees, condition]), self._filter(condition, session))
        by_id = exp.Ordered(this=sql.column("customer_id"))
        keys = [by_id] if order is None else [
            exp.Ordered(this=sql.column(order), desc=descending, nulls_first=False), by_id,
        ]  # fmt: skip
        ordered = select([exp.Star()], subquery(query, "q"))
        ordered.set("order", exp.Order(expressions=keys))
        if limit is not None:
            ordered.set("limit", exp.Limit(expression=sql.integer(limit)))
        found = self.backend.arrow(fitted(ordered))
        session.close()
        return found

    def count(self, where: Condition | None, *, tags: TagSource = "rules") -> int:
        """How many customers meet a condition (None: how many there are)."""
        session, _, condition = self._asked([], where, tags, None)
        query = select([exp.Count(this=exp.Star())], session.relation([condition]), self._filter(condition, session))
        (found,) = self.backend.row(fitted(query))
        session.close()
        return int(found)

    def unknown(self, where: Condition) -> int:
        """How many customers' answer hangs on a value that nobody knows."""
        session, _, condition = self._asked([], where, "rules", None)
        assert condition is not None
        session.frame.three_valued = True
        hangs = sql.missing(lower(condition, session.frame))
        session.frame.three_valued = False
        query = select([exp.Count(this=exp.Star())], session.relation([condition]), hangs)
        (found,) = self.backend.row(fitted(query))
        session.close()
        return int(found)

    def values_of(self, customer: str, tags: Sequence[str]) -> dict[str, list[str]]:
        """The values of tags that keep many, of one customer."""
        session = self.session([], tags, [customer])
        emitter = Emitter(session, self.plans(), self.backend)
        found: dict[str, list[str]] = {}
        mine = sql.compare("=", sql.column("customer_id"), sql.text(customer))
        for tag in tags:
            query = select([sql.column("value")], subquery(emitter.many_rows(tag), "a"), mine.copy())
            values = self.backend.arrow(fitted(query)).column("value").to_pylist()
            found[tag] = sorted(value for value in values if value is not None)
        session.close()
        return found

    def withheld_by(self, rule: str) -> frozenset[str]:
        """The tags that a rule (or a score's grants) takes away: it sees them as they are before."""
        made = [effect for found in self.program.rules if found.name == rule for effect in found.effects]
        return frozenset(effect.tag for effect in made if effect.withhold)

    # --- how ------------------------------------------------------------------------------------------------

    def reading(self, tags: TagSource = "rules") -> Reading:
        """How trees are read."""
        return Reading(self.program, tags == "stored")

    def plans(self) -> Mapping[str, TagPlan]:
        """Every tag with what grants and withholds it."""
        if self._plans is None:
            self._plans = tag_plans(self.program, self.reading())
        return self._plans

    def session(
        self, roots: Sequence[Node], tags: Collection[str] = (), customers: Sequence[str] | pa.Table | None = None
    ) -> Session:
        """A session that has computed what these trees (already read) and tags need. Close it after use."""
        span = partial(data_span, self.backend, self.schema, self.cutoff)
        frame = Frame(self.backend.dialect, self.cutoff, self.schema, self.plans(), span=span)
        plan = Planner(self.plans(), frame.settle).add(roots, tags).plan()
        subjects = None if customers is None else self._subjects(customers, plan)
        session = Session(
            self.backend, frame, plan, self.plans(), history=self.history, columns=self.columns, pins=self.pins,
            subjects=subjects, figures=self.figures, inline=self.inline,
        )  # fmt: skip
        session.run()
        self.figures.update(frame.scalars)
        return session

    def _subjects(self, customers: Sequence[str] | pa.Table, plan: Plan) -> str | None:
        """A table of the customers wanted, once what looks at everybody is known; None where all rows are needed."""
        if any(work.fellows for work in plan.passes):
            return None
        crowd = [node for work in plan.passes for node in work.scalars if node not in self.figures]
        if crowd:
            self.session(crowd).close()
        name = fresh("subjects")
        chosen: E
        if hasattr(customers, "column_names"):
            self.backend.give(given := fresh("given"), customers)
            wanted = select([sql.column("customer_id")], sql.table(given))
            chosen = exp.In(this=sql.column("customer_id"), query=exp.Subquery(this=wanted))
        else:
            ids: list[E] = [sql.text(customer) for customer in customers]
            chosen = exp.In(this=sql.column("customer_id"), expressions=ids) if ids else sql.false()
        self.backend.create(name, select([sql.column("customer")], sql.table("customers"), chosen))
        return name

    def _asked(
        self, trees: Sequence[Node], where: Condition | None, tags: TagSource, customers: Sequence[str] | None
    ) -> tuple[Session, list[Node], Condition | None]:
        reading = self.reading(tags)
        read = [reading.read(tree) for tree in trees]
        condition = None if where is None else reading.read(where)
        if customers is not None:
            chosen = Among(tuple(customers))
            condition = chosen if condition is None else And((condition, chosen))
        return self.session([*read, *([condition] if condition else [])], (), customers), read, condition

    def _filter(self, condition: Condition | None, session: Session) -> E | None:
        return None if condition is None else lower(condition, session.frame)

    def _expression(self, tree: Node, session: Session) -> E:
        if isinstance(tree, Condition):
            return sql.certain(lower(tree, session.frame))
        assert isinstance(tree, Metric)
        return lower_metric(tree, session.frame).sql

    def _rule_true(self, session: Session, tags: Sequence[str]) -> None:
        """Whose condition held, of the rules that keep: what the results store for later runs."""
        from tagfolk_engine.evaluate.past import keepers

        conditions = {}
        for _, grant in keepers([self.plans()[tag] for tag in tags]):
            conditions[grant.rule] = grant.condition
        self.backend.drop("rule_true_now")
        who = [sql.column("customer"), sql.column("customer_id")]
        nobody = [*who, sql.named(sql.text(""), "rule")]
        self.backend.create("rule_true_now", select(nobody, sql.table("customers"), sql.false()))
        for rule, condition in conditions.items():
            made = [*who, sql.named(sql.text(rule), "rule")]
            query = select(made, session.relation([condition]), lower(condition, session.frame))
            self.backend.insert("rule_true_now", fitted(query))

    def _counted(self, tags: Sequence[str], people: E) -> dict[str, int]:
        among = exp.In(this=sql.column("tag"), expressions=[sql.text(tag) for tag in tags])
        columns = [sql.column("tag"), sql.named(people, "n")]
        query = group_by(select(columns, sql.table("assignment_now"), among), [sql.column("tag")])
        return {row["tag"]: row["n"] for row in self.backend.arrow(query).to_pylist()}

    def _sizes(self, tags: Sequence[str]) -> dict[str, TagSize]:
        counted: dict[str, int] = {}
        many = [tag for tag in tags if self.plans()[tag].info.many]
        for counts, people in (
            (tags, exp.Count(this=exp.Star())),
            (many, exp.Count(this=exp.Distinct(expressions=[sql.column("customer")]))),
        ):
            if counts:
                counted |= self._counted(counts, people)
        texts = [tag for tag in tags if self.plans()[tag].type in (Type.TEXT, Type.BOOLEAN)]
        values: dict[str, dict[str, int]] = {}
        if texts:
            among = exp.In(this=sql.column("tag"), expressions=[sql.text(tag) for tag in texts])
            keys = [sql.column("tag"), sql.column("value")]
            times = sql.named(exp.Count(this=exp.Star()), "n")
            by_value = group_by(select([*keys, times], sql.table("assignment_now"), among), keys)
            for row in self.backend.arrow(by_value).to_pylist():
                if row["value"] is not None:
                    values.setdefault(row["tag"], {})[row["value"]] = row["n"]
        return {
            tag: TagSize(counted.get(tag, 0), found if len(found := values.get(tag, {})) <= 50 else {}) for tag in tags
        }
