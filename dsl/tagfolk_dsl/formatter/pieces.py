"""Pieces of texts that many nodes share: brackets, ``where``, windows, ``among``."""

from __future__ import annotations

from abc import ABC, abstractmethod

from tagfolk_dsl.formatter.levels import OR, SUM, ends_open, is_plain, level_of
from tagfolk_dsl.formatter.words import Language, keyword, window
from tagfolk_dsl.tree import Condition, Ever, Node, Window

_BOOLEANS = (" yes", " no", " 是", " 否")


class Pieces(ABC):
    """Writes expressions in one language. ``text(node, level)`` puts brackets around what binds more loosely."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.chinese = language == "zh"

    @abstractmethod
    def write(self, node: Node) -> str:
        """The text of a node."""

    def key(self, key: str) -> str:
        """A keyword."""
        return keyword(key, self.language)

    def text(self, node: Node, level: int = OR) -> str:
        """The node, in brackets where it binds more loosely than ``level``."""
        written = self.write(node)
        return f"({written})" if level_of(node) < level else written

    def operand(self, node: Node) -> str:
        """The left side of a comparison: in brackets where its ``where`` would swallow what follows."""
        written = self.text(node, SUM)
        swallows = written.endswith(_BOOLEANS) and ends_open(node)
        return f"({written})" if swallows else written

    def where(self, condition: Condition | None) -> str:
        """`` where …`` or nothing; in brackets unless it is one plain comparison."""
        if condition is None:
            return ""
        inner = self.write(condition)
        return f" {self.key('where')} {inner}" if is_plain(condition) else f" {self.key('where')} ({inner})"

    def window(self, node: Window) -> str:
        """A window after something, or nothing."""
        return "" if isinstance(node, Ever) else " " + window(node, self.language)

    def among(self, condition: Condition | None) -> str:
        """`` among (…)`` or nothing."""
        return "" if condition is None else f" {self.key('among')} ({self.write(condition)})"
