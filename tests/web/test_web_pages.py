"""The pages over a real workspace: what they say, in both languages, and the chat."""

from __future__ import annotations

import html
import re

import pytest
from support.web_page import Client, Page, words


def test_the_front_page_shows_sizes_and_freshness(client: Client) -> None:
    status, text = client.get("/")
    assert status == 200
    seen = words(text)
    assert "4 customers in all" in seen
    assert "As of 2024-08-10 · Run 2" in seen
    assert re.search(r"quiet 3 \+1", seen)
    assert "Call them" in seen


@pytest.mark.parametrize("path", ["/", "/chat", "/tags", "/segments", "/changes", "/quality", "/customers"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_speaks_both_languages(client: Client, path: str, language: str) -> None:
    status, text = client.get(path, accept_language="zh-CN,zh;q=0.9" if language == "zh" else "en-GB")
    assert status == 200
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in text
    assert ("概览" in text) == (language == "zh")
    assert "{{" not in text


def test_the_choice_of_language_stays(client: Client) -> None:
    client.get("/tags?lang=zh")
    assert "标签" in client.get("/segments", accept_language="en")[1]
    client.get("/tags?lang=en")
    assert "Segments" in client.get("/segments", accept_language="zh")[1]


def test_a_tag_is_explained(client: Client) -> None:
    status, text = client.get("/tags/quiet")
    seen = words(text)
    assert status == 200
    assert "no purchase in the last 30 days" in seen
    assert "3 Customers" in seen
    status, headers, picture = client.raw("/tags/quiet/size.png")
    assert (status, headers["Content-Type"], picture[:4]) == (200, "image/png", b"\x89PNG")


def test_a_segment_has_its_definition_and_action(client: Client) -> None:
    seen = words(client.get("/segments/call_them")[1])
    assert "has quiet and city = &#34;Shanghai&#34;" in seen or "has quiet and city = Shanghai" in html.unescape(seen)
    assert "A call" in seen
    assert client.raw("/segments/call_them/size.png")[0] == 200


def test_what_changed_names_customers_and_causes(client: Client) -> None:
    seen = words(client.get("/changes")[1])
    assert "crm:c active entered behaviour" in seen
    assert "crm:a active left time" in seen


def test_data_quality_counts_what_was_read(client: Client) -> None:
    seen = words(client.get("/quality")[1])
    assert "purchase 5 2024-08-05 10:00" in seen
    assert re.search(r"crm 4 4 0 0", seen)
    assert "city 100 %" in seen or "city 100.0 %" in seen


def test_a_customer_is_found_and_shown_with_reasons(client: Client) -> None:
    status, text = client.get("/customers?q=Ann")
    assert (status, client.at) == (200, "/customers/crm:a")
    seen = words(text)
    assert "Base name Ann" in seen
    assert "city Shanghai" in seen
    status, text = client.get("/why/crm:a")
    seen = words(text)
    assert "✗ at least one purchase in the last 30 days" in seen or "✗ purchase in 30 days" in seen
    assert "big" in seen
    assert "Nobody found by “nobody”." in words(client.get("/customers?q=nobody")[1])


def test_the_chat_keeps_its_context_and_its_buttons_work(client: Client) -> None:
    client.get("/chat")
    thread = client.at
    client.post(thread, text="how many customers are quiet?")
    client.post(thread, text="and in Shanghai?")
    seen = words(client.get(thread)[1])
    assert seen.index("how many customers are quiet?") < seen.index("3 customers") < seen.index("and in Shanghai?")
    found = re.search(r'name="button" value="(\d+\.\d+)">List<', client.get(thread)[1])
    assert found is not None, seen
    client.post(thread, button=found[1])
    assert 'href="/customers/crm%3Aa"' in client.get(thread)[1]
    client.post(thread, button="99.99")
    client.post(thread, button="x")
    assert client.get(thread)[0] == 200


def test_questions_in_chinese_and_charts(client: Client) -> None:
    client.get("/chat")
    thread = client.at
    client.post(thread, text="按城市分有多少客户")
    text = client.get(thread)[1]
    picture = re.search(r'src="(/chat/[^"]+/chart\.png)"', text)
    assert picture is not None, words(text)
    status, headers, content = client.raw(picture[1])
    assert (status, headers["Content-Type"], content[:4]) == (200, "image/png", b"\x89PNG")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "' or 1=1 --"]
)
def test_what_is_typed_stays_text(client: Client, text: str) -> None:
    client.get("/chat")
    thread = client.at
    client.post(thread, text=text)
    page = client.get(thread)[1]
    assert text not in page or text.startswith(("{{", "'"))
    assert html.escape(text, quote=False)[:10] in html.unescape(page).replace("<", "&lt;").replace(">", "&gt;")
    assert "<script>" not in page
    status, page = client.get("/customers?q=" + text.replace(" ", "%20").replace("#", "%23"))
    assert (status, "<script>" in page, "<img src=x" in page) == (200, False, False)


@pytest.mark.parametrize(
    "path", ["/nothing", "/tags/nothing", "/tags/nothing/size.png", "/chat/x/1/chart.png", "/chat/x/1/file"]
)
def test_what_is_not_there_is_404_in_words(client: Client, path: str) -> None:
    status, text = client.get(path)
    assert (status, "no such page" in text) == (404, True)


def test_a_customer_who_is_not_there_is_said_so(client: Client) -> None:
    status, text = client.get("/customers/crm:zzz")
    assert status in (200, 404)
    assert "Traceback" not in text


def test_a_page_of_a_viewer_hides_customers_and_small_groups(workspace: object) -> None:
    page = Page(workspace, user="USTRANGER")  # type: ignore[arg-type]
    try:
        client = Client(page)
        seen = words(client.get("/tags")[1])
        assert "quiet &lt;5" in seen
        assert "quiet 3" not in seen
        for path in ("/customers/crm:a", "/why/crm:a", "/customers?q=Ann", "/changes"):
            text = client.get(path)[1]
            assert "Ann" not in text.replace("“Ann”", "").replace('value="Ann"', "")
            assert "crm:a" not in words(text)
    finally:
        page.close()
