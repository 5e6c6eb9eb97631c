"""The errors of plugins.

PluginError            a plugin cannot do its work, in words for the person who can mend it
├── ArgumentError      an argument in tagfolk.toml or in ``use …`` is wrong; names the argument
├── SourceError        the data cannot be read: missing file, refused connection, wrong column
├── MethodError        the data do not allow the analysis: too few customers, a constant feature
└── SinkError          the other side did not take the segment
"""


class PluginError(Exception):
    """A plugin cannot do its work. The text is shown to people as it stands; ``hint`` is the next step."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ArgumentError(PluginError):
    """An argument is wrong."""

    def __init__(self, argument: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.argument = argument


class SourceError(PluginError):
    """The data cannot be read."""


class MethodError(PluginError):
    """The data do not allow the analysis."""


class SinkError(PluginError):
    """The other side did not take the segment."""
