"""The words and signs that the second stage of the lexer knows by what they do."""

from __future__ import annotations

BY_SIGN = {
    "+": "PLUS", "-": "MINUS", "*": "TIMES", "/": "TIMES", "(": "LPAR", ")": "RPAR", ",": "COMMA", ":": "COLON",
    ".": "DOT", "->": "ARROW", "=": "COMPARE", "!=": "COMPARE", "<": "COMPARE", "<=": "COMPARE", ">": "COMPARE",
    ">=": "COMPARE", "..": "DOTS", "%": "SIGN_PERCENT",
}  # fmt: skip
"""Signs → tokens of the grammar."""
COMPARISONS = {
    "is": "=", "eq": "=", "ne": "!=", "ge": ">=", "le": "<=", "gt": ">", "lt": "<", "over": ">", "under": "<",
}  # fmt: skip
"""Keywords that compare."""
TWO_WORDS = {("at", "least"): ">=", ("at", "most"): "<=", ("more", "than"): ">", ("less", "than"): "<"}
ENDS = frozenset((
    "NAME", "NUMBER", "TEXT", "DATE", "INSTANT", "BOOL", "RPAR", "WINDOW", "WITHIN", "DURATION", "PERIODS", "AGO",
    "KNOWN", "CHANGE", "DATEAGE", "NEXT", "RANK", "RANGE", "REGEX", "UNITCOUNT", "FOR", "FOREVER", "OF_FIRST",
    "OTHERWISE", "CHANNEL", "TOPOF_AFTER",
))  # fmt: skip
"""Tokens after which an operand has ended."""
TIMES = frozenset(("WINDOW", "WITHIN", "DURATION", "PERIODS", "NEXT"))
"""A time before its metric leaves the metric due."""
LITERALS = frozenset(("NUMBER", "DATE", "INSTANT", "TEXT"))
AFTER_OPERAND = frozenset((
    "and", "or", "is", "in", "not", "within", "since", "before", "between", "over", "under", "like", "matches",
    "contains", "known", "missing", "fell", "rose", "where", "then", "among", "by", "as", "replacing", "forever",
    "when", "of", "ago", "for", "without", "matching", "directly", "with", "to", "on", "starts", "ends", "ever",
    "eq", "ne", "member", "not_member", "arrow", "recent", "next", "ge", "le", "gt", "lt", "this year",
    "this quarter", "this month", "this week", "today", "yesterday", "last year", "last quarter", "last month",
    "last week",
))  # fmt: skip
"""Keywords that follow an operand: where a name is due they are none unless declared."""
NAMED_BEFORE = frozenset(("=", "!=", "<", "<=", ">", ">=", "."))
"""Before these a word is a name, whatever else it could be."""
MOMENT = {"first": "first", "last": "last", "last()": "last"}
