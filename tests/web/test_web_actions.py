"""The page: proposing a rule, verdicts and subscriptions by inline forms, tables in the answer's language, --user."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.tiny_shop import make
from support.web_page import Client, Page, words
from tagfolk_engine.run import run
from tagfolk_engine.workspace import open_workspace


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make(tmp_path_factory.mktemp("acting") / "shop")
    run(open_workspace(root))
    return root


@pytest.fixture(scope="module")
def page(root: Path) -> Iterator[Page]:
    running = Page(root)
    yield running
    assert running.close() == 0


@pytest.fixture(scope="module")
def viewers(root: Path) -> Iterator[Page]:
    running = Page(root, "U_VIEW")
    yield running
    assert running.close() == 0


def test_a_rule_is_tried_proposed_and_approved_on_the_page(page: Page, root: Path) -> None:
    client = Client(page)
    rule = "purchases in 30 days >= 3 -> very_frequent"
    seen = words(client.post("/propose", rule=rule, do="preview")[1])
    assert "1 of 12 customers meet it" in seen
    assert not (root / "rules" / "proposed.tags").exists()
    text = client.post("/propose", rule=rule, do="submit")[1]
    assert "Proposal 1 is kept" in words(text)
    decide = re.search(r'name="decide" value="(approve\.\d+)"', text)
    assert decide is not None
    assert "is approved" in words(client.post("/propose", decide=decide[1])[1])
    assert rule in (root / "rules" / "proposed.tags").read_text("utf-8")
    wrong = client.post("/propose", rule="no purchas 90 days -> <b>gone</b>", do="preview")[1]
    assert re.search(r"\| +\^", wrong)
    assert "<b>gone" not in wrong


def test_a_viewer_sees_small_groups_hidden_and_decides_nothing(viewers: Page) -> None:
    client = Client(viewers)
    text = client.post("/propose", rule="purchases in 30 days >= 4 -> most_frequent", do="submit")[1]
    assert "&lt;5 of 12" in text or "0 of 12" in text
    assert 'name="decide"' not in text
    assert "admin" in words(client.post("/propose", decide="approve.1")[1])


def test_buttons_that_ask_have_an_inline_form(page: Page) -> None:
    client = Client(page)
    client.get("/chat")
    thread = client.at
    text = client.post(thread, text="how many VIP?")[1]
    asked = re.findall(r'<summary>([^<]*)</summary>.*?name="button" value="([^"]*)"', text, re.DOTALL)
    named = dict(asked)
    assert set(named) == {"Save as segment", "Ask regularly", "That is wrong"}
    assert "Thank you" in words(client.post(thread, button=named["That is wrong"], typed="I expected 7")[1])
    assert "every Monday 09:00" in words(client.post(thread, button=named["Ask regularly"], typed="every monday")[1])
    before = words(client.get(thread)[1])
    assert words(client.post(thread, button=named["That is wrong"])[1]) == before


def test_a_table_speaks_the_answers_language(page: Page) -> None:
    client = Client(page)
    client.get("/chat")
    text = client.post(client.at, text="客户按性别分布")[1]
    table = words(text[text.index("<table") : text.index("</table")])
    assert "性别" in table
    assert "客户数" in table
    assert "女" in table
    assert "female" not in table
    client.get("/chat")
    english = client.post(client.at, text="customers by city")[1]
    table = words(english[english.index("<table") : english.index("</table")])
    assert "unknown" in table
    assert "–" not in table
