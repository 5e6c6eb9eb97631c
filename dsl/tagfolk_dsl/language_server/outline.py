"""A file's statements as the protocol's symbols."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from tagfolk_dsl.language_server.places import Places
from tagfolk_dsl.tree import (
    Classify,
    Example,
    File,
    Let,
    Rule,
    Score,
    Segment,
    Statement,
    TagDeclaration,
    Template,
    Use,
)

_KINDS: dict[type[Statement], types.SymbolKind] = {
    Let: types.SymbolKind.Variable, TagDeclaration: types.SymbolKind.Class, Rule: types.SymbolKind.Function,
    Classify: types.SymbolKind.Enum, Score: types.SymbolKind.Number, Segment: types.SymbolKind.Namespace,
    Template: types.SymbolKind.Interface, Use: types.SymbolKind.Module, Example: types.SymbolKind.Event,
}  # fmt: skip


def outline(file: File, lines: Sequence[str], places: Places) -> list[types.DocumentSymbol]:
    """One symbol for each statement, in the order of the text."""
    found = []
    for statement in file.statements:
        area = places.range(statement.span, lines)
        name = getattr(statement, "name", "") or getattr(statement, "title", "") or "example"
        about = (
            statement.text if isinstance(statement, Rule) else getattr(getattr(statement, "card", None), "title", "")
        )
        found.append(types.DocumentSymbol(name, _KINDS[type(statement)], area, area, detail=about or None))
    return found
