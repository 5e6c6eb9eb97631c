"""First stage of the lexer: one line of text → words, numbers, texts, dates and signs with their places."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from tagfolk_dsl.keywords import CHINESE, ENGLISH, ENGLISH_OF
from tagfolk_dsl.lexer.token import Token
from tagfolk_dsl.names import Names
from tagfolk_dsl.syntax_errors import SyntaxProblem
from tagfolk_dsl.tree import Span

LONGEST_LINE = 200_000

_PATTERN = re.compile(
    r"""[\s\ufeff]*+(?:
    (?P<word>half-yearly\b|[A-Za-z_][A-Za-z0-9_]*)
    |(?P<INSTANT>\d{4}-\d\d-\d\d[T\ ]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)
    |(?P<DATE>\d{4}-\d\d-\d\d(?!\d))
    |(?P<NUMBER>\d[\d_]*(?:\.\d+)?(?:[km](?![A-Za-z0-9_])|[万亿千])?[%％]?)
    |(?P<han>[^\W\d]\w*)
    |(?P<TEXT>"(?:[^"\\]++|\\.)*+"|“[^”]*+”)
    |(?P<sign>->|>=|<=|!=|<>|==|\.\.|…|[-+*/=<>(),:.%→≥≤≠×÷＝＞＜（），：、])
    |(?P<comment>\#.*)
    |(?P<end>\Z)
    |(?P<bad>.))""",
    re.VERBOSE | re.DOTALL,
)
_RUN = re.compile(r"\w+")
_CHANNEL = re.compile(r"#[\w.-]+")
_REGEX = re.compile(r"/((?:[^/\\]++|\\.)*+)/")
_SIGNS = {
    "→": "->",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "<>": "!=",
    "==": "=",
    "×": "*",
    "÷": "/",
    "＝": "=",
    "＞": ">",
    "＜": "<",
    "（": "(",
    "）": ")",
    "，": ",",
    "、": ",",
    "：": ":",
    "…": "..",
}
_SCALES = {"k": 1000, "m": 1_000_000, "千": 1000, "万": 10_000, "亿": 100_000_000}
_VALUE_AFTER = frozenset(("=", "!=", ">", "<", ">=", "<=", "->"))
_VALUE_KEYS = frozenset(("eq", "ne", "has", "lacks", "had", "zh_no", "withhold", "replacing", "arrow", "is"))
_COUNTERS = frozenset(("unit", "times", "places", "pieces"))
_CUTS = frozenset("且或则是")
PERIODS = frozenset(word for word in ENGLISH_OF if word.startswith(("this ", "last "))) | {"today", "yesterday"}


class Words:
    """Cuts lines into words. One object serves one file."""

    def __init__(self, path: str, names: Names) -> None:
        self.path = path
        self.names = names
        self.known = names.words
        self.chinese = names.chinese
        self.comments: list[tuple[int, int, str, bool]] = []
        self.problems: list[SyntaxProblem] = []
        self.run_end = 0

    def line(self, text: str, number: int) -> list[Token]:
        """The tokens of one line. What cannot be read is noted in ``problems`` and left out."""
        if len(text) > LONGEST_LINE:
            self._problem(
                "T018",
                number,
                0,
                1,
                f"the line is too long ({len(text):,} characters; at most {LONGEST_LINE:,})",
                f"这一行过长（{len(text):,} 个字符，最多 {LONGEST_LINE:,}）",
            )
            return []
        out: list[Token] = []
        self.run_end = 0
        path, match = self.path, _PATTERN.match
        at, end = 0, len(text)
        bad = -1
        while at < end:
            if at < self.run_end and not text[at].isdigit():
                at = self._run(text, at, number, out)
                continue
            found = cast("re.Match[str]", match(text, at))
            kind = cast(str, found.lastgroup)
            at, stop = found.span(kind)
            raw = text[at:stop]
            if kind == "word":
                if stop < end and text[stop] > "\x7f" and text[stop].isalnum():
                    at = self._run(text, at, number, out)
                    continue
                known = raw in self.known
                key = ENGLISH.get(raw, "")
                if not key and not known:
                    lower = raw.lower()
                    key = ENGLISH.get(lower, "") if raw != lower else ""
                out.append(Token("WORD", raw, Span(path, number, at + 1, number, stop + 1), key, known, raw))
            elif kind == "sign":
                if raw == "/" and out and out[-1].key == "matches":
                    stop = self._pattern(text, at, number, out)
                else:
                    sign = _SIGNS.get(raw, raw)
                    key = "arrow" if sign == "->" else ""
                    out.append(Token(sign, sign, Span(path, number, at + 1, number, stop + 1), key, False, raw))
            elif kind == "han":
                at = self._run(text, at, number, out)
                continue
            elif kind == "end":
                break
            elif kind == "bad":
                at = bad = self._unread(text, at, number, out, bad)
                continue
            elif kind == "comment":
                if at and not text[at - 1].isspace():
                    self._problem(
                        "T009",
                        number,
                        at,
                        stop,
                        "a '#' directly after a word opens no comment",
                        "紧跟在词后的“#”不是注释",
                        "put a space before '#'",
                        "在“#”前加空格",
                    )
                elif out and out[-1].key == "notify" and (channel := _CHANNEL.match(text, at)):
                    stop = channel.end()
                    span = Span(path, number, at + 1, number, stop + 1)
                    out.append(Token("CHANNEL", channel[0], span, "", False, channel[0]))
                    at = stop
                    continue
                self.comments.append((number, at + 1, text[at:].rstrip(), not out))
                break
            else:
                self._literal(kind, raw, Span(path, number, at + 1, number, stop + 1), out)
            at = stop
        return out

    def _literal(self, kind: str, raw: str, span: Span, out: list[Token]) -> None:
        value: object = raw
        try:
            if kind == "NUMBER":
                value = number_value(raw)
            elif kind == "DATE":
                value = date.fromisoformat(raw)
            elif kind == "INSTANT":
                value = instant_value(raw)
            else:
                value = re.sub(r"\\(.)", r"\1", raw[1:-1])
        except (ValueError, ArithmeticError):
            self._problem(
                "T010",
                span.line,
                span.column - 1,
                span.end_column - 1,
                f"there is no number or date '{raw}'",
                f"没有这样的数字或日期“{raw}”",
                "dates are written 2024-01-31",
                "日期写成 2024-01-31",
            )
            if kind == "NUMBER":
                value = Decimal(0)
            elif kind == "DATE":
                value = date(2000, 1, 1)
            else:
                value = datetime(2000, 1, 1)  # local time of the workspace
        out.append(Token(kind, value, span, "", False, raw))

    def _pattern(self, text: str, at: int, number: int, out: list[Token]) -> int:
        found = _REGEX.match(text, at)
        stop = found.end() if found else len(text)
        if not found:
            self._problem(
                "T008",
                number,
                at,
                stop,
                "the regular expression is not closed",
                "正则表达式没有结束",
                "end it with '/'",
                "以“/”结尾",
            )
        value = found[1].replace("\\/", "/") if found else ""
        out.append(Token("REGEX", value, Span(self.path, number, at + 1, number, stop + 1), "", False, text[at:stop]))
        return stop

    def _unread(self, text: str, at: int, number: int, out: list[Token], bad: int) -> int:
        """A character that begins nothing: an unclosed quote takes the rest of the line, anything else itself."""
        character = text[at]
        if character in '"“':
            self._problem(
                "T008",
                number,
                at,
                len(text),
                "the quoted text is not closed",
                "引号没有结束",
                "end it with '\"' on the same line",
                "在同一行用引号结尾",
            )
            rest = text[at + 1 :].rstrip()
            out.append(
                Token("TEXT", rest, Span(self.path, number, at + 1, number, len(text) + 1), "", False, text[at:])
            )
            return len(text)
        if at != bad:
            shown = character if character.isprintable() else f"U+{ord(character):04X}"
            english, chinese = "take it away, or quote the text", "去掉它，或给文本加引号"
            if character in "'‘’`":
                english, chinese = "text is quoted with double quotes", "文本用双引号"
            self._problem(
                "T009",
                number,
                at,
                at + 1,
                f"the language has no use for the character '{shown}'",
                f"无法识别的字符“{shown}”",
                english,
                chinese,
            )
        return at + 1

    def _run(self, text: str, at: int, number: int, out: list[Token]) -> int:
        """The next word of a run that holds Chinese: the longest known word here, or an unknown one."""
        end = self.run_end
        if end <= at:
            found = _RUN.match(text, at)
            end = self.run_end = found.end() if found else at + 1
        before = out[-1] if out else None
        wants_value = before is not None and (before.type in _VALUE_AFTER or before.key in _VALUE_KEYS)
        stop, key, known = self._longest(text, at, end)
        if stop == at + 1 and key and not known and not self._stands(text, at, end, key, before):
            stop = 0
        if stop and wants_value and not known and not self._fits_value(text, at, stop, end, key):
            stop = 0
        if not stop:
            key, known = "", False
            stop = self._unknown_end(text, at, end)
        word = text[at:stop]
        if not key and not known and word.isascii():
            key, known = ENGLISH.get(word, ""), word in self.known
        out.append(Token("WORD", word, Span(self.path, number, at + 1, number, stop + 1), key, known, word))
        return stop

    def _fits_value(self, text: str, at: int, stop: int, end: int, key: str) -> bool:
        """Whether a keyword right after '=', '->' or 有 is meant as one: values and tags not known yet may begin so."""
        if stop == end:
            return True
        if text[stop].isdigit() or key in PERIODS:
            return True
        return stop - at > 1 or self._longest(text, stop, end)[0] > 0

    def _stands(self, text: str, at: int, end: int, key: str, before: Token | None) -> bool:
        """Whether a keyword of one character is one here, and not the beginning of an unknown word such as 名字."""
        if key in _COUNTERS:
            return before is not None and before.type == "NUMBER"
        if key in ("mid", "inside"):
            return before is not None and before.key == "unit"
        if before is not None and (text[at] in _CUTS or (key == "front" and before.key == "unit")):
            return True
        if key == "elapsed" and at + 1 < end:
            return any(text.find(count, at, end) > 0 for count in ("天数", "周数", "月数", "年数"))
        return at + 1 == end or text[at + 1].isdigit() or self._longest(text, at + 1, end)[0] > 0

    def _longest(self, text: str, at: int, end: int) -> tuple[int, str, bool]:
        """(end, keyword, declared) of the longest known word at ``at``, or (0, "", False)."""
        for word in self.chinese.get(text[at], ()):
            if text.startswith(word, at) and at + len(word) <= end:
                known = word in self.known
                return at + len(word), CHINESE.get(word, ""), known
        if text[at].isascii():
            stop = at
            while stop < end and text[stop].isascii():
                stop += 1
            word = text[at:stop]
            if word in self.known or word in ENGLISH:
                return stop, ENGLISH.get(word, ""), word in self.known
        return 0, "", False

    def _unknown_end(self, text: str, at: int, end: int) -> int:
        """Where an unknown run ends: before a known word of two characters or more, or a joining one such as 且."""
        stop = at + 1
        while stop < end:
            if text[stop] in _CUTS:
                break
            for word in self.chinese.get(text[stop], ()):
                if len(word) > 1 and text.startswith(word, stop):
                    return stop
            stop += 1
        return stop

    def _problem(
        self,
        code: str,
        line: int,
        start: int,
        stop: int,
        message: str,
        message_zh: str,
        hint: str = "",
        hint_zh: str = "",
    ) -> None:
        span = Span(self.path, line, start + 1, line, max(stop, start + 1) + 1)
        self.problems.append(SyntaxProblem(code, span, message, message_zh, hint, hint_zh))


def number_value(raw: str) -> Decimal:
    """``10k``, ``1.5m``, ``10万``, ``100_000``, ``60%`` as a number (percentages are fractions)."""
    digits = raw.replace("_", "")
    if len(digits) > 300:
        raise ValueError(raw)
    percent = digits[-1] in "%％"
    if percent:
        digits = digits[:-1]
    scale = _SCALES.get(digits[-1])
    value = Decimal(digits[:-1]) * scale if scale else Decimal(digits)
    if scale and value == value.to_integral_value():
        value = value.to_integral_value()
    return value / 100 if percent else value


def instant_value(raw: str) -> datetime:
    """An instant as written: naive, or with its offset."""
    day, _, clock = raw.replace(" ", "T").partition("T")
    return datetime.fromisoformat(f"{day}T{clock.zfill(5) if clock[1:2] == ':' and len(clock) < 5 else clock}")
