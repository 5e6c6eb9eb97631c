"""Tree → canonical text. What it writes parses to the same tree, and formatting it again changes nothing."""

from __future__ import annotations

from tagfolk_dsl.formatter.expressions import Writer
from tagfolk_dsl.formatter.files import format_file
from tagfolk_dsl.formatter.language import language_of
from tagfolk_dsl.formatter.words import Language
from tagfolk_dsl.tree import Condition, Metric

__all__ = ["Language", "format_condition", "format_file", "format_metric", "language_of"]


def format_condition(c: Condition, language: Language = "en") -> str:
    """A condition of a surface or a resolved tree as text of the language."""
    return Writer(language).write(c)


def format_metric(m: Metric, language: Language = "en") -> str:
    """A metric of a surface or a resolved tree as text of the language."""
    return Writer(language).write(m)
