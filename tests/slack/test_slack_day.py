"""A day in Slack: twenty people, five hundred messages, retries, duplicates, disorder, a cut socket, 429s."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

from support.slack_running import Running
from support.slack_scripted import reply
from support.slack_standin import event
from support.slack_workspace import BOT, wait_until
from tagfolk_bots.messages import Incoming, Reply

PEOPLE = [f"U{n:02d}" for n in range(20)]
ANALYSTS = set(PEOPLE[:5])


def answer(incoming: Incoming) -> Reply:
    """Rows for analysts, alone; for others a refusal; figures at the level of the least reader."""
    if "list" in incoming.text:
        if incoming.user in ANALYSTS:
            table = (("customer",), ((f"secret of {incoming.text}",),))
            return reply(f"rows: {incoming.text}", private=True, table=table)
        return reply(f"not for you: {incoming.text}", answer={"intent": "refuse"})
    readers = {incoming.user} if incoming.private else {user for user, _ in incoming.readers or ((None, ()),)}
    figure = "exact 3" if readers <= ANALYSTS else "<5"
    return reply(f"{figure}: {incoming.text}")


def test_each_question_is_answered_once_and_nothing_is_shown_to_whom_it_must_not_be(running: Running) -> None:
    rng = random.Random(7)
    space = running.workspace
    space.members = {"C1": [*PEOPLE, BOT], "CANALYSTS": [*sorted(ANALYSTS), BOT]}
    space.members |= {f"D{user}": [user, BOT] for user in PEOPLE}
    questions = []
    for number in range(500):
        user = rng.choice(PEOPLE)
        places = ["C1", f"D{user}", *(["CANALYSTS"] if user in ANALYSTS else [])]
        questions.append((f"{rng.choice(['count', '多少', 'list'])} #{number:03d}", user, rng.choice(places)))
    running.conversation.script = {text: answer for text, _, _ in questions}

    deliveries: list[dict[str, Any]] = []
    for number, (text, user, channel) in enumerate(questions):
        fields: dict[str, Any] = {"user": user, "channel": channel, "ts": f"1700000000.{number:06d}"}
        if channel.startswith("D"):
            body = event("message", f"Ev{number}", text=text, channel_type="im", **fields)
        else:
            body = event("app_mention", f"Ev{number}", text=f"<@{BOT}> {text}", **fields)
        deliveries.append(body)
        if rng.random() < 0.2:
            deliveries.append(body)
        if not channel.startswith("D") and rng.random() < 0.3:
            again = event("message", f"Ev{number}m", text=f"<@{BOT}> {text}", channel_type="channel", **fields)
            deliveries.append(again)
    for at in range(0, len(deliveries), 12):  # neighbours overtake each other
        part = deliveries[at : at + 12]
        rng.shuffle(part)
        deliveries[at : at + 12] = part

    running.connect(ping=0.3)
    sent: dict[str, dict[str, Any]] = {}
    for number, body in enumerate(deliveries):
        if number == len(deliveries) // 2:
            running.slack.drop_socket()
            before = running.slack.connections
            assert wait_until(lambda before=before: running.slack.connections > before)
            assert wait_until(lambda: running.slack.connected == 1)
        if number % 100 == 50:
            running.slack.limited["chat.postMessage"] += 1
        sent[running.slack.over_socket("events_api", body)] = body
    for attempt in range(1, 6):  # what got lost with the socket comes again, as Slack does it
        wait_until(lambda: set(sent) <= set(running.slack.acknowledged), 3)
        for envelope in set(sent) - set(running.slack.acknowledged):
            running.slack.over_socket("events_api", sent[envelope], envelope, attempt)

    def shown() -> list[dict[str, Any]]:
        return [*space.messages, *space.ephemeral]

    assert wait_until(lambda: len(shown()) >= 500, 60), len(shown())
    texts = Counter(text for text, _, _ in questions for message in shown() if message["text"].endswith(text))
    assert texts == Counter(text for text, _, _ in questions)
    by_text = {text: (user, channel) for text, user, channel in questions}
    for message in shown():
        user, channel = by_text[message["text"].partition(": ")[2]]
        assert message["channel"] == channel
        secret = "secret" in json.dumps(message)
        assert secret == ("list" in message["text"] and user in ANALYSTS)
        if secret and not channel.startswith("D"):
            assert message in space.ephemeral
            assert message["user"] == user
        if message["text"].startswith("exact"):
            assert channel == "CANALYSTS" or (channel == f"D{user}" and user in ANALYSTS)
    assert space.complaints == []
