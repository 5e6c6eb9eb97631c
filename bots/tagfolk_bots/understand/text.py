"""A typed question → tidy text and tokens: Latin words, numbers, single Chinese characters, punctuation."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

_TOKEN = re.compile(r"\d+(?:[,_]\d{3})*(?:\.\d+)?|[^\W\d_]+", re.UNICODE)
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "、": ",", "。": ".", "～": "~", "—": "-", "–": "-"})


@dataclass(frozen=True)
class Token:
    """A piece of the tidy text at [start, end); ``text`` is lower case."""

    text: str
    start: int
    end: int
    kind: Literal["latin", "cjk", "number", "punct"]


def tidy(text: str) -> str:
    """Full-width forms, fancy quotes and runs of white space made plain; control characters dropped.

    >>> tidy("有多少\u3000ＶＩＰ？")
    '有多少 VIP?'
    """
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text)
    return re.sub(r"\s+", " ", text).strip()


def language_of(text: str, default: Literal["en", "zh"] = "en") -> Literal["en", "zh"]:
    """Chinese where its characters weigh at least as much as the Latin words; no letters at all: the default.

    >>> language_of("why is 张三 in it?"), language_of("上海的VIP有多少"), language_of("42", "zh")
    ('en', 'zh', 'zh')
    """
    chinese = len(_CJK.findall(text))
    latin = len(re.findall(r"[A-Za-z]+", text))
    if not chinese and not latin:
        return default
    return "zh" if chinese > latin else "en"


def tokens(text: str) -> list[Token]:
    """The tokens of a tidy text; white space, underscores and hyphens between words are not tokens."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        c = text[at]
        if _CJK.match(c):
            found.append(Token(c, at, at + 1, "cjk"))
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match:
            end = next((i for i in range(at, match.end()) if _CJK.match(text[i])), match.end())
            piece = text[at:end]
            found.append(Token(piece.lower(), at, end, "number" if piece[0].isdigit() else "latin"))
            at = end
            continue
        if not c.isspace() and c not in "_-'":
            found.append(Token(c, at, at + 1, "punct"))
        elif c == "'" and re.match(r"'(s|re|ve|t|m|ll|d)\b", text[at:], re.IGNORECASE):
            end = at + re.match(r"'\w+", text[at:]).end()  # type: ignore[union-attr]
            if found and found[-1].text in ("don", "doesn", "didn", "haven", "hasn", "isn", "aren", "wasn", "weren"):
                found.append(Token("not", at, end, "latin"))
            at = end
            continue
        at += 1
    return found


_KEEP = {
    "this",
    "is",
    "was",
    "has",
    "his",
    "always",
    "plus",
    "gas",
    "across",
    "less",
    "does",
    "us",
    "address",
    "as",
    "yes",
}


def stem(word: str) -> str:
    """A Latin word without its plural ending, for matching only.

    >>> [stem(w) for w in ("purchases", "cities", "boxes", "class", "this", "visits")]
    ['purchase', 'city', 'box', 'class', 'this', 'visit']
    """
    if len(word) < 4 or word in _KEEP or not word.isascii() or word.endswith("ss"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(x|z|ch|sh|ss)es$", word):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("us", "is")):
        return word[:-1]
    return word


def key(phrase: str) -> tuple[str, ...]:
    """A phrase as the dictionary has it: the stems of its tokens."""
    return tuple(stem(t.text) for t in tokens(tidy(phrase)) if t.kind != "punct" or t.text in "%+#$¥€£<>=")
