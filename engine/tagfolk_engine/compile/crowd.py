"""What looks at several customers or several values at once: across, fellows, tags with many values."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from sqlglot import exp
from tagfolk_dsl.tree import Across, Compare, Fellows, Metric, TopValues, Type

from tagfolk_engine.compile import sql
from tagfolk_engine.compile.aggregates import Source, property_type, top_values_query
from tagfolk_engine.compile.conditions import lower
from tagfolk_engine.compile.dialect import group_by, left_join, select, subquery
from tagfolk_engine.compile.frame import EventScope, Frame
from tagfolk_engine.compile.metrics import lower_metric
from tagfolk_engine.compile.sql import E
from tagfolk_engine.compile.tags import text_of
from tagfolk_engine.compile.values import Value, number
from tagfolk_engine.plan.nodes import ManyTest
from tagfolk_engine.plan.tags import Grant, TagPlan


def across_figure(node: Across, frame: Frame) -> E:
    """The aggregate of the customers' figures, of those who meet the condition."""
    value = lower_metric(node.metric, frame)
    plain = value.sql.copy()
    if node.among is not None:
        plain = sql.case(lower(node.among, frame), plain)
    wide = sql.cast(plain.copy(), "double")
    match node.function:
        case "count":
            return exp.Count(this=plain)
        case "distinct":
            return exp.Count(this=exp.Distinct(expressions=[plain]))
        case "sum":
            return sql.coalesce(exp.Sum(this=wide), sql.double(0))
        case "avg":
            return exp.Avg(this=wide)
        case "min":
            return exp.Min(this=plain)
        case "max":
            return exp.Max(this=plain)
        case "median":
            return frame.dialect.median(wide)
    return frame.dialect.stddev(wide)


def fellows_query(node: Fellows, name: str, relation: E, frame: Frame) -> exp.Select:
    """(customer, holds): the condition over all customers with the same known value of the attribute."""
    shared = frame.columns["attribute", node.attribute]
    holds = sql.named(sql.certain(lower(node.condition, frame)), "holds")
    members = select([sql.column("customer"), sql.column(shared), holds], relation, sql.known(sql.column(shared)))
    whole = exp.Window(
        this=frame.dialect.every(sql.column("holds"))
        if node.quantifier == "every"
        else frame.dialect.any(sql.column("holds")),
        partition_by=[sql.column(shared)],
    )
    answer: E = exp.Not(this=whole) if node.quantifier == "no" else whole
    return select([sql.column("customer"), sql.named(answer, name)], subquery(members, "f"))


def many_rows_query(
    tag: TagPlan, frame: Frame, source: Source, relation: Callable[[], E], match: Callable[[Grant, TagPlan], E],
    pin: E | None,
) -> exp.Select:  # fmt: skip
    """(customer, value) of everybody who is granted a tag with many values, each value once."""
    branches: list[E] = [_granted_rows(tag, grant, frame, source, relation(), match) for grant in tag.grants]
    if pin is not None:
        value = Value(frame.column(("pin value", tag.name)), Type.TEXT)
        columns = [sql.column("customer"), sql.named(_typed(value, tag, frame), "value")]
        branches.append(select(columns, relation(), pin.copy()))
    if not branches:
        nobody = [sql.column("customer"), sql.named(sql.cast(sql.null(), _kind(tag)), "value")]
        branches.append(select(nobody, relation(), sql.false()))
    united = reduce(lambda a, b: exp.Union(this=a, expression=b, distinct=False), branches)
    rows = select([sql.column("customer"), sql.column("value")], subquery(united, "m"))
    rows.set("distinct", exp.Distinct())
    if pin is None:
        return rows
    out = sql.compare("=", pin.copy(), sql.false())
    kept_out = select([sql.column("customer")], relation(), out)
    rows.set(
        "where", exp.Where(this=exp.Not(this=exp.In(this=sql.column("customer"), query=exp.Subquery(this=kept_out))))
    )
    return rows


def _granted_rows(
    tag: TagPlan, grant: Grant, frame: Frame, source: Source, relation: E, match: Callable[[Grant, TagPlan], E]
) -> E:
    if isinstance(grant.value, TopValues):
        plain = Grant(grant.rule, grant.condition, None, grant.priority, grant.position, grant.keep)
        chosen = select([sql.named(sql.column("customer"), "owner")], relation, match(plain, tag))
        values = top_values_query(grant.value, frame, source)
        value = Value(sql.column("value"), property_type(grant.value, frame))
        columns = [sql.column("customer"), sql.named(_typed(value, tag, frame), "value")]
        on = sql.compare("=", sql.column("customer"), sql.column("owner"))
        return left_join(select(columns, subquery(values, "v")), subquery(chosen, "c"), on, side="")
    found: E = sql.cast(sql.null(), _kind(tag))
    if grant.value is not None:
        found = _typed(lower_metric(grant.value, frame), tag, frame)
    return select([sql.column("customer"), sql.named(found, "value")], relation, match(grant, tag))


def _kind(tag: TagPlan) -> str:
    kinds = {Type.NUMBER: "double", Type.DATE: "date", Type.TIME: "timestamp", Type.BOOLEAN: "boolean"}
    return kinds.get(tag.type, "text") if tag.type else "text"


def _typed(value: Value, tag: TagPlan, frame: Frame) -> E:
    if tag.type is Type.NUMBER and value.type is Type.NUMBER:
        return sql.cast(number(value), "double")
    if tag.type is Type.TEXT and value.type is not Type.TEXT:
        return text_of(value, frame)
    return sql.cast(value.sql.copy(), _kind(tag))


def many_test_query(node: ManyTest, name: str, relation: E, rows: E | str, frame: Frame) -> exp.Select:
    """(customer, holds): does the condition hold of one of the tag's values (of all of them)?"""
    inner = node.condition
    subject: Metric = inner.left if isinstance(inner, Compare) else inner.metric  # type: ignore[attr-defined]
    kind: Type = subject.type  # type: ignore[attr-defined]
    values = select([sql.named(sql.column("customer"), "owner"), sql.named(sql.column("value"), "many value")],
                    sql.table(str(rows)))  # fmt: skip
    one = sql.certain(lower(inner, frame, EventScope("", {subject: Value(sql.column("many value"), kind)})))
    answer = frame.dialect.every(one) if node.every else frame.dialect.any(one)
    on = sql.compare("=", sql.column("customer"), sql.column("owner"))
    joined = left_join(
        select([sql.column("customer"), sql.named(answer, name)], relation), subquery(values, "v"), on, side=""
    )
    return group_by(joined, [sql.column("customer")])
