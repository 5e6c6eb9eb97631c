"""What does not come from events: stored history, the latest membership, columns of methods, pins."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlglot import exp
from tagfolk_dsl.tree import Had, Node, Type

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.dialect import aliased, left_join, select
from tagfolk_engine.compile.frame import Frame
from tagfolk_engine.compile.sql import E
from tagfolk_engine.compile.wide import fitted
from tagfolk_engine.evaluate import past
from tagfolk_engine.evaluate.backend import Backend
from tagfolk_engine.evaluate.errors import EvaluationError
from tagfolk_engine.evaluate.history import History
from tagfolk_engine.evaluate.nothing import NOTHING
from tagfolk_engine.plan.plan import Plan
from tagfolk_engine.plan.tags import TagPlan

if TYPE_CHECKING:
    import pyarrow as pa

_names = count(1)


def fresh(word: str) -> str:
    """A name for a temporary table that nothing else has."""
    return f"tagfolk_{word}_{next(_names)}"


class Given:
    """The part of a session that joins given tables to the wide row."""

    backend: Backend
    frame: Frame
    plan: Plan
    many: dict[tuple[str, bool], str]
    _tags: Mapping[str, TagPlan]
    _history: History | None
    _method_columns: Mapping[str, pa.Table]
    _pins: pa.Table | None
    _pinned: frozenset[str]
    _joined: list[tuple[str | E, list[str]]]
    _inline: bool
    """Figures are subqueries instead of tables: of few customers with few events the statements cost the most."""
    _made: list[str]

    def _create(self, word: str, query: E) -> str:
        """Keep a query's result until the session is closed."""
        name = fresh(word)
        self.backend.create(name, fitted(query))
        self._made.append(name)
        return name

    def _part(self, query: exp.Select) -> None:
        """A table (customer, columns…) to be joined to the wide row."""
        names = [item.alias_or_name for item in query.expressions][1:]
        self._joined.append((fitted(query) if self._inline else self._create("part", query), names))

    def _pass_zero(self) -> None:
        for node in self.plan.history:
            if isinstance(node, Had):
                self._members(self.frame.name(node), past.had(node, self._past(node), self.frame.cutoff))
            else:
                self._members(self.frame.name(node), past.held_for(node, self._past(node), self.frame.cutoff))
        for tag, grant in past.keepers([self._tags[name] for name in self.plan.tags]):
            name = self.frame.name(("kept", f"{grant.rule}\0{tag.name}"))
            if name in {column for _, columns in self._joined for column in columns}:
                continue
            found = past.kept(grant, tag, self._history, self.frame.cutoff) if self._history else []
            self._members(name, found)
        self._stored()
        self._given_columns()
        self._given_pins()

    def _past(self, node: Node) -> History:
        return self._history or NOTHING

    def _members(self, column: str, customers: list[str]) -> None:
        """A column that is true of these customers."""
        import pyarrow as pa

        held = pa.array([True] * len(customers), pa.bool_())
        self._by_id(pa.table({"customer_id": pa.array(customers, pa.string()), column: held}), [column])

    def _by_id(self, table: pa.Table, columns: list[str], names: list[str] | None = None) -> None:
        """Join an Arrow table by the customers' ids."""
        given = fresh("given")
        self.backend.give(given, table)
        wanted: list[E] = [sql.column("customer", "c")]
        wanted += [sql.named(sql.column(c, "g"), name) for c, name in zip(columns, names or columns)]
        on = sql.compare("=", sql.column("customer_id", "c"), sql.column("customer_id", "g"))
        self._part(left_join(select(wanted, aliased("customers", "c")), aliased(given, "g"), on, side=""))

    def _stored(self) -> None:
        """The membership of the latest run, for questions that do not evaluate the rules anew."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if not self.plan.stored and not any(stored for work in self.plan.passes for _, stored in work.many_tags):
            return
        now = (self._history or NOTHING).now()
        for tag in self.plan.stored:
            rows = now.filter(pc.equal(now.column("tag"), tag)).select(["customer_id", "value"])
            if tag in self._tags and self._tags[tag].info.many:
                rows = (
                    rows.group_by("customer_id").aggregate([("value", "min")]).rename_columns(["customer_id", "value"])
                )
            rows = rows.append_column("held", pa.array([True] * len(rows), pa.bool_()))
            names = [self.frame.name(("stored", tag)), self.frame.name(("stored value", tag))]
            self._by_id(rows, ["held", "value"], names)
        for tag in {tag for work in self.plan.passes for tag, stored in work.many_tags if stored}:
            self.many[tag, True] = self._stored_rows(tag, now)

    def _stored_rows(self, tag: str, now: pa.Table) -> str:
        """The rows (customer, value) of a tag with many values by the latest run."""
        import pyarrow.compute as pc

        given = fresh("given")
        self.backend.give(given, now.filter(pc.equal(now.column("tag"), tag)).select(["customer_id", "value"]))
        kinds = {Type.NUMBER: "double", Type.DATE: "date", Type.TIME: "timestamp"}
        value: E = sql.column("value", "g")
        kind = self._tags[tag].type if tag in self._tags else None
        if kind in kinds:
            value = sql.cast(value, kinds[kind])
        on = sql.compare("=", sql.column("customer_id", "c"), sql.column("customer_id", "g"))
        wanted = select([sql.column("customer", "c"), sql.named(value, "value")], aliased("customers", "c"))
        return self._create("many", left_join(wanted, aliased(given, "g"), on, side=""))

    def _given_columns(self) -> None:
        """The columns of analysis methods."""
        by_method: dict[str, list[Any]] = {}
        for node in self.plan.columns:
            by_method.setdefault(node.method, []).append(node)
        for method, nodes in by_method.items():
            if method not in self._method_columns:
                raise EvaluationError(f"the columns of '{method}' are not there: its method has not run", nodes[0].span)
            table = self._method_columns[method]
            for node in nodes:
                if node.column not in table.column_names:
                    raise EvaluationError(f"'{method}' gave no column '{node.column}'", node.span)
            self._by_id(table, [node.column for node in nodes], [self.frame.name(node) for node in nodes])

    def _given_pins(self) -> None:
        """A person's word: true pins a tag, false keeps it away."""
        import pyarrow.compute as pc

        for tag in sorted(self._pinned):
            assert self._pins is not None
            rows = self._pins.filter(pc.equal(self._pins.column("tag"), tag))
            rows = rows.set_column(rows.column_names.index("out"), "in", pc.invert(rows.column("out")))
            names = [self.frame.name(("pin", tag)), self.frame.name(("pin value", tag))]
            self._by_id(rows, ["in", "value"], names)
