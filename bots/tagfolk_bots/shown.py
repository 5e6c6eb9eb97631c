"""A reply where readings are buttons: what a text terminal needs besides is left out."""

from __future__ import annotations

import re

from tagfolk_bots.messages import Button, Reply

_NUMBERED = re.compile(r"^\s*\d+\.\s+(.*)$")


def spoken(reply: Reply) -> str:
    r"""The text without the numbered list of readings, which are shown as buttons.

    >>> from tagfolk_bots.messages import Choice
    >>> spoken(Reply("Which?\n  1. in Shanghai  [city = 1]", {}, "en", choices=(Choice("in Shanghai", "city = 1"),)))
    'Which?'
    """
    readings = [choice.text for choice in reply.choices]

    def listed(line: str) -> bool:
        found = _NUMBERED.match(line)
        return found is not None and any(found[1].startswith(reading) for reading in readings)

    return "\n".join(line for line in reply.text.split("\n") if not listed(line)).strip()


def pressed(reply: Reply) -> tuple[Button, ...]:
    """The buttons without those that only repeat a reading."""
    readings = {choice.text for choice in reply.choices}
    return tuple(button for button in reply.buttons if button.id != "ask" or button.value not in readings)
