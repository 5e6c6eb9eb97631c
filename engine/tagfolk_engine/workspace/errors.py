"""The one error of opening a workspace."""

from __future__ import annotations

from collections.abc import Sequence

from tagfolk_dsl.diagnostics import Diagnostic


class WorkspaceError(Exception):
    """``tagfolk.toml`` is missing or has mistakes: all of them, each with its place, in ``diagnostics``.

    ``text`` is the file as read (empty: there is none), for printing the lines at fault.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic], text: str = "") -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = tuple(diagnostics)
        self.text = text
