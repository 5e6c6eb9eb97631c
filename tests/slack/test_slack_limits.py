"""The validator knows Slack's limits, and what we build always keeps them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.slack_scripted import reply
from tagfolk_bots.cells import csv_file
from tagfolk_bots.messages import Button, Choice, HomeView, Reply
from tagfolk_bots.slack import limits
from tagfolk_bots.slack.blocks import message
from tagfolk_bots.slack.delivery import Place
from tagfolk_bots.slack.forms import FORMS, context, form, read_context
from tagfolk_bots.slack.home import home_view

PLAIN = {"type": "plain_text", "text": "x"}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "a", "value": "v"}
CELL = {"type": "raw_text", "text": "x"}


def button(number: int, **fields: Any) -> dict[str, Any]:
    return BUTTON | {"action_id": f"a{number}"} | fields


TOO_MUCH: dict[str, list[dict[str, Any]]] = {
    "51 blocks": [{"type": "divider"}] * 51,
    "section text": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
    "empty section": [{"type": "section"}],
    "11 fields": [{"type": "section", "fields": [PLAIN] * 11}],
    "long field": [{"type": "section", "fields": [{"type": "plain_text", "text": "x" * 2001}]}],
    "header": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
    "markdown header": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "26 buttons": [{"type": "actions", "elements": [button(n) for n in range(26)]}],
    "button text": [{"type": "actions", "elements": [button(1, text={"type": "plain_text", "text": "x" * 76})]}],
    "button value": [{"type": "actions", "elements": [button(1, value="x" * 2001)]}],
    "action id": [{"type": "actions", "elements": [button(1, action_id="x" * 256)]}],
    "same action id": [{"type": "actions", "elements": [BUTTON, BUTTON]}],
    "same block id": [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}],
    "block id": [{"type": "divider", "block_id": "x" * 256}],
    "11 context elements": [{"type": "context", "elements": [PLAIN] * 11}],
    "101 rows": [{"type": "table", "rows": [[CELL]] * 101}],
    "21 columns": [{"type": "table", "rows": [[CELL] * 21]}],
    "ragged table": [{"type": "table", "rows": [[CELL], [CELL, CELL]]}],
    "big table": [{"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 10_001}]]}],
    "empty cell": [{"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}],
    "two tables": [{"type": "table", "rows": [[CELL]]}] * 2,
    "input in a message": [{"type": "input", "label": PLAIN, "element": {"type": "plain_text_input"}}],
    "unknown": [{"type": "carousel_of_wonders"}],
    "image without alt": [{"type": "image", "image_url": "https://a.b/c.png"}],
    "empty rich text": [{"type": "rich_text", "elements": []}],
    "six in an overflow": [
        {"type": "actions", "elements": [{"type": "overflow", "options": [{"text": PLAIN, "value": "v"}] * 6}]}
    ],
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_slack_refuses_is_found(name: str) -> None:
    assert limits.problems({"text": "x", "blocks": TOO_MUCH[name]})


def test_what_slack_takes_is_left_alone() -> None:
    fine = [
        {"type": "section", "text": PLAIN, "accessory": BUTTON},
        {"type": "section", "fields": [PLAIN] * 10},
        {"type": "actions", "elements": [button(n) for n in range(25)]},
        {"type": "table", "rows": [[CELL] * 20] * 100},
        {"type": "context", "elements": [PLAIN, {"type": "image", "image_url": "https://a.b", "alt_text": "x"}]},
    ]
    assert limits.problems({"blocks": fine}) == []
    assert limits.problems({"text": "", "blocks": []}) == ["a message needs text or blocks"]


@pytest.mark.parametrize(
    "change",
    [
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"private_metadata": "x" * 3001},
        {"blocks": [{"type": "divider"}] * 101},
        {"blocks": [{"type": "table", "rows": [[CELL]]}]},
        {"blocks": [{"type": "input", "label": PLAIN, "element": {"type": "plain_text_input"}}]},
        {"type": "page"},
    ],
    ids=["title", "metadata", "101 blocks", "table", "no submit", "kind"],
)
def test_what_slack_refuses_in_a_view_is_found(change: dict[str, Any]) -> None:
    view: dict[str, Any] = {"type": "modal", "title": PLAIN, "blocks": [{"type": "divider"}]}
    assert limits.view_problems(view) == []
    assert limits.view_problems(view | change)


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=80) | st.sampled_from(
    ["", "上" * 5000, "<!channel>", "x\n" * 900]
)
CELLS = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats() | TEXT
BUTTONS = st.lists(st.builds(Button, st.sampled_from(["ask", "list", "csv", "wrong"]), TEXT, TEXT), max_size=60)


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    columns = draw(st.lists(TEXT, max_size=25))
    rows = draw(st.lists(st.tuples(*[CELLS] * len(columns)), max_size=130 if len(columns) < 3 else 4))
    return reply(
        draw(TEXT),
        language=draw(st.sampled_from(["en", "zh"])),
        table=(tuple(columns), tuple(rows)) if columns else None,
        buttons=tuple(draw(BUTTONS)),
        choices=tuple(draw(st.lists(st.builds(Choice, TEXT, TEXT), max_size=40))),
        answer={
            "understood": draw(TEXT),
            "intent": draw(st.sampled_from(["list", "count"])),
            "value": draw(st.none() | st.integers(0, 10**6)),
        },
    )


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(replies(), TEXT)
def test_any_reply_becomes_a_message_that_slack_takes(given_reply: Reply, thread: str) -> None:
    built = message(given_reply, thread, lambda value: "token")
    assert built.problems() == []
    json.dumps(built.blocks)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(TEXT, TEXT, st.integers(0, 10**9), st.none() | st.integers(-5, 5)), max_size=70), TEXT)
def test_any_home_is_one_that_slack_takes(rows: list[Any], text: str) -> None:
    view = HomeView(
        "zh", 5, text, text, text, tuple(rows), tuple((*row, "x") for row in rows), ((text, 1, 2),) * 50, (text,) * 9
    )
    assert limits.view_problems(home_view(view, "U1", lambda value: "token")) == []


@pytest.mark.parametrize("kind", sorted(FORMS))
@pytest.mark.parametrize("value", ["q1", "上" * 9000])
def test_forms_keep_the_limits_and_their_context(kind: str, value: str) -> None:
    kept: dict[str, str] = {}

    def keep(text: str) -> str:
        kept["token"] = text
        return "token"

    place = Place("C1", "U1", "C1:1.5", "1.5", alone=True)
    view = form(kind, context(place, value, "zh"), keep, preview=reply("预览 " * 5000), typed="规" * 5000)
    assert limits.view_problems(view) == []
    back = read_context(view, kept.get)
    assert (back.value, back.thread, back.place().alone) == (value, "C1:1.5", True)


def test_a_csv_cell_that_looks_like_a_formula_is_defused() -> None:
    text = csv_file(("=name", "n"), (("=cmd|' /C calc'!A0", -3), ("+1", 2.5), ("上海", None))).decode("utf-8-sig")
    assert text == "'=name,n\r\n'=cmd|' /C calc'!A0,-3\r\n'+1,2.5\r\n上海,\r\n"
