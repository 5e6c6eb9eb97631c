"""Writing out who holds which tag: from the wide row straight to rows, a batch of tags in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

from sqlglot import exp

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.dialect import aliased, left_join, select, subquery
from tagfolk_engine.compile.sql import E
from tagfolk_engine.compile.tags import text_of
from tagfolk_engine.compile.values import Value
from tagfolk_engine.compile.wide import fitted
from tagfolk_engine.evaluate.backend import Backend
from tagfolk_engine.evaluate.session import Session, fresh
from tagfolk_engine.plan.tags import TagPlan

NOW = "assignment_now"
BATCH = 250
"""So many tags are written out by one statement; the statement joins only the figures that they read."""
BRANCHES = 60
"""The same where each tag is a branch of a UNION."""


class Emitter:
    """Fills ``assignment_now`` from a session."""

    def __init__(self, session: Session, plans: Mapping[str, TagPlan], backend: Backend) -> None:
        self._session, self._plans, self._backend = session, plans, backend

    def begin(self) -> None:
        """An empty table."""
        columns: list[E] = [sql.column("customer"), sql.column("customer_id")]
        columns += [sql.named(sql.cast(sql.null(), "text"), name) for name in ("tag", "value")]
        self._backend.drop(NOW)
        self._backend.create(NOW, select(columns, sql.table("customers"), sql.false()))

    def write(self, tags: Sequence[str]) -> None:
        """Add everybody who holds the tags."""
        single = [tag for tag in tags if not self._plans[tag].info.many]
        plain = [tag for tag in single if self._plans[tag].type is None]
        if not self._backend.dialect.lists:
            self._by_branches(single)
        else:
            for some, valued in ((plain, False), ([tag for tag in single if tag not in plain], True)):
                for start in range(0, len(some), BATCH):
                    self._backend.insert(NOW, fitted(self._unpivoted(some[start : start + BATCH], valued)))
        for tag in tags:
            if self._plans[tag].info.many:
                self._backend.insert(NOW, fitted(self.many_rows(tag)))

    def _unpivoted(self, tags: Sequence[str], valued: bool) -> exp.Select:
        """One list of the tags that a customer holds, then one row for each."""
        frame = self._session.frame
        marks: list[E] = []
        for tag in tags:
            mark: E = sql.text(tag)
            if valued:
                mark = sql.func("row", mark, self._text(tag))
            marks.append(sql.case(frame.column(("held", tag)), mark))
        who: list[E] = [sql.column("customer"), sql.column("customer_id")]
        rows = [*who, sql.named(sql.func("unnest", exp.Array(expressions=marks)), "mark")]
        inner = select(rows, self._session.relation((), None, self._keys(tags)))
        found: list[E] = [sql.column("mark"), sql.cast(sql.null(), "text")]
        if valued:
            found = [sql.func("struct_extract", sql.column("mark"), sql.integer(i)) for i in (1, 2)]
        made = [column.copy() for column in who]
        made += [sql.named(value, name) for value, name in zip(found, ("tag", "value"))]
        return select(made, subquery(inner, "marks"), sql.known(sql.column("mark")))

    def _keys(self, tags: Sequence[str]) -> list[tuple[str, str]]:
        keys = [("held", tag) for tag in tags]
        return keys + [("value", tag) for tag in tags if self._plans[tag].type is not None]

    def _text(self, tag: str, many: bool = False) -> E:
        """The value of a tag as the results keep it."""
        plan = self._plans[tag]
        if plan.type is None:
            return sql.cast(sql.null(), "text")
        inner = sql.column("value", "m") if many else self._session.frame.column(("value", tag))
        return text_of(Value(inner, plan.type), self._session.frame)

    def many_rows(self, tag: str) -> exp.Select:
        """(customer, customer_id, tag, value) of a tag with many values."""
        held = self._session.frame.column(("held", tag))
        made: list[E] = [sql.column("customer", "d"), sql.column("customer_id")]
        made += [sql.named(sql.text(tag), "tag"), sql.named(self._text(tag, many=True), "value")]
        columns: list[E] = [sql.column("customer"), sql.column("customer_id")]
        holders = select(columns, self._session.relation((), None, [("held", tag)]), held)
        on = sql.compare("=", sql.column("customer", "d"), sql.column("customer", "m"))
        rows = aliased(self._session.many[tag, False], "m")
        return left_join(select(made, subquery(holders, "d")), rows, on, side="")

    def _by_branches(self, tags: Sequence[str]) -> None:
        """For engines without such lists: the decided columns as a table, then a branch for each tag."""
        if not tags:
            return
        frame, keys = self._session.frame, self._keys(tags)
        who = [sql.column("customer"), sql.column("customer_id")]
        decided = fresh("decided")
        columns = [*who, *(frame.column(key) for key in keys)]
        self._backend.create(decided, fitted(select(columns, self._session.relation((), None, keys))))
        for start in range(0, len(tags), BRANCHES):
            branches: list[E] = []
            for tag in tags[start : start + BRANCHES]:
                made = [*who, sql.named(sql.text(tag), "tag"), sql.named(self._text(tag), "value")]
                branches.append(select([c.copy() for c in made], sql.table(decided), frame.column(("held", tag))))
            self._backend.insert(NOW, reduce(lambda a, b: exp.Union(this=a, expression=b, distinct=False), branches))
        self._backend.drop(decided)
