"""What a run refuses.

RulesBroken    the rules have errors: nothing was evaluated, the state is as it was (exit 1)
UnknownName    a tag, segment or customer that was asked for does not exist (exit 2)
NoData         nothing has been loaded yet (exit 1)
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from tagfolk_dsl.diagnostics import Diagnostic


class RulesBroken(Exception):
    """The rules have errors. ``diagnostics`` are all findings, ``sources`` the files' texts, for printing."""

    def __init__(self, diagnostics: Collection[Diagnostic], sources: Mapping[str, str]) -> None:
        self.diagnostics = tuple(diagnostics)
        self.sources = dict(sources)
        errors = sum(d.severity == "error" for d in self.diagnostics)
        super().__init__(f"the rules have {errors} error{'s' if errors != 1 else ''}")


class UnknownName(Exception):
    """A name that was asked for does not exist; ``hint`` has the nearest one, or all."""

    def __init__(self, kind: str, name: str, known: Collection[str]) -> None:
        super().__init__(f"there is no {kind} '{name}'")
        self.message = str(self)
        near = difflib.get_close_matches(name, known, 1)
        listed = ", ".join(sorted(known)[:20])
        self.hint = (
            f"did you mean '{near[0]}'?" if near else (f"{kind}s: {listed}" if listed else f"there is no {kind}")
        )


class NoData(Exception):
    """Nothing has been loaded yet."""

    def __init__(self) -> None:
        super().__init__("nothing has been loaded yet")
        self.message = str(self)
        self.hint = "load the data first: tagfolk load (or run without --no-load)"
