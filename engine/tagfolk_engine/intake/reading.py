"""Sources into the stage: one table each, all columns, in the source's own order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tagfolk_engine.intake.columns import Column
from tagfolk_engine.intake.errors import SourceFailed
from tagfolk_engine.intake.kinds import find_columns
from tagfolk_engine.intake.progress import Progress
from tagfolk_engine.intake.staging import Stage, quoted, refused
from tagfolk_engine.lake.errors import LakeError
from tagfolk_engine.workspace import Workspace

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa
    from tagfolk_plugins.api.source import Source

FILE = "tagfolk_file"
"""The column with the file a row stands in, where the source has files."""
ROW = "tagfolk_row"
"""The column that numbers the rows in their order; within a file without gaps."""


@dataclass
class Staged:
    """A source in the stage: its table (a view that has ``tagfolk_row`` too), its rows, what its columns hold."""

    name: str
    source: Source
    table: str
    rows: int
    columns: Mapping[str, Column]
    has_file: bool
    findings: list[str] = field(default_factory=list)


def make_source(workspace: Workspace, name: str) -> Source:
    """The source object of ``[sources.NAME]``. Raises SourceFailed."""
    from tagfolk_plugins.api.errors import PluginError
    from tagfolk_plugins.api.source import SourceContext

    from tagfolk_engine.plugins import plugins

    block = workspace.settings.sources[name]
    plugin = plugins(workspace.root).sources[block.plugin]
    context = SourceContext(name, workspace.root, workspace.settings.workspace.timezone)
    try:
        return plugin(plugin.Arguments.model_validate(dict(block.arguments)), context)
    except (PluginError, ValidationError) as error:
        raise failed(name, error) from error


def by_name(name: str, message: str, hint: str) -> SourceFailed:
    """A failure that names its source once."""
    return SourceFailed(message if f"'{name}'" in message else f"source '{name}': {message}", hint, source=name)


def failed(name: str, error: Exception) -> SourceFailed:
    """What a source plugin raised, in its own words."""
    from tagfolk_plugins.api.errors import PluginError

    if isinstance(error, SourceFailed):
        return error
    if isinstance(error, PluginError):
        return by_name(name, error.message, error.hint)
    text = " ".join(str(error).split())
    return SourceFailed(f"source '{name}' failed: {type(error).__name__}{': ' + text if text else ''}",
                        "this is a mistake of the source plugin or of its arguments", source=name)  # fmt: skip


def read_source(
    stage: Stage, workspace: Workspace, name: str, number: int, progress: Progress, used: Collection[str]
) -> Staged:
    """Read one source whole into the stage. ``used``: the columns that expressions name. Raises SourceFailed."""
    import duckdb

    from tagfolk_engine.plugins import SOURCE_TIMEOUT, PluginFailed

    progress.advance(f"reading {name}", 0, None)
    source = make_source(workspace, name)
    table = f"raw_{number}"
    timeout = workspace.settings.sources[name].timeout or SOURCE_TIMEOUT
    try:
        schema = _schema(source, name, timeout)
        untyped = (schema.metadata or {}).get(b"tagfolk") == b"untyped"
        _stage(stage, source, name, table, schema, timeout, progress)
    except PluginFailed as error:
        raise by_name(name, error.failure.message, error.failure.hint) from error
    except Exception as error:  # a PluginError, or whatever else a stranger's plugin raises: it fails by name
        known = refused(error, workspace.state) if isinstance(error, duckdb.Error | OSError) else None
        raise known if isinstance(known, LakeError) else failed(name, error) from error
    try:
        rows = stage.number(f"SELECT count(*) FROM {table}")
        progress.advance(f"reading {name}", rows, rows)
        found = find_columns(stage, table, untyped=untyped, only={*used} - {FILE, ROW})
    except duckdb.Error as error:
        if source.rereadable:
            raise _broken(name, error) from error
        raise
    has_file = FILE in found
    columns = {key: column for key, column in found.items() if key not in (FILE, ROW)}
    return Staged(name, source, table, rows, columns, has_file, list(source.notes.findings))


def _schema(source: Source, name: str, timeout: float) -> pa.Schema:
    """The schema, within the time that the source may take. Raises SourceFailed."""
    from tagfolk_engine.plugins import PluginFailure, call

    schema = call(name, source.schema, timeout=timeout)
    if isinstance(schema, PluginFailure):
        raise by_name(name, schema.message, schema.hint)
    return schema


def _stage(
    stage: Stage, source: Source, name: str, table: str, schema: pa.Schema, timeout: float, progress: Progress
) -> None:
    """The view ``table`` over what the source gives: over the relation itself where it may be read again and again,
    else over a copy of it."""
    relation = source.scan(stage.connection)
    if relation is not None and source.rereadable and ROW in relation.columns:
        relation.create_view(table, replace=True)
        return
    base = f"{table}_rows"
    if relation is None:
        _read(stage, source, name, base, schema, timeout, progress)
    else:
        _copy(stage, source, base, relation)
    own = any(c.casefold() == "rowid" for c, *_ in stage.rows(f"DESCRIBE {quoted(base)}"))
    number = "row_number() OVER () - 1" if own else "rowid"
    stage.run(f"CREATE OR REPLACE VIEW {quoted(table)} AS SELECT *, {number} AS {ROW} FROM {quoted(base)}")


def unchanged(staged: Staged, stage: Stage) -> None:
    """After all was read: a source that was not copied must still be what it was. Raises SourceFailed."""
    if staged.source.rereadable and not staged.source.finish(stage.connection):
        raise SourceFailed(f"source '{staged.name}' changed while it was read; the data loaded before is untouched",
                           "load again when nobody writes its files", source=staged.name)  # fmt: skip


def find_broken(sources: Iterable[Staged], stage: Stage, error: Exception) -> None:
    """After DuckDB refused something: a source that is read in place and cannot be read. Raises SourceFailed."""
    import duckdb

    for staged in sources:
        if not staged.source.rereadable:
            continue
        try:
            stage.run(f"SELECT max(COLUMNS(*)) FROM {staged.table}")
        except duckdb.Error:
            raise _broken(staged.name, error) from error


def _broken(name: str, error: Exception) -> SourceFailed:
    return SourceFailed(f"source '{name}' cannot be read to its end: {str(error).splitlines()[0]}",
                        "a file of it is broken: have it written again", source=name)  # fmt: skip


def _copy(stage: Stage, source: Source, table: str, relation: duckdb.DuckDBPyRelation | None) -> None:
    """A relation into a table; again where the source finds that what was read is not whole."""
    while relation is not None:
        stage.run(f"DROP TABLE IF EXISTS {quoted(table)}")
        relation.create(table)
        relation = None if source.finish(stage.connection) else source.scan(stage.connection)


def _read(
    stage: Stage, source: Source, name: str, table: str, schema: pa.Schema, timeout: float, progress: Progress
) -> None:
    """In batches. A batch may lack columns or have them in another order; a missing one is empty."""
    import pyarrow as pa

    from tagfolk_engine.plugins import each

    made = False
    done = 0
    for batch in each(name, source.read, timeout):
        arrow = _as_table(batch, name)
        if not made:
            stage.connection.register("incoming", pa.Table.from_batches([], _wider(schema, arrow.schema)))
            stage.run(f"CREATE OR REPLACE TABLE {quoted(table)} AS SELECT * FROM incoming")
            made = True
        stage.connection.register("incoming", arrow)
        stage.run(f"INSERT INTO {quoted(table)} BY NAME SELECT * FROM incoming")
        done += arrow.num_rows
        progress.advance(f"reading {name}", done, None)
    if not made:
        stage.connection.register("incoming", pa.Table.from_batches([], schema))
        stage.run(f"CREATE OR REPLACE TABLE {quoted(table)} AS SELECT * FROM incoming")
    stage.connection.unregister("incoming")


def _wider(schema: pa.Schema, given: pa.Schema) -> pa.Schema:
    """The schema promised, with the types really given."""
    import pyarrow as pa

    fields = {f.name: f for f in schema} | {f.name: f for f in given if not pa.types.is_null(f.type)}
    return pa.schema(list(fields.values()))


def _as_table(batch: Any, name: str) -> pa.Table:
    """A batch of any kind that the plugin contract allows, as an Arrow table."""
    import pyarrow as pa

    if isinstance(batch, pa.Table):
        return batch
    if isinstance(batch, pa.RecordBatch):
        return pa.Table.from_batches([batch])
    if hasattr(batch, "to_records") and hasattr(batch, "columns"):
        return pa.Table.from_pandas(batch, preserve_index=False)
    raise SourceFailed(f"source '{name}': read() gave {type(batch).__name__}, not an Arrow batch or a pandas frame",
                       "this is a mistake of the source plugin", source=name)  # fmt: skip
