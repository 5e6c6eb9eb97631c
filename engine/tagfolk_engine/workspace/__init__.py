"""The workspace: ``tagfolk.toml`` as typed settings, every mistake of it as a diagnostic, and its files."""

from tagfolk_engine.workspace.errors import WorkspaceError
from tagfolk_engine.workspace.opening import CONFIG, Workspace, find_workspace, open_workspace
from tagfolk_engine.workspace.settings import (
    AttributeTable,
    BotTable,
    CustomersTable,
    EngineTable,
    EventsTable,
    IdentityTable,
    Settings,
    SinkTable,
    SourceTable,
    StoreTable,
    WorkspaceTable,
)  # fmt: skip

__all__ = [
    "AttributeTable", "BotTable", "CONFIG", "CustomersTable", "EngineTable", "EventsTable", "IdentityTable",
    "Settings", "SinkTable", "SourceTable", "StoreTable", "Workspace", "WorkspaceError", "WorkspaceTable",
    "find_workspace", "open_workspace",
]  # fmt: skip
