"""What people do in the chat besides asking: propose rules, save segments, say what is wrong, subscribe."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from tagfolk_engine.query import QuestionError, Role

from tagfolk_bots.actions import feedback, propose, roles, subscribe, who
from tagfolk_bots.actions.asker import Asker
from tagfolk_bots.actions.typed import Act, act_of
from tagfolk_bots.actions.who import act_of_who
from tagfolk_bots.actions.words import WORDS
from tagfolk_bots.messages import Button, Reply
from tagfolk_bots.understand import Frame

DOERS: Mapping[str, Callable[[Asker, Act], Reply]] = {
    "propose": propose.propose,
    "submit_rule": propose.propose,
    "pending": propose.pending,
    "approve": propose.decide,
    "refuse": propose.decide,
    "save_segment": propose.save_segment,
    "wrong": feedback.verdict,
    "right": feedback.verdict,
    "verdict": feedback.verdict,
    "remarks": feedback.remarks,
    "close": feedback.close,
    "work_list": feedback.work_list,
    "accept": feedback.accept,
    "subscribe": subscribe.subscribe,
    "watch_tag": subscribe.watch_tag,
    "watch_customer": subscribe.watch_customer,
    "subscriptions": subscribe.listed,
    "pause": subscribe.change,
    "resume": subscribe.change,
    "delete": subscribe.change,
    "which": who.which,
    "grant": roles.grant,
    "revoke": roles.revoke,
    "grants": roles.listed,
}

_GROUPS = ("count", "list")
_SILENT = ("clarify", "refuse", "help", "define", "quality")


def do(asker: Asker, act: Act) -> Reply:
    """Do it. Raises QuestionError with a code that is not of these words."""
    try:
        return DOERS[act.kind](asker, act)
    except QuestionError as error:
        if error.code not in WORDS:
            raise
        return asker.reply("clarify", asker.say(error.code, **error.arguments))


def offers(asker: Asker, frame: Frame, reply: Reply, number: int | None, *, follows: bool) -> tuple[Button, ...]:
    """The buttons under an answer: save its group, ask it again, say that it is wrong. ``follows``: the question
    means nothing without those before it, so that its parts travel with it."""
    intent = reply.answer.get("intent")
    if intent in _SILENT or asker.incoming.action == "again":
        return ()
    found: list[Button] = []
    understood = reply.answer.get("understood")
    if intent in _GROUPS and isinstance(understood, str) and understood and not frame.at:
        found.append(Button("save_segment", asker.say("b_save_segment"), understood))
    if intent not in ("explain", "profile"):
        parts = {k: v for k, v in frame.as_json().items() if v} if follows else None
        found.append(Button("subscribe", asker.say("b_subscribe"), _packed(q=asker.incoming.text, f=parts)))
    if intent == "explain" and frame.tag and asker.own >= Role.ANALYST:
        named = _packed(q=number, c=frame.customer, t=frame.tag)
        found.append(Button("right", asker.say("b_right"), named))
        found.append(Button("wrong", asker.say("b_wrong"), named))
    else:
        found.append(Button("wrong", asker.say("b_wrong"), _packed(q=number)))
    return tuple(found)


def _packed(**values: object) -> str:
    return json.dumps({k: v for k, v in values.items() if v is not None or k == "q"}, ensure_ascii=False,
                      separators=(",", ":"))  # fmt: skip


__all__ = ["Act", "Asker", "act_of", "act_of_who", "do", "offers"]
