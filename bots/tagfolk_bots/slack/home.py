"""The App Home: sizes of segments and tags, what changed, how fresh the data is, and questions to press."""

from __future__ import annotations

from collections.abc import Sequence

from tagfolk_bots.cells import show
from tagfolk_bots.messages import Button, HomeView, Language, Row
from tagfolk_bots.slack import limits
from tagfolk_bots.slack.blocks import Block, Keep, actions, small, words
from tagfolk_bots.slack.text import cut
from tagfolk_bots.slack.words import say

_SHOWN = 20


def home_view(view: HomeView | None, user: str, keep: Keep, language: Language = "en") -> Block:
    """The view for views.publish; without data it says so and how to ask."""
    if view is not None:
        language = view.language
    blocks: list[Block] = [_header(say("home_title", language))]
    if view is None or view.run is None:
        blocks.append(words([(say("home_empty", language), "")]))
    else:
        customers = show(view.customers, "customers", language)
        line = say("home_customers", language, n=customers, as_of=view.as_of or "")
        blocks.append(words([(line, "bold")]))
        if view.freshness:
            blocks.append(small(view.freshness))
        blocks += _sizes(say("home_segments", language), view.segments, language)
        blocks += _sizes(say("home_tags", language), view.tags, language)
        blocks += _changes(view, language)
    blocks += _questions(view, user, keep, language)
    return {"type": "home", "blocks": blocks[: limits.VIEW_BLOCKS]}


def _header(text: str) -> Block:
    words = {"type": "plain_text", "text": cut(text, limits.HEADER_TEXT), "emoji": False}
    return {"type": "header", "text": words}


def _sizes(title: str, rows: Sequence[Row], language: Language) -> list[Block]:
    """Name and size, two columns of fields; ten fields a section."""
    if not rows:
        return []
    blocks: list[Block] = [{"type": "divider"}, _header(title)]
    fields: list[Block] = []
    for row in rows[:_SHOWN]:
        name, label, customers, change = row[0], row[1], row[2], row[3]
        moved = f" ({change:+,})" if isinstance(change, int) and not isinstance(change, bool) and change else ""
        heading = f"{label} · {name}" if label and label != name else str(name)
        text = cut(f"{heading}\n{show(customers, 'customers', language)}{moved}", limits.FIELD_TEXT)
        fields.append({"type": "plain_text", "text": text, "emoji": False})
    for at in range(0, len(fields), limits.SECTION_FIELDS):
        blocks.append({"type": "section", "fields": fields[at : at + limits.SECTION_FIELDS]})
    if len(rows) > _SHOWN:
        blocks.append(small(say("home_more", language, n=len(rows) - _SHOWN)))
    return blocks


def _changes(view: HomeView, language: Language) -> list[Block]:
    lines = [
        say("entered_left", language, tag=row[0], entered=show(row[1], "n", language), left=show(row[2], "n", language))
        for row in view.changes[:_SHOWN]
    ]
    text = "\n".join(lines) or say("home_no_changes", language)
    return [{"type": "divider"}, _header(say("home_changes", language)), words([(text, "")])]


def _questions(view: HomeView | None, user: str, keep: Keep, language: Language) -> list[Block]:
    asked = view.questions if view is not None and view.questions else tuple(say("examples", language).split("\n"))
    buttons = [Button("ask", question, question) for question in asked[:5]]
    buttons.append(Button("propose", say("home_propose", language), ""))
    title = _header(say("home_ask", language))
    return [{"type": "divider"}, title, *actions(buttons, f"home:{user}", keep, "home")]
