"""``tagfolk check`` looks at sources: their columns and a sample, never whole tables."""

from __future__ import annotations

from tagfolk_dsl.diagnostics import Diagnostic

from tagfolk_engine.intake.checking import check_expressions
from tagfolk_engine.intake.columns import Column
from tagfolk_engine.intake.errors import SourceFailed
from tagfolk_engine.intake.kinds import find_columns
from tagfolk_engine.intake.reading import failed, make_source
from tagfolk_engine.intake.staging import Stage, quoted
from tagfolk_engine.workspace import Workspace
from tagfolk_engine.workspace.findings import finding


def probe(workspace: Workspace) -> tuple[Diagnostic, ...]:
    """What is wrong with the sources as ``tagfolk.toml`` means them: unreachable, columns missing."""
    import duckdb

    settings = workspace.settings
    used = dict.fromkeys([*(b.from_ for b in settings.customers), *(e.from_ for e in settings.events)])
    found: list[Diagnostic] = []
    with duckdb.connect() as connection:
        stage = Stage(connection, workspace.state)
        columns, tables = {}, {}
        for number, name in enumerate(used):
            try:
                columns[name] = sample_columns(workspace, stage, name, f"raw_{number}")
                tables[name] = f"raw_{number}"
            except SourceFailed as error:
                found.append(finding("C039", workspace.places.key(("sources", name)), error.message, error.message,
                                     error.hint, error.hint))  # fmt: skip
        found += check_expressions(workspace, stage, columns, tables).found
    return tuple(sorted(found, key=lambda d: (d.span.line, d.span.column)))


def sample_columns(workspace: Workspace, stage: Stage, name: str, table: str) -> dict[str, Column]:
    """The columns of a source, their meaning guessed from its first rows. Raises SourceFailed."""
    try:
        source = make_source(workspace, name)
        schema = source.schema()
        untyped = (schema.metadata or {}).get(b"tagfolk") == b"untyped"
        sample = source.sample()
        stage.connection.register("incoming", sample)
        stage.run(f"CREATE OR REPLACE TABLE {quoted(table)} AS SELECT * FROM incoming")
        stage.connection.unregister("incoming")
    except Exception as error:  # a PluginError, or whatever else a stranger's plugin raises: it fails by name
        raise failed(name, error) from error
    return find_columns(stage, table, untyped=untyped)
