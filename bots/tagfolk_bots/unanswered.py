"""Replies that hold no figures: asked back, refused, about what can be asked, or impossible."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from tagfolk_engine.query import Desk, NotAllowed, QuestionError

from tagfolk_bots.messages import Button, Choice, Reply
from tagfolk_bots.suggestions import suggestions
from tagfolk_bots.understand import Frame, Reading, filter_text
from tagfolk_bots.wording import say


def blank(text: str, reading: Reading, intent: str, answer: str) -> dict[str, Any]:
    """The ask document of a reply that holds no figures."""
    confidence: Literal["sure", "guess", "none"] = reading.confidence
    return {
        "question": text,
        "language": reading.language,
        "intent": intent,
        "understood": None,
        "answer": answer,
        "columns": [],
        "rows": [],
        "value": None,
        "chart": None,
        "choices": [],
        "unused": list(reading.unused),
        "confidence": confidence,
        "as_of": None,
        "run": None,
    }


def with_facts(desk: Desk, data: dict[str, Any]) -> dict[str, Any]:
    """The document with the T and number of the latest run, where there is one."""
    try:
        facts = desk.facts()
    except QuestionError:
        return data
    return data | {"as_of": facts["as_of"], "run": facts["run"]}


def clarify(desk: Desk, text: str, reading: Reading) -> Reply:
    """What was not understood, with readings to choose from or questions that work."""
    language = reading.language
    said: list[str] = []
    choices: list[Choice] = []
    if reading.why == "left_over":
        said.append(say("left_over", language, words=", ".join(reading.unused)))
    elif reading.why == "unclear":
        said.append(say("unclear", language))
    else:
        said.append(say("nothing", language))
    for words, frame in reading.choices:
        if reading.why == "nothing":
            continue
        choices.append(Choice(words, understood(frame)))
    if reading.why == "nothing" and reading.choices:
        said.append(say("near", language, words=", ".join(w for w, _ in reading.choices)))
    if reading.why in ("nothing", ""):
        said.append(say("try", language))
        choices += [Choice(s, "") for s in suggestions(desk.lexicon(), language)]
    said += [f"  {i}. {c.text}" + (f"  [{c.understood}]" if c.understood else "") for i, c in enumerate(choices, 1)]
    data = with_facts(desk, blank(text, replace(reading, confidence="none"), "clarify", "\n".join(said)))
    data["choices"] = [{"text": c.text, "understood": c.understood or None} for c in choices]
    buttons = tuple(Button("ask", c.text[:75], c.text) for c in choices[:5])
    return Reply("\n".join(said), data, language, choices=tuple(choices), buttons=buttons)


def understood(frame: Frame) -> str:
    """A frame's filter as a condition of the language."""
    return filter_text((*frame.whole, *frame.groups)) or ""


def about(desk: Desk, text: str, reading: Reading) -> Reply:
    """What it can be asked, or that it does not do that."""
    language = reading.language
    said = [say("refuse_action" if reading.frame.intent == "refuse" else "help", language), say("try", language)]
    choices = tuple(Choice(s, "") for s in suggestions(desk.lexicon(), language))
    said += [f"  {i}. {c.text}" for i, c in enumerate(choices, 1)]
    confidence: Literal["sure", "none"] = "none" if reading.frame.intent == "refuse" else "sure"
    data = with_facts(
        desk, blank(text, replace(reading, confidence=confidence, unused=()), reading.frame.intent, "\n".join(said))
    )
    data["choices"] = [{"text": c.text, "understood": None} for c in choices]
    buttons = tuple(Button("ask", c.text[:75], c.text) for c in choices)
    return Reply("\n".join(said), data, language, choices=choices, buttons=buttons)


def refused(desk: Desk, text: str, reading: Reading, refusal: NotAllowed) -> Reply:
    """Something the asker may not see."""
    language = reading.language
    said = say("not_allowed", language, needs=say(f"role_{refusal.needs.name.lower()}", language))
    data = with_facts(desk, blank(text, replace(reading, confidence="sure"), "refuse", said))
    return Reply(said, data, language)


def cannot(desk: Desk, text: str, reading: Reading, error: QuestionError) -> Reply:
    """A question that was understood and cannot be answered, with the reason."""
    language = reading.language
    arguments: dict[str, Any] = dict(error.arguments)
    choices: tuple[Choice, ...] = ()
    code = error.code
    if code == "not_allowed":
        said = say(code, language, needs=say(f"role_{arguments['needs']}", language))
        data = with_facts(desk, blank(text, replace(reading, confidence="sure"), "refuse", said))
        return Reply(said, data, language)
    if code == "many_customers":
        frame = reading.frame
        choices = (
            tuple(Choice(text.replace(arguments["customer"], i), "") for i in arguments["ids"][:5])
            if frame.customer
            else ()
        )
    if code in ("wrong_condition", "failed"):
        arguments["message"] = error.message.get(language) or arguments.get("text", "")
    said = say(code, language, **arguments)
    said = "\n".join([said, *(f"  {i}. {c.text}" for i, c in enumerate(choices, 1))])
    data = with_facts(desk, blank(text, replace(reading, confidence="none"), "clarify", said))
    data["choices"] = [{"text": c.text, "understood": None} for c in choices]
    data["reason"] = code
    return Reply(said, data, language, choices=choices)
