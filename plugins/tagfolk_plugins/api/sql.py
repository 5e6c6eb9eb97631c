"""Names in SQL, for ``MethodContext.sql``. Values never go into the text: they are parameters."""

from __future__ import annotations


def quoted(name: str) -> str:
    """A name as DuckDB reads it, whatever is in it.

    >>> quoted("amount"), quoted("order no")
    ('"amount"', '"order no"')
    """
    from sqlglot import exp

    return exp.to_identifier(name, quoted=True).sql("duckdb")


def view(event: str) -> str:
    """The view that holds an event: ``"event_purchase"``."""
    return quoted(f"event_{event}")


def split(name: str, event: str | None = None) -> tuple[str, str]:
    """``purchase.amount`` as ("purchase", "amount"); a property alone belongs to ``event``.

    >>> split("purchase.amount"), split("amount", "purchase")
    (('purchase', 'amount'), ('purchase', 'amount'))
    """
    owner, _, rest = name.partition(".")
    return (owner, rest) if rest else (event or "", owner)
