"""Finding a customer by what a person types: the id, a source's record id, or a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from tagfolk_engine.lake import Snapshot
from tagfolk_engine.run.errors import UnknownName

if TYPE_CHECKING:
    import duckdb


def find_customer(snapshot: Snapshot, text: str) -> str:
    """The customer's id. Raises UnknownName where nobody, or more than one, answers to the text."""
    import duckdb

    with duckdb.connect() as con:
        customers, identity = str(snapshot.file("customers")), str(snapshot.file("identity"))
        if _ids(con, "SELECT customer_id FROM read_parquet($file) WHERE customer_id = $text", customers, text):
            return text
        found: list[str] = []
        if snapshot.file("identity").is_file():
            by_record = (
                "SELECT DISTINCT customer_id FROM read_parquet($file) "
                "WHERE record_id = $text OR source || ':' || record_id = $text LIMIT 5"
            )
            found = _ids(con, by_record, identity, text)
        if not found:
            for name, meta in snapshot.meta.attributes.items():
                if meta.type == "text" and "name" in name.lower():
                    column = exp.to_identifier(name, quoted=True).sql("duckdb")
                    query = f"SELECT customer_id FROM read_parquet($file) WHERE {column} = $text ORDER BY 1 LIMIT 5"
                    found += _ids(con, query, customers, text)
    if len(found) == 1:
        return found[0]
    error = UnknownName("customer", text, found)
    if found:
        error.message = f"several customers answer to '{text}'"
        error.hint = "say which: " + ", ".join(found)
    else:
        error.hint = "give the id as 'tagfolk export' and the chat show it (SOURCE:ID), or the id in a source"
    raise error


def _ids(con: duckdb.DuckDBPyConnection, query: str, file: str, text: str) -> list[str]:
    return [str(row[0]) for row in con.execute(query, {"file": file, "text": text}).fetchall()]
