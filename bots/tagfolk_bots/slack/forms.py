"""The forms (modals): a name for a segment, a schedule, what is wrong, and a rule with its live preview."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from tagfolk_bots.messages import ASKING, Language, Reply
from tagfolk_bots.slack import limits
from tagfolk_bots.slack.blocks import Block, Keep, lined, words
from tagfolk_bots.slack.delivery import Place
from tagfolk_bots.slack.text import cut, pieces
from tagfolk_bots.slack.words import say

CALLBACK = "tagfolk:form:"
FORMS = ASKING | {"propose"}
"""The actions that ask something before they go to the conversation."""
LIVE = "tagfolk:live"
"""The action of the rule's input: each pause in typing renews the preview."""
_LONG = {"wrong", "propose"}
_INPUT = "typed"


@dataclass(frozen=True)
class Context:
    """What a form must remember: where it was opened and the value of the button that opened it."""

    channel: str
    user: str
    thread: str
    reply_to: str | None
    direct: bool
    alone: bool
    value: str
    language: Language

    def place(self) -> Place:
        """Where the answer to the form goes: to the asker, where it was opened."""
        alone = not self.direct
        return Place(self.channel, self.user, self.thread, self.reply_to, self.direct, alone, active=True)


def context(place: Place, value: str, language: Language) -> Context:
    """The context of a form opened at a place."""
    return Context(place.channel, place.user, place.thread, place.reply_to, place.direct, place.alone, value, language)


def form(kind: str, given: Context, keep: Keep, preview: Reply | str = "", typed: str = "") -> Block:
    """The view of a form. ``preview`` is what a rule would do, ``typed`` what the input holds already."""
    language = given.language
    element: Block = {
        "type": "plain_text_input",
        "action_id": LIVE if kind == "propose" else _INPUT,
        "multiline": kind in _LONG,
        "max_length": 2000,
    }
    if typed:
        element["initial_value"] = cut(typed, 2000)
    if kind == "propose":
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    block: Block = {
        "type": "input",
        "block_id": _INPUT,
        "label": _plain(say(f"{kind}_label", language)),
        "hint": _plain(say(f"{kind}_hint", language)),
        "element": element,
    }
    blocks = [block]
    if kind == "propose":
        block["dispatch_action"] = True
        blocks += _preview(preview, language)
    return {
        "type": "modal",
        "callback_id": CALLBACK + kind,
        "title": _plain(cut(say(kind, language), limits.VIEW_TITLE)),
        "submit": _plain(say("send", language)),
        "close": _plain(say("cancel", language)),
        "private_metadata": _pack(given, keep),
        "blocks": blocks,
    }


def read_context(view: Mapping[str, object], kept: Callable[[str], str | None]) -> Context:
    """The context that a view carries; ``kept`` finds a value that was too long to travel."""
    data = json.loads(str(view.get("private_metadata") or "{}"))
    token = data.pop("token", None)
    if token is not None:
        data["value"] = kept(token) or ""
    return Context(**data)


def typed_text(view: Mapping[str, object]) -> str:
    """What was typed into the form."""
    state = view.get("state")
    values = state.get("values", {}) if isinstance(state, Mapping) else {}
    for block in values.values():
        for element in block.values():
            value = element.get("value")
            if isinstance(value, str):
                return value.strip()
    return ""


def _pack(given: Context, keep: Keep) -> str:
    data = asdict(given)
    text = json.dumps(data, ensure_ascii=False)
    if len(text) > limits.PRIVATE_METADATA:
        data["token"] = keep(given.value)
        data["value"] = ""
        text = json.dumps(data, ensure_ascii=False)
    return text


def _preview(preview: Reply | str, language: Language) -> list[Block]:
    text = preview if isinstance(preview, str) else preview.text
    parts = pieces(text or say("preview_wait", language), limits.SECTION_TEXT)[:5]
    return [{"type": "divider"}, words([(say("preview", language), "bold")]), *(lined(part) for part in parts)]


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
