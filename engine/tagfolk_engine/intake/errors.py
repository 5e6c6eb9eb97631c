"""The error of intake.

SourceFailed    a source cannot be read, in words for people; nothing of the lake has changed
"""

from __future__ import annotations


class SourceFailed(Exception):
    """A source, or what ``tagfolk.toml`` asks of it, fails. ``hint`` is the next step. Commands exit with 3."""

    def __init__(self, message: str, hint: str = "", *, source: str = "") -> None:
        super().__init__(message)
        self.message, self.hint, self.source = message, hint, source
