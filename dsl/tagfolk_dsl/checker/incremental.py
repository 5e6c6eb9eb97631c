"""Checking again after a key stroke: what did not change is neither parsed nor resolved again.

Three things are kept between two checks: parsed pieces of files (``chunks.py``), resolved statements with what was
found in them, and which conditions hold for nobody or everybody. A resolved statement is used again while nothing
changed that one statement can see of another (:func:`_seen`); a ``let`` is always resolved anew, for others look
into it. The result is that of ``check``, and a test compares the two after thousands of random edits.
"""

from __future__ import annotations

from collections.abc import Mapping

from tagfolk_dsl.checker import lost_names
from tagfolk_dsl.checker.memory import Memory
from tagfolk_dsl.checker.pipeline import analyse
from tagfolk_dsl.checker.report import Report
from tagfolk_dsl.chunks import PieceReader
from tagfolk_dsl.names import Names, declared
from tagfolk_dsl.program import Checked
from tagfolk_dsl.vocabulary import Vocabulary

__all__ = ["WorkspaceChecker"]


class WorkspaceChecker:
    """Checks the files of one workspace as ``check`` does, quickly where little changed. Not for several threads."""

    def __init__(self) -> None:
        self._vocabulary: Vocabulary | None = None
        self._base = Names()
        self._names = Names()
        self._declared: dict[str, set[str]] = {}
        self._reader = PieceReader()
        self._memory = Memory()

    def check(self, sources: Mapping[str, str], vocabulary: Vocabulary) -> Checked:
        """Path → text as they stand now. All findings of all files, by place."""
        names = self._names_of(sources, vocabulary)
        report = Report(sources)
        files = []
        for path in sorted(sources):
            file, found = self._reader.read(path, sources[path], names)
            files.append(file)
            for diagnostic in found:
                report.add(diagnostic)
            if found:
                report.broken |= lost_names(sources[path], found)
        self._reader.forget(list(sources))
        return analyse(files, vocabulary, report, self._memory).checked

    def _names_of(self, sources: Mapping[str, str], vocabulary: Vocabulary) -> Names:
        """The names, the same object as last time where they are equal."""
        if vocabulary is not self._vocabulary:
            self._vocabulary = vocabulary
            self._base = Names.of(vocabulary)
            self._memory = Memory()
        self._declared = {
            text: self._declared[text] if text in self._declared else declared(text) for text in sources.values()
        }
        words = self._base.words.union(*self._declared.values())
        if words != self._names.words or self._names.events is not self._base.events:
            self._names = Names(words, self._base.events, self._base.plurals)
        return self._names
