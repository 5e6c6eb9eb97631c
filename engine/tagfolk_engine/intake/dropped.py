"""Values that the dictionary refuses: counted, listed in the report, all of them to ``.tagfolk/rejected/``."""

from __future__ import annotations

import json

from sqlglot import exp

from tagfolk_engine.intake.context import Load
from tagfolk_engine.intake.reading import Staged
from tagfolk_engine.intake.report import FieldReport
from tagfolk_engine.intake.tidying import Tidy

LISTED = 20


def note_dropped(
    load: Load, staged: Staged, one: Tidy, where: exp.Expr | None, fields: dict[str, FieldReport], name: str,
    *, personal: bool,
) -> None:  # fmt: skip
    """Count and list the values of one attribute or property that were dropped."""
    report = fields.setdefault(name, FieldReport())
    if one.lost is None:
        return
    query = exp.select(exp.Count(this=exp.Star())).from_(staged.table).where(one.lost)
    query = query.where(where) if where is not None else query
    count = load.stage.number(query)
    if not count:
        return
    report.dropped += count
    listed = exp.select(one.said.as_("value"), exp.Count(this=exp.Star()).as_("n")).from_(staged.table).where(one.lost)
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
