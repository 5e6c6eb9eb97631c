"""Answer → the lines that people read: the figure first, then what it is a figure of."""

from __future__ import annotations

from collections.abc import Callable

from tagfolk_bots.wording.of_customers import explain_lines, profile_lines
from tagfolk_bots.wording.of_groups import (
    breakdown_lines,
    compare_lines,
    count_lines,
    key_name,
    list_lines,
    measure_lines,
    overlap_lines,
    share_lines,
    top_lines,
    trend_lines,
)
from tagfolk_bots.wording.of_names import advice_lines, changes_lines, define_lines, method_lines, quality_lines
from tagfolk_bots.wording.page import Page, day


def lines(page: Page) -> list[str]:
    """All lines of an answer's own part (without what was not used)."""
    found = _HEADS[page.answer.intent](page)
    found += understood(page)
    if page.answer.intent not in ("define", "quality", "method"):
        found.append(foot(page))
    elif page.answer.intent == "method":
        found.append(page.say("foot_bare", as_of=page.answer.as_of, loaded=day(page.answer.loaded_at)))
    return [line for line in found if line]


def foot(page: Page) -> str:
    """As of when, over how many, how fresh."""
    a = page.answer
    of = a.of if a.of is not None else 0
    line = page.say("foot_one" if of == 1 else "foot", as_of=a.as_of, of=page.n(of), loaded=day(a.loaded_at))
    return line if a.run is not None else line + " " + page.say("no_run")


def understood(page: Page) -> list[str]:
    """What was understood, in words and as a condition to copy."""
    a = page.answer
    if a.intent in ("define", "quality", "method", "profile", "explain", "changes") or (
        a.intent == "breakdown" and a.details.get("by") in ("tags", "segments")
    ):
        return []
    said = a.said.get(page.language)
    whole = a.details.get("whole_text")
    found = []
    if a.understood:
        found.append(page.say("understood", said=said or a.understood))
        found.append(page.say("condition", text=a.understood))
    elif a.intent in ("count", "list", "share"):
        found.append(page.say("understood", said=page.say("everybody")))
    if whole:
        found.append(page.say("of_whom", said=f"{a.details['whole_said'].get(page.language) or whole} [{whole}]"))
    return found


_HEADS: dict[str, Callable[[Page], list[str]]] = {
    "advice": advice_lines,
    "breakdown": breakdown_lines,
    "changes": changes_lines,
    "compare": compare_lines,
    "count": count_lines,
    "define": define_lines,
    "explain": explain_lines,
    "list": list_lines,
    "measure": measure_lines,
    "method": method_lines,
    "overlap": overlap_lines,
    "profile": profile_lines,
    "quality": quality_lines,
    "share": share_lines,
    "top": top_lines,
    "trend": trend_lines,
}

__all__ = ["Page", "key_name", "lines"]
