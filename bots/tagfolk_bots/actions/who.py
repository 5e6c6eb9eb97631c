"""Which customer a message speaks of, for the shortcut "who is this customer?"."""

from __future__ import annotations

import re

from tagfolk_engine.query import Desk, QuestionError

from tagfolk_bots.actions.asker import Asker
from tagfolk_bots.actions.typed import Act
from tagfolk_bots.messages import Button, Choice, Reply

_MANY = 5
_ID = re.compile(r"[\w.+-]+[:@][\w.+:-]+|\+?\d[\d -]{4,}\d|\d{3,}")


def customers_in(desk: Desk, text: str) -> list[str]:
    """What finds the customers that a text names, in the order of the text: the text itself where it is a customer,
    else names and ids in it."""
    text = text.strip()
    if not text:
        return []
    if len(text) <= 100 and desk.find_customers(text):
        return [text]
    found: dict[str, int] = {}
    for name in desk.names_in(text[:500]):
        found[name] = max(text.lower().find(name.lower()), 0)
    for match in list(_ID.finditer(text))[:20]:
        if len(desk.find_customers(match[0].strip())) == 1:
            found.setdefault(match[0].strip(), match.start())
    names = [name for name in found if not any(name != other and name in other for other in found)]
    return sorted(names, key=found.__getitem__)


def which(asker: Asker, act: Act) -> Reply:
    """Several customers are named: buttons for each."""
    names = act.value.split("\n")[:_MANY]
    texts = [f"{name}的画像" if asker.language == "zh" else f"who is {name}?" for name in names]
    choices = tuple(Choice(text, "") for text in texts)
    buttons = tuple(Button("who", name[:75], name) for name in names)
    said = [asker.say("which_one"), *(f"  {i}. {text}" for i, text in enumerate(texts, 1))]
    return asker.reply("clarify", "\n".join(said), choices=choices, buttons=buttons)


def act_of_who(desk: Desk, text: str) -> Act | str:
    """The one customer of a message, or (several, or none that is known) what to do instead."""
    try:
        found = customers_in(desk, text)
    except QuestionError:
        return text
    if len(found) > 1:
        return Act("which", text, "\n".join(found))
    return found[0] if found else text
