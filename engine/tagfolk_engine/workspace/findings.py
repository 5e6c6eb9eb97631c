"""Making diagnostics for ``tagfolk.toml``: nearest names, kinds of values in words, both languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.tree import Span


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like ``name``, if one is near.

    >>> nearest("timezne", ["timezone", "name"])
    'timezone'
    """
    from rapidfuzz import fuzz, process, utils

    found = process.extractOne(name, list(known), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=60)
    return str(found[0]) if found else None


def suggestion(name: str, known: Sequence[str], what: str, what_zh: str) -> tuple[str, str, str | None]:
    """The hint after an unknown name, in English and Chinese, and the name to put there instead."""
    near = nearest(name, known)
    listed = ", ".join(sorted(known)[:12]) + (" …" if len(known) > 12 else "")
    english = (f"did you mean '{near}'? " if near else "") + (f"{what}: {listed}" if known else f"there are no {what}")
    chinese = (f"是不是 '{near}'？" if near else "") + (f"{what_zh}：{listed}" if known else f"没有{what_zh}")
    return english, chinese, near


def finding(
    code: str, span: Span, message: str, message_zh: str, hint: str = "", hint_zh: str = "",
    *, severity: Literal["error", "warning"] = "error", replacement: str | None = None,
) -> Diagnostic:  # fmt: skip
    """A diagnostic in both languages."""
    return Diagnostic(code, span, message, hint, severity, message_zh, hint_zh, replacement)


_KINDS: dict[str, tuple[str, str]] = {
    "string_type": ("a text", "文本"),
    "list_type": ("a list", "列表"),
    "dict_type": ("a table", "表"),
    "mapping_type": ("a table", "表"),
    "model_type": ("a table", "表"),
    "model_attributes_type": ("a table", "表"),
    "bool_type": ("true or false", "true 或 false"),
    "bool_parsing": ("true or false", "true 或 false"),
    "int_type": ("a whole number", "整数"),
    "int_parsing": ("a whole number", "整数"),
    "int_from_float": ("a whole number", "整数"),
    "float_type": ("a number", "数字"),
    "float_parsing": ("a number", "数字"),
}


def kind_in_words(error_type: str) -> tuple[str, str] | None:
    """What pydantic's error type says was expected, in words; None where it is not about the kind of a value."""
    return _KINDS.get(error_type)


def shown(value: Any) -> str:
    """A value as TOML shows it, cut."""
    text = {True: "true", False: "false"}.get(value, repr(value)) if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
