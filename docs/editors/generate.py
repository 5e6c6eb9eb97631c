"""Writes the TextMate grammar of rule files from the language's own table of words.

    python docs/editors/generate.py          write vscode/syntaxes/tagfolk.tmLanguage.json anew
    python docs/editors/generate.py --check  exit 1 where it is not what would be written

A TextMate grammar looks at one line and knows no names, so it is a guess where the language is not: a keyword that
is used as a name is coloured as a keyword, and a Chinese keyword of one character only where nothing is glued to it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tagfolk_dsl.keywords import CLAUSES, FUNCTIONS, KEYWORDS, STATEMENTS, UNITS

TARGET = Path(__file__).parent / "vscode" / "syntaxes" / "tagfolk.tmLanguage.json"
_LOGICAL = frozenset(("and", "or", "not"))
_TAGGED = ("has", "lacks", "had", "has_for", "replacing", "withhold")
NAME = r"[A-Za-z_\x{4e00}-\x{9fff}][\w\x{4e00}-\x{9fff}]*"
_HAN = r"[\x{4e00}-\x{9fff}]"


def spellings(keys: Iterable[str] | None = None, rooms: Iterable[str] | None = None) -> list[str]:
    """All spellings of some keywords, by key or by room."""
    wanted = None if keys is None else set(keys)
    found: dict[str, None] = {}
    for keyword in KEYWORDS:
        if (wanted is None or keyword.key in wanted) and (rooms is None or keyword.room in rooms):
            found.update(dict.fromkeys((*keyword.en, *keyword.zh)))
    return list(found)


def words(spelled: Iterable[str]) -> str:
    """A pattern of these words: whole Latin words, Chinese of two characters anywhere, single ones only alone."""
    spelled = sorted(set(spelled), key=lambda word: (-len(word), word))
    latin = [re.escape(word).replace(r"\ ", r"\s+") for word in spelled if word.isascii()]
    chinese = [word for word in spelled if not word.isascii() and len(word) > 1]
    single = [word for word in spelled if not word.isascii() and len(word) == 1]
    parts = []
    if latin:
        parts.append(rf"(?<![\w.])(?:{'|'.join(latin)})(?![\w-])")
    if chinese:
        parts.append(f"(?:{'|'.join(chinese)})")
    if single:
        parts.append(f"(?<!{_HAN})(?:{'|'.join(single)})(?!{_HAN})")
    return "|".join(parts)


def grammar() -> dict[str, Any]:
    """The grammar as VS Code and others read it."""
    statement = "|".join(sorted(spellings(STATEMENTS), key=len, reverse=True))
    clause = "|".join(sorted(spellings(CLAUSES), key=len, reverse=True))
    tagged_en = "|".join(word for word in spellings(_TAGGED) if word.isascii())
    tagged_zh = "|".join(
        sorted((word for word in spellings(_TAGGED) if not word.isascii() and len(word) > 1), key=len, reverse=True)
    )
    units = "|".join(sorted(UNITS, key=len, reverse=True))
    other = spellings(rooms=("statement", "clause", "effect", "expression", "window"))
    functions = spellings(rooms=("function",))
    called = [word for word in functions if not word.isascii() or word in FUNCTIONS]
    return {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "tagfolk",
        "scopeName": "source.tagfolk",
        "fileTypes": ["tags"],
        "patterns": [{"include": f"#{name}"} for name in (
            "comment", "head", "clause", "channel", "text", "regex", "date", "length", "number", "arrow", "tagged",
            "function", "logical", "keyword", "operator",
        )],
        "repository": {
            "comment": {"match": r"(?:^|(?<=\s))#.*$", "name": "comment.line.number-sign.tagfolk"},
            "channel": {"match": r"(?<=notify\s|通知\s)\s*#[\w.-]+", "name": "string.unquoted.channel.tagfolk"},
            "head": {
                "match": rf"^(\x{{feff}}?)({statement})\s*({NAME})?(?=\s*(?:[:：=＝\"“(（]|by\b|按|$))",
                "captures": {
                    "2": {"name": "keyword.declaration.tagfolk"}, "3": {"name": "entity.name.type.tagfolk"},
                },
            },
            "clause": {
                "match": rf"^\s+({clause})(?=[\s\"“])",
                "captures": {"1": {"name": "keyword.other.clause.tagfolk"}},
            },
            "text": {"patterns": [
                {"begin": "\"", "end": "\"|$", "name": "string.quoted.double.tagfolk",
                 "patterns": [{"match": r"\\.", "name": "constant.character.escape.tagfolk"}]},
                {"begin": "“", "end": "”|$", "name": "string.quoted.double.tagfolk"},
            ]},
            "regex": {
                "match": r"(matches|匹配)\s*(/(?:[^/\\]|\\.)*/)",
                "captures": {
                    "1": {"name": "keyword.operator.word.tagfolk"}, "2": {"name": "string.regexp.tagfolk"},
                },
            },
            "date": {
                "match": r"\d{4}-\d\d-\d\d(?:[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?",
                "name": "constant.other.date.tagfolk",
            },
            "length": {
                "match": rf"(\d[\d_]*)\s*({units})(?![A-Za-z_])",
                "captures": {
                    "1": {"name": "constant.numeric.tagfolk"}, "2": {"name": "support.type.unit.tagfolk"},
                },
            },
            "number": {
                "match": r"(?<![\w.])-?\d[\d_]*(?:\.\d+)?(?:[km](?![A-Za-z0-9_])|[万亿千])?[%％]?",
                "name": "constant.numeric.tagfolk",
            },
            "arrow": {
                "match": rf"(->|→)\s*(not\b)?\s*({NAME})?",
                "captures": {
                    "1": {"name": "keyword.operator.arrow.tagfolk"}, "2": {"name": "keyword.operator.logical.tagfolk"},
                    "3": {"name": "entity.name.tag.tagfolk"},
                },
            },
            "tagged": {
                "match": rf"(?:(?<![\w.])({tagged_en})\s+|({tagged_zh})\s*)({NAME})",
                "captures": {
                    "1": {"name": "keyword.operator.word.tagfolk"}, "2": {"name": "keyword.operator.word.tagfolk"},
                    "3": {"name": "entity.name.tag.tagfolk"},
                },
            },
            "function": {
                "match": rf"(?:{words(called)})(?=\s*[(（])",
                "name": "support.function.tagfolk",
            },
            "logical": {"match": words(spellings(_LOGICAL)), "name": "keyword.operator.logical.tagfolk"},
            "keyword": {"match": words([*other, *functions]), "name": "keyword.operator.word.tagfolk"},
            "operator": {
                "match": r"<=|>=|!=|<>|==|\.\.|[-+*/=<>≥≤≠×÷＝＞＜…]", "name": "keyword.operator.tagfolk",
            },
        },
    }  # fmt: skip


def text() -> str:
    """The file's text."""
    return json.dumps(grammar(), ensure_ascii=False, indent=2) + "\n"


def main() -> int:
    """Write or check; gives the exit code."""
    if "--check" in sys.argv[1:]:
        if TARGET.read_text("utf-8") == text():
            return 0
        sys.stderr.write(f"{TARGET.name} is not up to date: run python docs/editors/generate.py\n")
        return 1
    TARGET.write_text(text(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
