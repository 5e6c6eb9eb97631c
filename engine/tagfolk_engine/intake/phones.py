"""Phone numbers to E.164. The commonest ways to write one are read in SQL, all others by the library phonenumbers."""

from __future__ import annotations

from sqlglot import exp

from tagfolk_engine.intake.staging import Stage

BATCH = 50_000
NATIONAL = {
    # mobile numbers that no prefix rule of their region touches (China: 112…–129… and 179… may be carrier codes)
    "CN": ("86", "00", "1(?:[3-68-9][0-9]|7[0-8])[0-9]{8}"),
    "US": ("1", "011", "[2-9][0-9]{2}[2-9][0-9]{6}"),
    "CA": ("1", "011", "[2-9][0-9]{2}[2-9][0-9]{6}"),
}
"""By region: its country code, what is dialled there before a foreign country's code, and the national numbers that
are E.164 with the code before them and nothing else."""


def plain_form(region: str | None, text: exp.Expr) -> exp.Expr | None:
    """The E.164 form of numbers in the commonest ways to write them, NULL for all others; None: nothing is known.

    The national number, bare or after ``+CODE``, ``00CODE`` (as the region dials abroad) or ``CODE``, with blanks or
    hyphens within.
    """
    if region not in NATIONAL:
        return None
    code, abroad, number = NATIONAL[region]
    bare = exp.Anonymous(this="translate", expressions=[text.copy(), _text(" -"), _text("")])
    found = exp.Anonymous(
        this="regexp_extract",
        expressions=[bare, _text(f"^(?:[+]?{code}|{abroad}{code})?({number})$"), exp.Literal.number(1)],
    )
    return exp.DPipe(this=_text(f"+{code}"), expression=exp.func("NULLIF", found, _text("")))


def _text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def e164_of(stage: Stage, table: str, region: str | None) -> None:
    """Add ``e164`` to a table of distinct ``written`` phones (a quoted name); NULL where it is no phone number."""
    import pyarrow as pa

    plain = plain_form(region, exp.column("written"))
    form = plain.sql("duckdb") if plain is not None else "CAST(NULL AS VARCHAR)"
    stage.run(f"CREATE OR REPLACE TABLE {table} AS SELECT written, {form} AS e164 FROM {table}")
    rows = stage.connection.cursor().execute(f"SELECT written FROM {table} WHERE e164 IS NULL")
    first = rows.fetchmany(BATCH)
    if not first:
        return
    stage.run("CREATE OR REPLACE TEMP TABLE phones_read (written VARCHAR, e164 VARCHAR)")
    while first:
        texts = [row[0] for row in first]
        forms = pa.array([library_form(text, region) for text in texts], pa.string())
        stage.connection.register("incoming", pa.table({"written": texts, "e164": forms}))
        stage.run("INSERT INTO phones_read SELECT * FROM incoming")
        stage.connection.unregister("incoming")
        first = rows.fetchmany(BATCH)
    stage.run(f"UPDATE {table} t SET e164 = r.e164 FROM phones_read r WHERE r.written = t.written")


def library_form(text: str, region: str | None) -> str | None:
    """The E.164 form by phonenumbers; None where the text is no possible number."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if possible else None
