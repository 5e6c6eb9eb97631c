"""Types of attributes and properties before anything is loaded: from the sources' columns and first rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from tagfolk_engine.intake.columns import Column
from tagfolk_engine.intake.customers import common_type
from tagfolk_engine.intake.errors import SourceFailed
from tagfolk_engine.intake.mapping import mapped_at
from tagfolk_engine.intake.staging import Stage, quoted
from tagfolk_engine.intake.tidying import of_column, type_of
from tagfolk_engine.lake.meta import PropertyMeta
from tagfolk_engine.workspace import Workspace, WorkspaceError
from tagfolk_engine.workspace.locate import Path
from tagfolk_engine.workspace.settings import TypeName


@dataclass
class Guessed:
    """Types by attribute, and by event and property."""

    attributes: dict[str, PropertyMeta] = field(default_factory=dict)
    events: dict[str, dict[str, PropertyMeta]] = field(default_factory=dict)


def guess_types(workspace: Workspace) -> Guessed:
    """What the samples suggest. A source that cannot be read suggests text."""
    import duckdb

    from tagfolk_engine.intake.probing import sample_columns

    settings, guessed = workspace.settings, Guessed()
    with duckdb.connect() as connection:
        stage = Stage(connection, workspace.state)
        known: dict[str, dict[str, Column]] = {}
        for name in dict.fromkeys([*(b.from_ for b in settings.customers), *(e.from_ for e in settings.events)]):
            try:
                known[name] = sample_columns(workspace, stage, name, f"raw {name}")
            except SourceFailed:  # reported by probe
                continue
        for index, block in enumerate(settings.customers):
            for name, text in block.attributes.items():
                kind = _type(workspace, stage, ("customers", index, "attributes", name), block.from_, text, known)
                _add(guessed.attributes, name, kind)
            for name in block.anchors:
                guessed.attributes.setdefault(name, PropertyMeta(type="text"))
        for index, event in enumerate(settings.events):
            properties = guessed.events.setdefault(event.name, {})
            for name, text in event.properties.items():
                _add(
                    properties,
                    name,
                    _type(workspace, stage, ("events", index, "properties", name), event.from_, text, known),
                )
    return guessed


def _add(known: dict[str, PropertyMeta], name: str, kind: TypeName) -> None:
    before = known.get(name)
    known[name] = PropertyMeta(type=common_type(before.type, kind) if before is not None else kind)


def _type(
    workspace: Workspace, stage: Stage, path: Path, source: str, text: str, known: dict[str, dict[str, Column]]
) -> TypeName:
    import duckdb
    from sqlglot import exp

    if source not in known:
        return "text"
    try:
        mapped = mapped_at(workspace, path, source, text, known[source])
        if mapped.column is not None:
            return of_column(mapped.column)
        return type_of(stage.types(exp.select(mapped.tree.as_("value")).from_(quoted(f"raw {source}")))["value"])
    except (WorkspaceError, duckdb.Error):  # reported by probe
        return "text"
