"""Finding a customer by what people type: the whole id, the record's own number, or a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from tagfolk_engine.query.question import QuestionError

if TYPE_CHECKING:
    from tagfolk_engine.query.state import State

NAME_ATTRIBUTES = ("name", "full_name", "fullname", "customer_name", "姓名", "名字")
MOST = 6


@dataclass(frozen=True)
class Person:
    """A customer that was found, with the name where the workspace knows names."""

    id: str
    name: str | None = None


def name_attribute(state: State) -> str | None:
    """The attribute that holds people's names."""
    for entry in state.lexicon.attributes.values():
        if entry.type == "text" and any(n.lower() in NAME_ATTRIBUTES for n in (entry.name, *entry.also)):
            return entry.name
    return None


def _people(state: State, condition: Any, values: Sequence[str], limit: int) -> list[Person]:
    name = name_attribute(state)
    columns: list[exp.Expression] = [exp.column("customer_id", quoted=True)]
    columns.append(exp.column(name, quoted=True) if name else exp.null())
    query = exp.select(*columns).from_(exp.to_table("customers", quoted=True)).where(condition).limit(limit)
    cursor = state.figures.evaluator.connection.cursor()
    state.snapshot.attach(cursor)
    rows = cursor.execute(query.sql("duckdb"), list(values)).fetchall()
    cursor.close()
    return [Person(str(row[0]), None if row[1] is None else str(row[1])) for row in rows]


def find_customers(state: State, text: str, limit: int = MOST) -> list[Person]:
    """Customers whose id is the text, ends in ``:text``, or whose name it is (case does not count)."""
    text = text.strip()
    customer = exp.column("customer_id", quoted=True)
    one: exp.Expression = exp.EQ(this=customer, expression=exp.Placeholder())
    found = _people(state, one, [text], limit)
    if found:
        return found
    linked = state.store_reader.linked(text)
    if linked:
        return _people(state, exp.EQ(this=customer.copy(), expression=exp.Placeholder()), [linked], limit)
    if re.fullmatch(r"[\w.-]+", text):
        ends = exp.func("ends_with", customer.copy(), exp.Placeholder())
        found = _people(state, ends, [":" + text], limit)
        if found:
            return found
    name = name_attribute(state)
    if name is None:
        return []
    same = exp.EQ(this=exp.func("lower", exp.column(name, quoted=True)), expression=exp.Placeholder())
    return _people(state, same, [text.lower()], limit)


def one_customer(state: State, text: str) -> Person:
    """The one customer meant. Raises QuestionError where there is none or more than one."""
    found = find_customers(state, text)
    if not found:
        raise QuestionError("no_customer", customer=text)
    if len(found) > 1:
        raise QuestionError("many_customers", customer=text, ids=[p.id for p in found])
    return found[0]


def names_in(state: State, text: str) -> dict[str, str]:
    """Names of customers (two characters or more) that occur in a question, and ids written in it."""
    name = name_attribute(state)
    found: dict[str, str] = {}
    if name is not None and len(text) <= 500:
        column = exp.column(name, quoted=True)
        inside = exp.func("contains", exp.Placeholder(), exp.func("lower", column))
        long = exp.GTE(this=exp.func("length", column.copy()), expression=exp.Literal.number(2))
        for person in _people(state, exp.and_(long, inside), [text.lower()], 20):
            if person.name and (
                not person.name.isascii()
                or re.search(rf"(?<![A-Za-z0-9]){re.escape(person.name)}(?![A-Za-z0-9])", text, re.IGNORECASE)
            ):
                found[person.name] = person.name
    for m in re.finditer(
        r"(?:customer|member|user|client|客户|会员|用户|顾客)\s*(?:no\.?|number|id|号|编号)?\s*#?\s*(\d+)(?!\s*(?:次|元|岁|天|个|名|位|%))",
        text,
        re.IGNORECASE,
    ):
        if find_customers(state, m[1], 1):
            found[m[1]] = m[1]
    return found
