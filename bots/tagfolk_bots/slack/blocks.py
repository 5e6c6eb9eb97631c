"""A reply as Slack blocks. A text that Slack could read as markup is sent as plain text, so nothing becomes markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tagfolk_bots.messages import Button, Reply
from tagfolk_bots.shown import pressed, spoken
from tagfolk_bots.slack import limits, table
from tagfolk_bots.slack.text import cut, escape, pieces
from tagfolk_bots.slack.words import say

Block = dict[str, object]
Keep = Callable[[str], str]
"""Keeps a long text and gives a short token for it."""

ACTION = "tagfolk:"
"""Every action id of ours begins so: ``tagfolk:ID:N``."""
REFERENCE = "ref:"
"""A button value that begins so is a token of the state file."""
_TEXT_BLOCKS = 12
Style = Literal["", "bold", "code"]
_MARKS: dict[Style, str] = {"": "", "bold": "*", "code": "`"}
_MARKUP = re.compile(r"[*~`]|(?<!\w)_|_(?!\w)|:[\w+-]+:|^[ \t]*>", re.MULTILINE)
"""What mrkdwn would read: stars, tildes, ticks, underlines at the edge of a word, emoji names, quotes."""
_CARET = re.compile(r"^ *\|[^\n]*\^", re.MULTILINE)
_PRIMARY = {"approve"}
_DANGER = {"wrong", "refuse"}


@dataclass(frozen=True)
class Message:
    """What goes to chat.postMessage and its sisters. ``text`` is what notifications and old clients show."""

    text: str
    blocks: tuple[Block, ...]
    plain_blocks: tuple[Block, ...] | None = None
    """The same without Slack's newer blocks (table), for workspaces that refuse them."""

    def problems(self) -> list[str]:
        """What Slack would refuse in it."""
        found = limits.problems({"text": self.text, "blocks": list(self.blocks)})
        return found + limits.problems({"text": self.text, "blocks": list(self.plain_blocks or ())})


def message(reply: Reply, thread: str, keep: Keep) -> Message:
    """A reply as one message: the sentence, what was understood, the rows, the readings, the buttons.

    ``thread`` is the conversation's thread; it travels in the block ids so that a pressed button finds it again.
    """
    head = _texts(reply)
    rows: list[Block] = []
    plain_rows: list[Block] = []
    if reply.table is not None and reply.table[1]:
        rows, plain_rows = _rows(reply)
    tail = [*_choices(reply, thread, keep), *_buttons(pressed(reply), thread, keep)]
    room = limits.MESSAGE_BLOCKS - len(tail) - max(len(rows), len(plain_rows))
    head = head[:room]
    return Message(
        text=cut(escape(reply.text), 3000) or "…",
        blocks=(*head, *rows, *tail),
        plain_blocks=(*head, *plain_rows, *tail) if rows != plain_rows else None,
    )


def note(text: str) -> Message:
    """A sentence of our own as a message."""
    return Message(text=escape(text), blocks=(words([(text, "")]),))


def words(runs: Sequence[tuple[str, Style]]) -> Block:
    """One section of (text, style) runs: with its styles where the text cannot be taken for markup, else plain.

    >>> words([("12 customers", "bold")])["text"]["text"], words([("a *b*", "bold")])["text"]["type"]
    ('*12 customers*', 'plain_text')
    """
    runs = [(text, style) for text, style in runs if text]
    if all(_unmistakable(text, style) for text, style in runs):
        marked = "".join(_MARKS[style] + escape(text) + _MARKS[style] for text, style in runs)
        if 0 < len(marked) <= limits.SECTION_TEXT:
            return {"type": "section", "text": {"type": "mrkdwn", "text": marked, "verbatim": True}}
    plain = cut("".join(text for text, _ in runs), limits.SECTION_TEXT)
    return {"type": "section", "text": {"type": "plain_text", "text": plain if plain.strip() else "…", "emoji": False}}


def _unmistakable(text: str, style: Style) -> bool:
    """Would Slack read exactly this text, and nothing in it as markup? (Mentions and links are escaped anyway.)"""
    if style == "code":
        return not set("`\n") & set(text) and text == text.strip()
    if style == "bold" and ("\n" in text or text != text.strip()):
        return False
    return _MARKUP.search(text) is None


def lined(text: str) -> Block:
    """A text below an excerpt's caret, or any other: the caret must stand under its word, in a fixed width."""
    return preformatted(text) if _CARET.search(text) else words([(text, "")])


def small(text: str) -> Block:
    """A line in small grey letters."""
    element = {"type": "plain_text", "text": cut(text, limits.FIELD_TEXT), "emoji": False}
    return {"type": "context", "elements": [element]}


def preformatted(text: str) -> Block:
    """Text in a fixed-width font, as it is."""
    shown = text.replace("`", "'")
    while len(escape(shown)) > limits.SECTION_TEXT - 8:
        shown = shown.rpartition("\n")[0] or shown[: limits.SECTION_TEXT // 6]
    return {"type": "section", "text": {"type": "mrkdwn", "text": f"```\n{escape(shown)}\n```", "verbatim": True}}


def button(given: Button, index: int, keep: Keep) -> Block:
    """A button of the conversation; a value longer than Slack takes is kept here and named by a token."""
    value = given.value
    if len(value) > limits.BUTTON_VALUE or value.startswith(REFERENCE):
        value = REFERENCE + keep(value)
    block: Block = {
        "type": "button",
        "action_id": f"{ACTION}{given.id}:{index}"[: limits.ID],
        "text": {"type": "plain_text", "text": cut(given.label, limits.BUTTON_TEXT) or "…", "emoji": False},
        "value": value,
    }
    if given.id in _PRIMARY:
        block["style"] = "primary"
    elif given.id in _DANGER:
        block["style"] = "danger"
    return block


def actions(buttons: Sequence[Button], thread: str, keep: Keep, name: str = "buttons", first: int = 0) -> list[Block]:
    """Rows of buttons, as many blocks as Slack's 25 a block need."""
    blocks: list[Block] = []
    for at in range(0, len(buttons), limits.ACTION_ELEMENTS):
        part = buttons[at : at + limits.ACTION_ELEMENTS]
        elements = [button(given, first + at + index, keep) for index, given in enumerate(part)]
        blocks.append({"type": "actions", "block_id": block_id(thread, f"{name}{at}"), "elements": elements})
    return blocks


def block_id(thread: str, name: str) -> str:
    """An id that carries the thread; unique in a message by ``name``."""
    return f"{name}|{thread}"[: limits.ID]


def thread_of(identifier: str) -> str:
    """The thread that a block id carries, "" if it carries none."""
    return identifier.partition("|")[2]


def _texts(reply: Reply) -> list[Block]:
    """The first line in bold, further lines below it, the understood condition as code."""
    lines = [line.rstrip() for line in spoken(reply).split("\n")]
    first, rest = lines[0], "\n".join(lines[1:]).strip("\n")
    blocks = [words([(part, "bold")]) for part in pieces(first, limits.SECTION_TEXT)] or [words([])]
    understood = reply.answer.get("understood")
    code = understood if isinstance(understood, str) and understood.strip() else ""
    for part in pieces(rest, limits.SECTION_TEXT):
        if _CARET.search(part):
            blocks.append(preformatted(part))
            continue
        before, found, after = part.partition(code) if code else (part, "", "")
        blocks.append(words([(before, ""), (found, "code"), (after, "")]))
    if len(blocks) > _TEXT_BLOCKS:
        blocks = [*blocks[:_TEXT_BLOCKS], small(say("cut", reply.language))]
    return blocks


def _rows(reply: Reply) -> tuple[list[Block], list[Block]]:
    """The rows as a table block and, as a second reading, as lined-up text."""
    columns, rows = reply.table or ((), ())
    native = table.table_block(columns, rows, reply.language)
    lined = preformatted(table.table_text(columns, rows, reply.language))
    below: list[Block] = []
    total = reply.answer.get("value") if reply.answer.get("intent") in ("list", "top") else None
    known = int(total) if isinstance(total, int | float) and total >= len(rows) else len(rows)
    if known > min(len(rows), table.SHOWN):
        shown = min(len(rows), table.SHOWN)
        below.append(small(say("shown", reply.language, shown=f"{shown:,}", total=f"{known:,}")))
    return [native or lined, *below], [lined, *below]


def _choices(reply: Reply, thread: str, keep: Keep) -> list[Block]:
    """The readings of an unclear question: what each would mean, then a button for each."""
    if not reply.choices:
        return []
    choices = reply.choices[: limits.ACTION_ELEMENTS]
    buttons = [Button("ask", choice.text, choice.text) for choice in choices]
    meant = [small(f"{choice.text}: {choice.understood}") for choice in choices if choice.understood][:5]
    asked = spoken(reply).endswith((":", "："))  # the sentence leads to the buttons already
    label = [] if asked else [small(say("readings", reply.language))]
    return [*label, *meant, *actions(buttons, thread, keep, "choices", first=100)]


def _buttons(buttons: Sequence[Button], thread: str, keep: Keep) -> list[Block]:
    return actions(buttons[: 2 * limits.ACTION_ELEMENTS], thread, keep)
