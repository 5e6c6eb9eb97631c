"""Values that the dictionary refuses: counted, listed in the report, all of them to ``.tagfolk/rejected/``."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from sqlglot import exp

from tagfolk_engine.intake.context import Load
from tagfolk_engine.intake.reading import Staged
from tagfolk_engine.intake.report import FieldReport
from tagfolk_engine.intake.tidying import Tidy

LISTED = 20


def note_dropped(
    load: Load, staged: Staged, tidied: Sequence[Tidy], where: exp.Expr | None, fields: dict[str, FieldReport],
    personal: Collection[str], *, prefix: str = "", table: str = "",
) -> None:  # fmt: skip
    """Count, in one pass, and list the values of attributes or properties that were dropped.

    ``where``: the rows that are kept; ``table``: those of another table than the source's. ``personal``: names whose
    values are not shown.
    """
    for one in tidied:
        fields.setdefault(prefix + one.name, FieldReport())
    doubtful = [one for one in tidied if one.lost is not None]
    if not doubtful:
        return
    counted = exp.select(*(_count_if(one.lost) for one in doubtful if one.lost is not None))
    counted = counted.from_(exp.to_table(table or staged.table))
    counts = load.stage.rows(counted.where(where) if where is not None else counted)[0]
    for one, count in zip(doubtful, counts):
        if count:
            fields[prefix + one.name].dropped += count
            _list(load, staged, one, where, fields[prefix + one.name], prefix + one.name,
                  table or staged.table, personal=one.name in personal)  # fmt: skip


def _count_if(test: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="count_if", expressions=[test.copy()])


def _list(
    load: Load, staged: Staged, one: Tidy, where: exp.Expr | None, report: FieldReport, name: str, table: str,
    *, personal: bool,
) -> None:  # fmt: skip
    """The values, commonest first: all to a file, some to the report."""
    listed = exp.select(one.said.as_("value"), exp.Count(this=exp.Star()).as_("n"))
    listed = listed.from_(exp.to_table(table)).where(one.lost)
    listed = listed.where(where) if where is not None else listed
    rows = load.stage.run(listed.group_by("1").order_by("n DESC", "1"))
    folder = load.workspace.state / "rejected"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{staged.name}.dropped.jsonl").open("a", encoding="utf-8") as file:
        while some := rows.fetchmany(10_000):
            for value, number in some:
                file.write(json.dumps({"field": name, "value": value, "count": number}, ensure_ascii=False) + "\n")
                if len(report.values) < LISTED:
                    report.values.append(("•••" if personal else str(value), number))
