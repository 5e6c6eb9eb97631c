"""Plugins in the chat: a kind of question of one's own, and a model's guess; what leaves is looked at on the wire."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from support.tiny_shop import make
from tagfolk_bots.conversation import Conversation
from tagfolk_bots.messages import Incoming
from tagfolk_engine.plugins import plugins
from tagfolk_engine.query import Desk
from tagfolk_engine.run import run
from tagfolk_engine.workspace import open_workspace

PLUGIN = """
from tagfolk_plugins.api.answer import AnswerPlugin, AnswerReply
from tagfolk_plugins.api.hookspecs import hookimpl


class Birthdays(AnswerPlugin):
    name = "cake_order"
    words = {"en": ["how many cakes"], "zh": ["几个蛋糕"]}

    def answer(self, question, condition, ask):
        n = ask.count(condition)
        rows = ask.table(["age"], condition) if "which" in question else []
        return AnswerReply({"en": f"{n} cakes.", "zh": f"{n} 个蛋糕。"}, ("customer", "age") if rows else (), rows, n)


class Broken(AnswerPlugin):
    name = "broken_one"
    words = {"en": ["broken plugin"]}

    def answer(self, question, condition, ask):
        raise ValueError("out of flour")


@hookimpl
def tagfolk_answers():
    return [Birthdays, Broken]
"""


class Model:
    """An OpenAI-compatible endpoint on loopback that remembers every byte it was sent."""

    def __init__(self) -> None:
        self.answer: Any = "has high_value"
        self.status = 200
        self.delay = 0.0
        self.requests: list[tuple[str, dict[str, str], str]] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                model.requests.append((self.path, dict(self.headers), body))
                time.sleep(model.delay)
                data = json.dumps({"choices": [{"message": {"content": model.answer}}]}).encode()
                self.send_response(model.status)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    made = Model()
    yield made
    made.close()


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Iterator[Conversation]:
    root: Path = make(tmp_path_factory.mktemp("plugged") / "shop")
    path = root / "tagfolk.toml"
    table = f'[bot]\ntranslate = {{ url = "{model.url}", model = "m", key = "secret-key", timeout = 1.0 }}\n'
    path.write_text(path.read_text("utf-8").replace("[bot]\n", table), "utf-8")
    (root / "plugins").mkdir()
    (root / "plugins" / "cakes.py").write_text(PLUGIN, "utf-8")
    run(open_workspace(root))
    import tagfolk_plugins.answers.translate_openai as translating

    known = plugins(root)
    if not known.manager.is_registered(translating):  # an installation from before this plugin
        from tagfolk_engine.plugins.registry import Origin

        known.manager.register(translating, "translate_openai")
        known.origins["translate_openai"] = Origin("translate_openai", translating.__name__)
    desk = Desk.open(root)
    yield Conversation(desk)
    desk.close()


def say(talk: Conversation, text: str, user: str | None = None, **more: Any) -> Any:
    return talk.reply(Incoming(text, user, **more))


def test_a_plugin_answers_its_kind_of_question_at_the_askers_role(talk: Conversation) -> None:
    assert say(talk, "how many cakes for women?").text == "7 cakes."
    chinese = say(talk, "女性客户要几个蛋糕？")
    assert (chinese.text, chinese.answer["value"]) == ("7 个蛋糕。", 7)
    rows = say(talk, "which and how many cakes for 广州?", "U_ANA")
    assert rows.answer["columns"] == ["customer", "age"]
    assert {row[0] for row in rows.answer["rows"]} == {"crm:6", "crm:7"}
    shared = say(
        talk, "which and how many cakes for 广州?", "U_ANA", private=False, channel="C1", readers=(("U_ANA", ()),)
    )
    assert shared.private
    assert "crm:" not in json.dumps(say(talk, "which and how many cakes?", "U_VIEW").answer)
    assert "too small" in say(talk, "how many cakes for 广州?", "U_VIEW").text


def test_a_broken_plugin_fails_by_name(talk: Conversation) -> None:
    said = say(talk, "the broken plugin please")
    assert "broken_one" in said.text
    assert "out of flour" in said.text
    assert said.answer["confidence"] == "none"


def test_a_models_reading_is_a_choice_and_never_an_answer(talk: Conversation, model: Model) -> None:
    model.answer = "has high_value"
    reply = say(talk, "who are the moneybags", thread="m")
    assert reply.answer["intent"] == "clarify"
    assert reply.answer["value"] is None
    assert reply.choices[0].understood == "has high_value"
    assert "language model" in reply.text
    assert say(talk, "1", thread="m").answer["understood"] == "has high_value"


def test_what_leaves_holds_no_personal_data_no_rows_no_numbers(talk: Conversation, model: Model) -> None:
    model.requests.clear()
    model.answer = "NONE"
    say(talk, "is 张三 (13800000001, zs@example.com) or alice wong a moneybags")
    ((path, headers, body),) = model.requests
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret-key"
    sent = json.loads(body)
    asked = sent["messages"][1]["content"]
    assert "moneybags" in asked
    whole = json.dumps(sent, ensure_ascii=False)
    for secret in ("张三", "13800000001", "zs@example.com", "lice", "李四", "crm:", "secret-key", "Mary", "U_ADMIN"):
        assert secret not in whole, secret
    assert "high_value" in whole
    assert '"name"' not in sent["messages"][0]["content"]


@pytest.mark.parametrize(
    "answer",
    [
        "drop table customers",
        "city = ",
        "42",
        "",
        None,
        "has nothing_such",
        "x" * 5000,
        "<script>alert(1)</script>",
        ["a"],
    ],
)
def test_what_the_parser_refuses_is_no_guess(talk: Conversation, model: Model, answer: Any) -> None:
    model.answer = answer
    reply = say(talk, "who are the moneybags")
    assert reply.answer["intent"] == "clarify"
    assert "language model" not in reply.text


def test_a_failing_or_slow_endpoint_costs_only_the_guess(talk: Conversation, model: Model) -> None:
    model.answer = "has high_value"
    model.status = 500
    assert "language model" not in say(talk, "who are the moneybags").text
    model.status, model.delay = 200, 4.0
    began = time.monotonic()
    assert "language model" not in say(talk, "who are the moneybags").text
    assert time.monotonic() - began < 3.9
    model.delay = 0.0


def test_what_is_understood_asks_no_model(talk: Conversation, model: Model) -> None:
    model.requests.clear()
    assert say(talk, "how many VIP?").answer["confidence"] == "sure"
    assert model.requests == []
