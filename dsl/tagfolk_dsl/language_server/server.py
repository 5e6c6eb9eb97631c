"""The language server: the protocol's requests answered from the session."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.formatter import format_file, language_of
from tagfolk_dsl.language_server.completion import Room, suggestions
from tagfolk_dsl.language_server.hover import Language, keyword_meaning, meaning
from tagfolk_dsl.language_server.index import Occurrence
from tagfolk_dsl.language_server.outline import outline
from tagfolk_dsl.language_server.places import Places
from tagfolk_dsl.language_server.provider import Provider
from tagfolk_dsl.language_server.renaming import Refused, places, renamed
from tagfolk_dsl.language_server.session import CONFIG, Session
from tagfolk_dsl.lexer import Words
from tagfolk_dsl.names import Names
from tagfolk_dsl.tree import Span

PAUSE = 0.05
"""Seconds without a key stroke before the workspace is checked."""

_ITEMS: dict[Room, types.CompletionItemKind] = {
    "event": types.CompletionItemKind.Event, "property": types.CompletionItemKind.Property,
    "attribute": types.CompletionItemKind.Field, "let": types.CompletionItemKind.Variable,
    "tag": types.CompletionItemKind.Class, "segment": types.CompletionItemKind.Module,
    "method": types.CompletionItemKind.Method, "column": types.CompletionItemKind.Field,
    "value": types.CompletionItemKind.Value, "keyword": types.CompletionItemKind.Keyword,
    "function": types.CompletionItemKind.Function,
}  # fmt: skip


class TagServer(LanguageServer):
    """One server for one workspace and one editor."""

    def __init__(self, provider: Provider) -> None:
        super().__init__("tagfolk", "1")
        self.session = Session(provider)
        self.root = provider.root.resolve()
        self.language: Language = "en"
        self.told: dict[str, list[types.Diagnostic]] = {}
        self._timer: asyncio.TimerHandle | None = None

    # --- places ------------------------------------------------------------------------------------------------

    @property
    def places(self) -> Places:
        """Conversions in the client's units."""
        return Places(self.root, self.workspace.position_codec)

    def lines(self, path: str) -> list[str]:
        """A file's lines as they stand in the editor, or on disk."""
        text = self.session.open.get(path)
        if text is None:
            text = self.session.view().sources.get(path)
        if text is None and path == CONFIG and (self.root / CONFIG).is_file():
            text = (self.root / CONFIG).read_text("utf-8", errors="replace")
        return (text or "").splitlines()

    def location(self, span: Span) -> types.Location:
        """A span as the client sees it."""
        return types.Location(self.places.uri(span.file), self.places.range(span, self.lines(span.file)))

    def found(self, params: Any) -> Occurrence | None:
        """The name at a request's position."""
        path = self.places.path(params.text_document.uri)
        if path is None:
            return None
        column = self.places.column(params.position, self.lines(path))
        return self.session.view().index.at(path, params.position.line + 1, column + 1)

    # --- findings ----------------------------------------------------------------------------------------------

    def changed(self) -> None:
        """Something changed: check when no key was struck for a moment."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(PAUSE, self.publish)

    def publish(self) -> None:
        """Tell the client the findings of every file where they are not what was told before."""
        self._timer = None
        found: dict[str, list[types.Diagnostic]] = {path: [] for path in self.told}
        for one in self.session.view().diagnostics:
            path = one.span.file or CONFIG
            if path != CONFIG and path not in self.session.open and not (self.root / path).is_file():
                continue  # a plugin's function: no file that can be shown
            found.setdefault(path, []).append(self._diagnostic(one, self.lines(path)))
        for path, listed in found.items():
            if self.told.get(path, []) != listed or path not in self.told:
                uri = self.places.uri(path)
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, listed))
        self.told = {path: listed for path, listed in found.items() if listed or path in self.session.open}
        gc.freeze()  # what lives now lives long: the collector need not look at it after every key stroke

    def _diagnostic(self, one: Diagnostic, lines: Sequence[str]) -> types.Diagnostic:
        zh = self.language == "zh"
        message, hint = (one.message_zh or one.message, one.hint_zh or one.hint) if zh else (one.message, one.hint)
        severity = types.DiagnosticSeverity.Error if one.severity == "error" else types.DiagnosticSeverity.Warning
        return types.Diagnostic(
            self.places.range(one.span, lines), f"{message}\n{hint}" if hint else message, severity, one.code,
            source="tagfolk", data=None if one.replacement is None else {"replacement": one.replacement},
        )  # fmt: skip


def make(provider: Provider) -> TagServer:
    """The server with all it answers."""
    server = TagServer(provider)
    _documents(server)
    _questions(server)
    _edits(server)
    return server


def _documents(server: TagServer) -> None:
    """What the editor tells: files opened, changed, closed, changed on disk."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.language = "zh" if (params.locale or "").lower().startswith("zh") else "en"

    @server.feature(types.INITIALIZED)
    def initialized(_params: types.InitializedParams) -> None:
        server.changed()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        _take(server, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        _take(server, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        path = server.places.path(params.text_document.uri)
        if path is not None:
            server.session.change(path, None)
            server.changed()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(_params: types.DidSaveTextDocumentParams) -> None:
        server.session.reload()
        server.changed()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def elsewhere(_params: types.DidChangeWatchedFilesParams) -> None:
        server.session.reload()
        server.changed()


def _take(server: TagServer, uri: str) -> None:
    path = server.places.path(uri)
    if path is not None:
        server.session.change(path, server.workspace.get_text_document(uri).source.removeprefix("\ufeff"))
        server.changed()


def _questions(server: TagServer) -> None:
    """What the editor asks about a place or a file."""

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[".", " ", "=", "(", '"'])
    )
    def completion(params: types.CompletionParams) -> types.CompletionList:
        path = server.places.path(params.text_document.uri)
        if path is None:
            return types.CompletionList(False, [])
        column = server.places.column(params.position, server.lines(path))
        found = suggestions(server.session.view(), path, params.position.line, column)
        items = []
        for number, one in enumerate(found):
            span = Span(path, params.position.line + 1, column + 1 - one.length, params.position.line + 1, column + 1)
            edit = types.TextEdit(server.places.range(span, server.lines(path)), one.text)
            items.append(
                types.CompletionItem(
                    one.text, kind=_ITEMS[one.room], detail=one.about or None, sort_text=f"{number:05}", text_edit=edit
                )
            )
        return types.CompletionList(False, items)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        path = server.places.path(params.text_document.uri)
        found = server.found(params)
        if path is None:
            return None
        language: Language = language_of("\n".join(server.lines(path)))
        if found is not None:
            area = server.places.range(found.span, server.lines(path))
            text = meaning(server.session.view(), found, language)
            return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), area)
        return _keyword(server, path, params.position, language)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(params: types.DefinitionParams) -> list[types.Location]:
        found = server.found(params)
        if found is None:
            return []
        return [server.location(one.span) for one in server.session.view().index.definitions(found.thing)]

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def references(params: types.ReferenceParams) -> list[types.Location]:
        found = server.found(params)
        if found is None:
            return []
        everywhere = server.session.view().index.things.get(found.thing, [])
        return [
            server.location(one.span) for one in everywhere if params.context.include_declaration or not one.defines
        ]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        path = server.places.path(params.text_document.uri)
        file = next((one for one in server.session.view().program.files if one.path == path), None)
        return [] if file is None else outline(file, server.lines(file.path), server.places)


def _keyword(server: TagServer, path: str, position: types.Position, language: Language) -> types.Hover | None:
    """What a keyword at a place means."""
    lines = server.lines(path)
    if position.line >= len(lines):
        return None
    column = server.places.column(position, lines)
    for token in Words(path, Names.of(server.session.view().vocabulary)).line(lines[position.line], position.line + 1):
        if token.key and token.span.column <= column + 1 <= token.span.end_column:
            text = keyword_meaning(token.text, language)
            if text is not None:
                area = server.places.range(token.span, lines)
                return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), area)
    return None


def _edits(server: TagServer) -> None:
    """What changes texts: renaming, formatting, mending."""

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(params: types.PrepareRenameParams) -> types.Range:
        found = server.found(params)
        if found is None:
            raise JsonRpcInvalidParams("there is no name here")
        try:
            places(server.session.view(), found)
        except Refused as error:
            raise JsonRpcInvalidParams(str(error)) from None
        return server.places.range(found.span, server.lines(found.span.file))

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def rename(params: types.RenameParams) -> types.WorkspaceEdit:
        found = server.found(params)
        if found is None:
            raise JsonRpcInvalidParams("there is no name here")
        try:
            by_file = renamed(server.session.view(), found, params.new_name)
        except Refused as error:
            raise JsonRpcInvalidParams(str(error)) from None
        changes = {}
        for path, spans in by_file.items():
            lines = server.lines(path)
            changes[server.places.uri(path)] = [
                types.TextEdit(server.places.range(span, lines), params.new_name) for span in spans
            ]
        return types.WorkspaceEdit(changes=changes)

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        path = server.places.path(params.text_document.uri)
        view = server.session.view()
        file = next((one for one in view.program.files if one.path == path), None)
        if file is None:
            return None
        if any(one.code <= "T019" and one.span.file == path for one in view.checked.errors):
            server.window_show_message(
                types.ShowMessageParams(types.MessageType.Warning, "a file with syntax errors is not formatted")
            )
            return None
        lines = server.lines(file.path)
        text = format_file(file, language_of("\n".join(lines)))
        end = types.Position(len(lines) + 1, 0)
        return [types.TextEdit(types.Range(types.Position(0, 0), end), text)]

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        made = []
        for one in params.context.diagnostics:
            replacement = one.data.get("replacement") if isinstance(one.data, dict) else None
            if replacement is None:
                continue
            title = f"改为“{replacement}”" if server.language == "zh" else f"Change to '{replacement}'"
            edit = types.WorkspaceEdit(changes={uri: [types.TextEdit(one.range, replacement)]})
            made.append(types.CodeAction(title, types.CodeActionKind.QuickFix, [one], is_preferred=True, edit=edit))
        return made
