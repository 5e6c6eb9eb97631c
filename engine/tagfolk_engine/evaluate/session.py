"""Carrying out a plan: pass by pass, tables of figures, then one wide row per customer to write expressions over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlglot import exp
from tagfolk_dsl.tree import Across, Aggregate, Burst, Metric, Node, Overall, Rank, Sequence

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.aggregates import Source, apart_query, tier_query
from tagfolk_engine.compile.conditions import lower, ranked
from tagfolk_engine.compile.crowd import across_figure, fellows_query, many_rows_query, many_test_query
from tagfolk_engine.compile.dialect import select, subquery
from tagfolk_engine.compile.frame import Frame
from tagfolk_engine.compile.metrics import lower_metric
from tagfolk_engine.compile.sequences import burst_query, sequence_query
from tagfolk_engine.compile.sql import E
from tagfolk_engine.compile.tags import Key, TagColumns, wait_for
from tagfolk_engine.compile.values import Value
from tagfolk_engine.compile.wide import Wide, fitted
from tagfolk_engine.evaluate.backend import Backend
from tagfolk_engine.evaluate.coding import bitsets
from tagfolk_engine.evaluate.given import Given, fresh
from tagfolk_engine.evaluate.history import History
from tagfolk_engine.plan import basis
from tagfolk_engine.plan.levels import wheres
from tagfolk_engine.plan.plan import Plan
from tagfolk_engine.plan.tags import TagPlan
from tagfolk_engine.plan.tiers import tiers

if TYPE_CHECKING:
    import pyarrow as pa


class Session(Given):
    """One plan over one snapshot at one cutoff. ``run`` first; then ``relation`` reads the wide row.

    ``figures``: thresholds and other figures over all customers that are known already (for a part of the customers).
    """

    def __init__(
        self, backend: Backend, frame: Frame, plan: Plan, tags: Mapping[str, TagPlan], *,
        history: History | None = None, columns: Mapping[str, pa.Table] | None = None, pins: pa.Table | None = None,
        subjects: str | None = None, figures: Mapping[Node, object] | None = None,
        inline: bool = False,
    ) -> None:  # fmt: skip
        self.backend = backend
        self.frame = frame
        self.plan = plan
        self._tags = tags
        self._history = history
        self._method_columns = columns or {}
        self._pins = pins
        self._subjects = subjects
        self._wide = Wide(subjects=subjects)
        self._joined = []
        self._inline = inline
        self._made = []
        self.many = {}
        """(tag, stored) → the table of a many-valued tag's rows (customer, value)."""
        frame.scalars.update(figures or {})
        pinned = frozenset(pins.column("tag").to_pylist()) if pins is not None else frozenset()
        self._pinned = pinned & frozenset(plan.tags)
        self._tag_columns = TagColumns(frame, tags, self._pinned)
        for tag in plan.tags:
            frame.name(("held", tag), "h")
            frame.name(("granted", tag), "g")
            frame.name(("value", tag), "v")

    # --- the passes ---------------------------------------------------------------------------------------

    def run(self) -> None:
        """Carry out all passes."""
        for level, work in enumerate(self.plan.passes):
            previous = level - 1
            self._scalars([node for node in work.scalars if node not in self.frame.scalars], previous)
            self._event_figures(work.figures, previous)
            for key in work.many_tags:
                self._many_tag(key, previous)
            for fellows in work.fellows:
                name = self.frame.name(fellows)
                self._part(fellows_query(fellows, name, self.relation([fellows.condition], previous), self.frame))
            for test in work.many_tests:
                rows = self.many[test.tag, test.stored]
                wanted = self.relation([test.condition], previous)
                self._part(many_test_query(test, self.frame.name(test), wanted, rows, self.frame))
            if level == 0:
                self._pass_zero()
            self._widen(first=level == 0)

    def _event_figures(self, figures: Iterable[Aggregate | Sequence | Burst], previous: int) -> None:
        plain: list[Aggregate | Sequence | Burst] = []
        bound: list[Aggregate | Sequence | Burst] = []
        for figure in figures:
            (bound if self._own(figure) else plain).append(figure)
        self._with_source(plain, Source(self._subjects))
        if bound:
            self._with_source(bound, self._source_with_own(bound, previous))

    def _own(self, figure: Aggregate | Sequence | Burst) -> list[Metric]:
        conditions = [figure.where] if isinstance(figure, Aggregate) else wheres(figure)
        return [own for where in conditions for own in basis.own_figures(where)]

    def _source_with_own(self, figures: list[Any], previous: int) -> Source:
        """Each customer's own figures in a table beside the events."""
        wanted = list(dict.fromkeys(own for figure in figures for own in self._own(figure)))
        columns: list[E] = [sql.named(sql.column("customer"), "owner")]
        at_hand: dict[Metric, Value] = {}
        for index, metric in enumerate(wanted):
            value = lower_metric(metric, self.frame)
            columns.append(sql.named(value.sql, f"own {index}"))
            at_hand[metric] = Value(sql.column(f"own {index}"), value.type, value.integral)
        table = self._create("own", select(columns, self.relation(wanted, previous)))
        return Source(self._subjects, table, at_hand)

    def _with_source(self, figures: list[Any], source: Source) -> None:
        frame = self.frame
        grouped = [f for f in figures if isinstance(f, Aggregate) and f.function not in basis.APART]
        if self.backend.dialect.lists and self._subjects is None and not source.pooled:
            source = replace(source, bitsets=partial(bitsets, backend=self.backend, frame=frame))
        for tier in tiers(grouped, frame.cutoff.window, frame.cutoff.utc):
            self._part(tier_query(tier, frame, source))
        for figure in figures:
            if isinstance(figure, Sequence):
                self._part(sequence_query(figure, frame.name(figure), frame, source))
            elif isinstance(figure, Burst):
                self._part(burst_query(figure, frame.name(figure), frame, source))
            elif figure.function in basis.APART:
                self._part(apart_query(figure, frame, source))

    # --- figures over everybody ---------------------------------------------------------------------------

    def _scalars(self, nodes: list[Any], previous: int) -> None:
        ranks = [node for node in nodes if isinstance(node, Rank)]
        if ranks:
            self._ranks(ranks, previous)
        for node in nodes:
            if isinstance(node, Overall):
                self.frame.scalars[node] = self._overall(node, previous)
        across = [node for node in nodes if isinstance(node, Across)]
        if across:
            wanted = [part for node in across for part in (node.metric, node.among) if part is not None]
            columns = [sql.named(across_figure(node, self.frame), f"f{i}") for i, node in enumerate(across)]
            found = self._row(select(columns, self.relation(wanted, previous)))
            self.frame.scalars.update(zip(across, found))

    def _overall(self, node: Overall, previous: int) -> object:
        frame = self.frame
        aggregate = replace(node.aggregate, window=frame.settle(node.aggregate.window))
        own = self._own(aggregate)
        source = self._source_with_own([aggregate], previous) if own else Source()
        pooled = Source(None, source.own, source.figures, pooled=True)
        known = dict(frame.columns)
        if aggregate.function in basis.APART:
            query = apart_query(aggregate, frame, pooled)
        else:
            query = tier_query(tiers([aggregate], frame.cutoff.window, frame.cutoff.utc)[0], frame, pooled)
        column = sql.column(frame.name(aggregate))
        frame.columns = known
        only = exp.Subquery(this=select([column], subquery(query, "o")))
        found = self._row(select([sql.named(only, "figure")]))[0]
        if found is None and aggregate.function in (
            "count",
            "sum",
            "distinct",
            "days_with",
            "weeks_with",
            "months_with",
        ):
            return 0
        return found

    def _ranks(self, ranks: list[Rank], previous: int) -> None:
        """Two statements for all ranks of a pass: how many customers each looks at, then the value at its edge."""
        frame = self.frame
        trees = [part for rank in ranks for part in (rank.metric, rank.among) if part is not None]
        relation = self.relation(trees, previous)
        looked = [ranked(rank, frame) for rank in ranks]
        counts = [
            sql.named(exp.Count(this=sql.case(who.copy(), sql.integer(1))), f"n{i}")
            for i, (_, who) in enumerate(looked)
        ]
        numbers = self._row(select(counts, relation))
        edges: list[E] = []
        asked: list[Rank] = []
        for rank, (value, who), size in zip(ranks, looked, numbers):
            place = min(_places(rank, size), size)
            if place <= 0:
                frame.scalars[rank] = None
                continue
            index = size - place if rank.end == "top" else place - 1
            fraction = sql.double((index + 0.5) / size)
            edges.append(sql.named(frame.dialect.quantile(sql.case(who, value.sql.copy()), fraction), f"e{len(edges)}"))
            asked.append(rank)
        if asked:
            found = self._row(select(edges, self.relation(trees, previous)))
            frame.scalars.update(zip(asked, found))

    def _many_tag(self, key: tuple[str, bool], previous: int) -> None:
        """The rows (customer, value) of a tag with many values, and who has one."""
        tag, stored = key
        if stored:
            return
        plan, frame = self._tags[tag], self.frame
        trees: list[Node] = [grant.condition for grant in plan.grants]
        trees += [grant.value for grant in plan.grants if grant.value is not None]
        source = Source(self._subjects)
        columns = self._tag_columns

        def relation() -> E:
            return self.relation(trees, previous)

        query = many_rows_query(plan, frame, source, relation, columns.match, self._pin_of(tag))
        rows = self._create("many", query)
        self.many[key] = rows
        name = frame.name(("many", tag))
        have = select([sql.column("customer"), sql.named(sql.true(), name)], sql.table(rows))
        have.set("distinct", exp.Distinct())
        self._part(have)

    def _pin_of(self, tag: str) -> E | None:
        return self.frame.column(("pin", tag)) if tag in self._pinned else None

    # --- the wide row ---------------------------------------------------------------------------------------

    def _widen(self, first: bool) -> None:
        """Have what a pass has found in the wide row."""
        if first:
            self._customers()
        for name, columns in self._joined:
            alias = f"p{len(self._wide.parts)}"
            own = [(column, sql.column(column, alias)) for column in columns]
            self._wide.parts.append((name, [*own, *self._local(columns, alias)]))
        self._joined = []

    def _local(self, columns: list[str], alias: str) -> list[tuple[str, E]]:
        """Those of the columns that are wanted as local time too; converted once, not where they are used."""
        if not self.frame.clock.changes:
            return []
        wanted = {self.frame.columns.get(aggregate) for aggregate in self.plan.local}
        return [self._derived("local", name, sql.column(name, alias)) for name in columns if name in wanted]

    def _derived(self, kind: str, name: str, column: E) -> tuple[str, E]:
        made = self.frame.derive(kind, name)
        return made.alias, _of_column(made.this, name, column)

    def _customers(self) -> None:
        for attribute in self.plan.attributes:
            name = self.frame.name(("attribute", attribute), "a")
            own = sql.column(attribute, "w")
            self._wide.base.append((name, own))
            kind = self.frame.schema.customers.get(attribute, "")
            if self.frame.clock.changes and (kind == "date" or kind.startswith("timestamp")):
                self._wide.base.append(self._derived("instant" if kind == "date" else "local", name, own))

    def relation(self, trees: Iterable[Node | None] = (), level: int | None = None, keys: Iterable[Key] = ()) -> E:
        """The wide row with the tag columns that these trees (and ``keys``) read, as something to select from."""
        wanted = wait_for(trees) | set(keys)
        query: E = self._wide.relation()
        for index, layer in enumerate(self._tag_columns.layers(sorted(wanted), frozenset())):
            columns: list[E] = [exp.Star()]
            for key in sorted(layer):
                columns.append(sql.named(self._tag_columns.column(key), self.frame.columns[key]))
            query = subquery(select(columns, query), f"t{index}")
        return query

    def _row(self, query: E) -> tuple[Any, ...]:
        return self.backend.row(fitted(query))

    def condition(self, node: Any) -> E:
        """A condition over ``relation``."""
        return lower(node, self.frame)

    def close(self) -> None:
        """Drop the temporary tables."""
        for name in [*self._made, *([self._subjects] if self._subjects else [])]:
            self.backend.drop(name)
        self._made = []


def _of_column(tree: E, name: str, column: E) -> E:
    """The expression with another column in place of the named one."""
    return tree.transform(lambda node: column.copy() if isinstance(node, exp.Column) and node.name == name else node)


def _places(rank: Rank, size: int) -> int:
    """k: how many places a rank has among ``size`` customers, by exact decimal arithmetic."""
    if rank.count is not None:
        return rank.count
    assert rank.fraction is not None
    return int((rank.fraction * Decimal(size)).to_integral_value(rounding=ROUND_CEILING))


__all__ = ["Session", "fresh"]
