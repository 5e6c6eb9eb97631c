"""The Lark parser: loaded on first use, its tables kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from lark import Lark
from lark.lexer import Lexer

from tagfolk_dsl.builder import Builder
from tagfolk_dsl.driver import Driver
from tagfolk_dsl.lexer import Token
from tagfolk_dsl.names import Names

STARTS = [
    "let", "tag", "use", "rule", "score", "classify", "segment", "template", "example", "clause", "band", "score_line",
    "score_grant", "template_line", "record", "expectation", "condition", "metric",
]  # fmt: skip


class Handed(Lexer):
    """Lark's door for a lexer of one's own: the tokens are made before (``lexer/``), because they need names."""

    def __init__(self, _conf: Any) -> None:
        pass

    def lex(self, tokens: Any) -> Iterator[Any]:  # type: ignore[override]
        """The tokens as they are."""
        return iter(tokens)


class Grammar:
    """The grammar with its builder. One serves all threads: the builder keeps nothing beyond one call of ``parse``,
    and what it keeps meanwhile belongs to the thread."""

    def __init__(self) -> None:
        self.builder = Builder()
        text = resources.files("tagfolk_dsl").joinpath("grammar.lark").read_text("utf-8")
        self.lark = Lark(
            text, parser="lalr", lexer=Handed, start=STARTS, transformer=self.builder, maybe_placeholders=False,
            cache=_cache(text),
        )  # fmt: skip

        self.driver = Driver(self.lark)

    def parse(self, start: str, tokens: list[Token], names: Names) -> Any:
        """What the tokens of one line mean. Raises Unexpected, or SyntaxProblem."""
        self.builder.begin(names)
        return self.driver.parse(start, tokens)


@lru_cache(maxsize=1)
def grammar() -> Grammar:
    """The grammar, made on first use."""
    return Grammar()


def _cache(text: str) -> str | bool:
    """A file for Lark's tables, of the user's own and named by the grammar; False where none can be kept."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    digest = hashlib.sha256(f"{sys.version_info[:2]}{text}".encode()).hexdigest()[:16]
    folder = Path(home) / "tagfolk"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return str(folder / f"grammar-{digest}.bin") if os.access(folder, os.W_OK) else False
