"""The page in a real browser, at the width of a desk and of a phone: it works, fits, and nothing is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from support.web_page import Page

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desk": (1180, 800), "phone": (375, 720)}
PATHS = [
    "/",
    "/chat",
    "/tags",
    "/tags/quiet",
    "/segments/call_them",
    "/changes",
    "/customers",
    "/quality",
    "/customers/crm:a",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(params=list(SIZES))
def tab(request: pytest.FixtureRequest, browser: Any, page: Page) -> Iterator[Any]:
    wide, high = SIZES[request.param]
    context = browser.new_context(viewport={"width": wide, "height": high}, locale="en-GB")
    context.set_default_timeout(30_000)
    tab = context.new_page()
    tab.complaints = []
    tab.on("console", lambda said: tab.complaints.append(said.text) if said.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.goto(page.address)
    yield tab
    context.close()
    assert tab.complaints == []


def test_every_page_fits_and_loads_all_it_needs(tab: Any, page: Page) -> None:
    for path in PATHS:
        tab.goto(page.base + path)
        tab.wait_for_load_state("networkidle")
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        assert tab.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 0)"), path
        assert tab.evaluate("getComputedStyle(document.body).margin") == "0px"


def test_a_question_is_typed_and_answered(tab: Any, page: Page) -> None:
    tab.fill("input[name=text]", "how many customers are quiet?")
    tab.press("input[name=text]", "Enter")
    tab.wait_for_url("**/chat/**")
    assert "3 customers" in tab.inner_text(".answer .first")
    tab.fill("input[name=text]", "那上海呢")
    tab.click(".compose button[data-wait]")
    tab.wait_for_selector(".answer:nth-of-type(2)")
    assert "1" in tab.inner_text("#last .first")
    tab.click("#last .buttons button")
    tab.wait_for_selector("#last table")
    tab.click("#last table a")
    tab.wait_for_selector("[data-loaded]")
    assert "big" in tab.inner_text("[data-loaded]")


def test_the_language_is_one_press_away(tab: Any, page: Page) -> None:
    tab.goto(page.base + "/tags")
    tab.click(".language")
    assert tab.inner_text("h1") == "标签"
    tab.goto(page.base + "/segments")
    assert tab.inner_text("h1") == "人群"


def test_an_example_is_asked_by_pressing_it(tab: Any, page: Page) -> None:
    tab.click(".examples button")
    tab.wait_for_url("**/chat/**")
    assert "4" in tab.inner_text("#last .first")
