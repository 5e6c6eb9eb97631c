"""Anchors, normalised so that two ways to write one are the same: phones to E.164, e-mail in lower case."""

from __future__ import annotations

from sqlglot import exp

from tagfolk_engine.intake.context import Load
from tagfolk_engine.intake.mapping import Mapped, as_text
from tagfolk_engine.intake.report import FieldReport

PHONES = frozenset({"phone", "mobile", "tel", "telephone", "cellphone", "手机", "手机号", "电话"})
EMAILS = frozenset({"email", "mail", "e_mail", "邮箱", "电子邮箱"})
BATCH = 50_000


def normalised(load: Load, name: str, mapped: Mapped, table: str, block: tuple[str, int]) -> exp.Expr:
    """An anchor's expression over a staged table, in its normal form; what is none (a phone too short) is missing."""
    text = as_text(mapped.tree, load.kind(table, mapped.tree))
    if name.casefold() in EMAILS:
        lower = exp.func("LOWER", text)
        at = exp.Anonymous(this="contains", expressions=[lower.copy(), exp.Literal.string("@")])
        return exp.Case(ifs=[exp.If(this=at, true=lower)])
    if name.casefold() not in PHONES:
        return text
    phones = f"phones_{block[0]}_{block[1]}_{name}"
    _phones(load, text, table, phones, name)
    lookup = (
        exp.select("e164")
        .from_(exp.to_table(phones, quoted=True))
        .where(exp.EQ(this=exp.column("written", table=exp.to_identifier(phones, quoted=True)), expression=text))
    )
    return exp.Subquery(this=lookup)


def _phones(load: Load, text: exp.Expr, table: str, phones: str, name: str) -> None:
    """A table of the distinct phones as written and their normal form: phonenumbers is slow, people repeat."""
    import phonenumbers
    import pyarrow as pa

    region = load.workspace.settings.identity.phone_region
    stage = load.stage
    stage.run(f'CREATE OR REPLACE TABLE "{phones}" (written VARCHAR, e164 VARCHAR)')
    query = (
        exp.select(text.copy().as_("written"))
        .distinct()
        .from_(table)
        .where(exp.Not(this=exp.Is(this=exp.paren(text.copy()), expression=exp.Null())))
    )
    rows = stage.connection.cursor().execute(query.sql("duckdb"))
    refused = 0
    while some := rows.fetchmany(BATCH):
        written = [row[0] for row in some]
        forms = []
        for one in written:
            try:
                number = phonenumbers.parse(one, region)
                forms.append(
                    phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
                    if phonenumbers.is_possible_number(number) else None
                )  # fmt: skip
            except phonenumbers.NumberParseException:
                forms.append(None)
        refused += forms.count(None)
        stage.connection.register("incoming", pa.table({"written": written, "e164": pa.array(forms, pa.string())}))
        stage.run(f'INSERT INTO "{phones}" SELECT * FROM incoming')
        stage.connection.unregister("incoming")
    if refused:
        report = load.report.attributes.setdefault(name, FieldReport())
        report.dropped += refused
        report.values.append(("•••", refused))
