"""What a plugin author imports. Everything else under this package is ours to move."""

from tagfolk_plugins.api.answer import AnswerAccess, AnswerPlugin, AnswerReply, Translation
from tagfolk_plugins.api.errors import ArgumentError, MethodError, PluginError, SinkError, SourceError
from tagfolk_plugins.api.function import FunctionPlugin
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, EventFilter, Method, MethodContext, MethodResult, Reference
from tagfolk_plugins.api.sink import Sink, SinkArguments, SinkContext
from tagfolk_plugins.api.source import RejectedRecord, Source, SourceArguments, SourceContext, SourceNotes

__all__ = [
    "AnswerAccess", "AnswerPlugin", "AnswerReply", "Argument", "ArgumentError", "EventFilter", "FunctionPlugin",
    "Method", "MethodContext", "MethodError", "MethodResult", "PluginError", "Reference", "RejectedRecord", "Sink",
    "SinkArguments", "SinkContext", "SinkError", "Source", "SourceArguments", "SourceContext", "SourceError",
    "SourceNotes", "Translation", "hookimpl",
]  # fmt: skip
