"""Anchors, normalised so that two ways to write one are the same: phones to E.164, e-mail in lower case."""

from __future__ import annotations

from sqlglot import exp

from tagfolk_engine.intake.context import Load
from tagfolk_engine.intake.mapping import Mapped, as_text
from tagfolk_engine.intake.phones import e164_of
from tagfolk_engine.intake.report import FieldReport
from tagfolk_engine.intake.staging import quoted

PHONES = frozenset({"phone", "mobile", "tel", "telephone", "cellphone", "手机", "手机号", "电话"})
EMAILS = frozenset({"email", "mail", "e_mail", "邮箱", "电子邮箱"})


def written(load: Load, mapped: Mapped, table: str) -> exp.Expr:
    """An anchor as the source writes it, as text."""
    return as_text(mapped.tree, load.kind(table, mapped.tree))


def normalise(load: Load, table: str, anchors: list[str]) -> None:
    """Replace the columns ``anchor_…`` of a staged table by their normal forms; what is none (a phone too short) is
    missing, and counted."""
    changed = []
    for name in anchors:
        column = quoted(f"anchor_{name}")
        if name.casefold() in EMAILS:
            changed.append(f"CASE WHEN contains({column}, '@') THEN lower({column}) END AS {column}")
        elif name.casefold() in PHONES:
            phones = quoted(f"phones of {table} {name}")
            _phones(load, table, column, phones, name)
            # the join of a scalar query: a phone is written there once
            changed.append(f"(SELECT e164 FROM {phones} WHERE written = {column}) AS {column}")
    if changed:
        load.stage.run(
            f"CREATE OR REPLACE TABLE {quoted(table)} AS SELECT * REPLACE ({', '.join(changed)}) FROM {quoted(table)}"
        )


def _phones(load: Load, table: str, column: str, phones: str, name: str) -> None:
    """A table of the distinct phones as written and their normal form: phonenumbers is slow, people repeat."""
    stage = load.stage
    stage.run(
        f"CREATE OR REPLACE TABLE {phones} AS SELECT DISTINCT {column} AS written FROM {quoted(table)} "
        f"WHERE {column} IS NOT NULL"
    )
    e164_of(stage, phones, load.workspace.settings.identity.phone_region)
    refused = stage.number(f"SELECT count(*) FROM {phones} WHERE e164 IS NULL")
    if refused:
        report = load.report.attributes.setdefault(name, FieldReport())
        report.dropped += refused
        report.values.append(("•••", refused))
