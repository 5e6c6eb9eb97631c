"""The Starlette app: routes, the language of the reader, errors as pages."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp
from tagfolk_engine.query import QuestionError

from tagfolk_bots.cells import show
from tagfolk_bots.charts import png
from tagfolk_bots.messages import ASKING, Language
from tagfolk_bots.shown import pressed, spoken
from tagfolk_bots.talker import Talker
from tagfolk_bots.web.facts import Facts, Reads, pictures, said
from tagfolk_bots.web.guard import Guard
from tagfolk_bots.web.pages import Pages
from tagfolk_bots.web.talk import Talk
from tagfolk_bots.web.words import WORDS, labels
from tagfolk_bots.wording.tables import cells, heads

_HERE = Path(__file__).parent
_LOG = logging.getLogger("tagfolk.web")
_LANGUAGE = "tagfolk_language"


class Site:
    """What every page shares: templates, the language, the desk and the chat."""

    def __init__(
        self, desk: Reads, conversation: Talker, user: str | None, zone: tzinfo, language: Language, name: str
    ) -> None:
        self.facts = Facts(desk, user, zone)
        self.talk = Talk(conversation, user)
        self.draw = pictures(png)
        self.name = name
        self._language: Language = language
        environment = Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True)
        self._templates = Jinja2Templates(env=environment)
        self._templates.env.globals.update(
            said=said, spoken=spoken, pressed=pressed, quote=lambda text: quote(str(text), safe=""), asking=ASKING,
            heads=lambda columns, language: heads(desk.lexicon(), columns, language),
            cells=lambda columns, rows, language: cells(desk.lexicon(), columns, rows, language),
        )  # fmt: skip

    def language(self, request: Request) -> Language:
        """The reader's choice, else the browser's wish, else the workspace's language."""
        chosen = request.query_params.get("lang") or request.cookies.get(_LANGUAGE)
        if chosen in ("en", "zh"):
            return "zh" if chosen == "zh" else "en"
        wished = request.headers.get("accept-language", "").lower()
        if wished[:2] in ("en", "zh"):
            return "zh" if wished.startswith("zh") else "en"
        return self._language

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A page in the reader's language."""
        language = self.language(request)
        texts = labels(language)
        context = {
            "t": texts,
            "language": language,
            "site": self.name,
            "path": request.url.path,
            "show": lambda cell, column="": show(cell, column, language),
            **values,
        }
        answer: Response = self._templates.TemplateResponse(request, template, context, status)
        if request.query_params.get("lang") in ("en", "zh"):
            answer.set_cookie(_LANGUAGE, language, httponly=True, samesite="strict", max_age=31_536_000)
        return answer

    def sorry(self, request: Request, error: QuestionError) -> Response:
        """A page that says why there is no answer."""
        language = self.language(request)
        words = error.message.get(language) or error.message.get("en")
        if not words:
            known = error.code if error.code in WORDS else "cannot"
            words = labels(language)[known].format(code=error.code)
        return self.page(request, "message.html", 200, message=words)


def make_app(
    desk: Reads,
    conversation: Talker,
    *,
    token: str,
    hosts: frozenset[str] = frozenset({"127.0.0.1", "localhost", "::1"}),
    user: str | None = None,
    zone: tzinfo,
    language: Language = "en",
    name: str = "tagfolk",
) -> ASGIApp:
    """The web page of one workspace, for one reader (``user`` None: the owner), behind a key (``token``)."""
    site = Site(desk, conversation, user, zone, language, name)
    pages = Pages(site)
    routes = [
        Route("/", pages.home),
        Route("/chat", pages.new_chat),
        Route("/chat/{thread:str}", pages.chat, methods=["GET"]),
        Route("/chat/{thread:str}", pages.say, methods=["POST"]),
        Route("/chat/{thread:str}/{number:int}/chart.png", pages.chart),
        Route("/chat/{thread:str}/{number:int}/file", pages.file),
        Route("/propose", pages.propose, methods=["GET", "POST"]),
        Route("/tags", pages.tags),
        Route("/tags/{name:str}", pages.tag),
        Route("/tags/{name:str}/size.png", pages.tag_chart),
        Route("/segments", pages.segments),
        Route("/segments/{name:str}", pages.segment),
        Route("/segments/{name:str}/size.png", pages.segment_chart),
        Route("/changes", pages.changes),
        Route("/quality", pages.quality),
        Route("/customers", pages.customers),
        Route("/customers/{customer:path}", pages.customer),
        Route("/why/{customer:path}", pages.why),
        Mount("/static", StaticFiles(directory=_HERE / "static")),
    ]

    def question_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, QuestionError)
        return site.sorry(request, error)

    def not_found(request: Request, error: Exception) -> Response:
        return site.page(request, "message.html", 404, message=labels(site.language(request))["not_found"])

    def broken(request: Request, error: Exception) -> Response:
        _LOG.error("no page for %s", request.url.path, exc_info=error)
        return site.page(request, "message.html", 500, message=labels(site.language(request))["failed"])

    handlers: Mapping[Any, Callable[[Request, Exception], Response | Awaitable[Response]]] = {
        QuestionError: question_error,
        404: not_found,
        Exception: broken,
    }
    # outside of everything, so that error pages are guarded too
    return Guard(Starlette(routes=routes, exception_handlers=handlers), token, hosts)
