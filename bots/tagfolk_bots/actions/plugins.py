"""Kinds of question that plugins answer, and a language model's guess at what was not understood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tagfolk_engine.query import plugged, translated

from tagfolk_bots.actions.asker import Asker
from tagfolk_bots.messages import Button, Choice, Language, Reply
from tagfolk_bots.understand import Reading, filter_text


def extra(asker: Asker, text: str, read: Callable[[str], Reading], language: Language) -> Reply | None:
    """A plugin's answer, where the question has one of its phrases. Rows go to the asker alone."""

    def condition(rest: str) -> str | None:
        reading = read(rest)
        return filter_text(reading.frame.groups) if reading.confidence != "none" or reading.frame.groups else None

    found = plugged(asker.desk, text, condition, asker.role)
    if found is None:
        return None
    said = found.text.get(language) or next(iter(found.text.values()), "")
    table = (found.columns, found.rows) if found.rows and found.columns else None
    asked = replace(asker, language=language)
    return asked.reply("measure", said, understood=found.condition, table=table, value=found.value,
                       private=bool(table) and not asker.incoming.private)  # fmt: skip


def guessed(asker: Asker, text: str, reply: Reply) -> Reply:
    """The question back to the asker with a model's reading as the first choice; as it was where there is none."""
    condition = translated(asker.desk, text)
    if condition is None or any(choice.understood == condition for choice in reply.choices):
        return reply
    choices = (Choice(condition, condition), *reply.choices)
    numbered = [line for line in reply.text.split("\n") if not line.startswith("  ")]
    said = [numbered[0], replace(asker, language=reply.language).say("model_guess"), f"  1. {condition}"]
    said += [*numbered[1:], *(f"  {i}. {c.text}" for i, c in enumerate(choices[1:], 2))]
    answer = {**reply.answer, "answer": "\n".join(said)}
    answer["choices"] = [{"text": c.text, "understood": c.understood or None} for c in choices]
    buttons = (Button("ask", condition[:75], condition), *reply.buttons)
    return replace(reply, text="\n".join(said), answer=answer, choices=choices, buttons=buttons)
