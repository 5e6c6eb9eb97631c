"""Every code that a rule file can be told: what it means and how to mend it, in English and Chinese.

``tagfolk check --explain T021`` prints an entry; the documentation is made from the same table. Syntax T001–T019,
T020–T039 names, T040–T059 types, T060–T079 structure, W001–W049 warnings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from tagfolk_dsl.codes_names import NAME_CODES
from tagfolk_dsl.codes_structure import STRUCTURE_CODES
from tagfolk_dsl.codes_types import TYPE_CODES
from tagfolk_dsl.codes_warnings import WARNING_CODES
from tagfolk_dsl.syntax_codes import SYNTAX_CODES
from tagfolk_dsl.syntax_codes import SyntaxCode as Code

__all__ = ["CODES", "Code", "explain", "severity"]

CODES: Mapping[str, Code] = {
    **SYNTAX_CODES, **NAME_CODES, **TYPE_CODES, **STRUCTURE_CODES, **WARNING_CODES,
}  # fmt: skip
"""Code → its entry, in the order of the codes."""


def severity(code: str) -> Literal["error", "warning"]:
    """Whether a code stops a run: T-codes do, W-codes do not."""
    return "warning" if code.startswith("W") else "error"


def explain(code: str, language: str = "en") -> str | None:
    """An entry as people read it; None for a code that does not exist.

    >>> print(explain("T021"))
    T021  unknown event
    An event is due here, and no event of the workspace has this name.
    What to do: Take the name that the hint proposes, or add the event to tagfolk.toml.
    """
    entry = CODES.get(code.upper())
    if entry is None:
        return None
    if language == "zh":
        return f"{code.upper()}  {entry.title_zh}\n{entry.meaning_zh}\n怎么改：{entry.mend_zh}"
    return f"{code.upper()}  {entry.title}\n{entry.meaning}\nWhat to do: {entry.mend}"
