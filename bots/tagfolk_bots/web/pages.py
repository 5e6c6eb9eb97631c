"""The pages, one function each. They run in a thread pool: the desk and the conversation may take their time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tagfolk_bots.web.facts import by_layer
from tagfolk_bots.web.words import labels

if TYPE_CHECKING:
    from tagfolk_bots.web.app import Site

_ROWS = 100
_QUESTION = 2000
_RULE = 4000
_PICTURE = {"Cache-Control": "private, max-age=60"}


class Pages:
    """All pages of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def home(self, request: Request) -> Response:
        """Sizes, what changed, how fresh the data is, a question to ask."""
        facts = self._site.facts
        return self._site.page(
            request,
            "home.html",
            front=facts.front(),
            segments=facts.sizes("segments"),
            tags=facts.sizes("tags"),
            thread=self._site.talk.new(),
            examples=self._examples(request),
        )

    def new_chat(self, request: Request) -> Response:
        """A conversation without a past."""
        return RedirectResponse(f"/chat/{self._site.talk.new()}", 303)

    def chat(self, request: Request) -> Response:
        """A conversation so far."""
        thread = request.path_params["thread"]
        examples = self._examples(request)
        turns = self._site.talk.turns(thread)
        return self._site.page(request, "chat.html", thread=thread, turns=turns, rows=_ROWS, examples=examples)

    async def say(self, request: Request) -> Response:
        """A typed question or a pressed button; then the conversation again, at its end."""
        thread = request.path_params["thread"]
        async with request.form(max_fields=10) as form:
            text = str(form.get("text") or "").strip()[:_QUESTION]
            pressed = str(form.get("button") or "")
            typed = str(form.get("typed") or "").strip()[:_QUESTION]
        if text:
            await run_in_threadpool(self._site.talk.ask, thread, text)
        elif pressed:
            number, _, index = pressed.partition(".")
            if number.isdigit() and index.isdigit():
                await run_in_threadpool(self._site.talk.press, thread, int(number), int(index), typed)
        return RedirectResponse(f"/chat/{thread}#last", 303)

    async def propose(self, request: Request) -> Response:
        """A rule: what it would do, handed in, and (for admins) what waits for a decision."""
        rule, reply = "", None
        talk = self._site.talk
        language = self._site.language(request)
        if request.method == "POST":
            async with request.form(max_fields=10) as form:
                rule = str(form.get("rule") or "").strip()[:_RULE]
                wanted = "submit" if form.get("do") == "submit" else "preview"
                kind, _, number = str(form.get("decide") or "").partition(".")
            if kind in ("approve", "refuse"):
                said = {"approve": "批准", "refuse": "拒绝"}[kind] if language == "zh" else kind
                reply = await run_in_threadpool(talk.act, kind, said, number)
            elif rule:
                reply = await run_in_threadpool(talk.act, "propose", rule, wanted)
        words = "待批准的提议" if language == "zh" else "proposals"
        waiting = await run_in_threadpool(talk.act, None, words, "")
        return self._site.page(request, "propose.html", rule=rule, reply=reply, waiting=waiting)

    def chart(self, request: Request) -> Response:
        """The chart of an answer."""
        turn = self._site.talk.turn(request.path_params["thread"], request.path_params["number"])
        if turn is None or turn.reply.chart is None:
            raise HTTPException(404)
        return Response(self._site.draw(turn.reply.chart), media_type="image/png")

    def file(self, request: Request) -> Response:
        """The file of an answer, to be saved, never shown."""
        turn = self._site.talk.turn(request.path_params["thread"], request.path_params["number"])
        if turn is None or turn.reply.file is None:
            raise HTTPException(404)
        name = "".join(c if c.isalnum() or c in "._-" else "_" for c in turn.reply.file[0])
        ascii_name = name.encode("ascii", "replace").decode().replace("?", "_")
        headers = {"Content-Disposition": f'attachment; filename="{ascii_name}"'}
        return Response(turn.reply.file[1], media_type="application/octet-stream", headers=headers)

    def tags(self, request: Request) -> Response:
        """All tags with their sizes."""
        return self._site.page(request, "sizes.html", kind="tags", sizes=self._site.facts.sizes("tags"))

    def segments(self, request: Request) -> Response:
        """All segments with their sizes."""
        return self._site.page(request, "sizes.html", kind="segments", sizes=self._site.facts.sizes("segments"))

    def tag(self, request: Request) -> Response:
        """One tag: its rules in words, its size, its past."""
        return self._definition(request, "tag")

    def segment(self, request: Request) -> Response:
        """One segment."""
        return self._definition(request, "segment")

    def tag_chart(self, request: Request) -> Response:
        """The size of a tag over time."""
        return self._size_chart(request, "tag")

    def segment_chart(self, request: Request) -> Response:
        """The size of a segment over time."""
        return self._size_chart(request, "segment")

    def changes(self, request: Request) -> Response:
        """Who entered and left since the run before."""
        return self._site.page(request, "changes.html", answer=self._site.facts.changes())

    def quality(self, request: Request) -> Response:
        """What was read and what of it could be used."""
        facts = self._site.facts
        fresh = [(name, rows, str(last or "").replace("T", " ")) for name, rows, last in facts.freshness().rows]
        return self._site.page(request, "quality.html", answer=facts.quality(), fresh=fresh)

    def customers(self, request: Request) -> Response:
        """Find a customer; one found leads straight to the portrait."""
        text = request.query_params.get("q", "").strip()
        found = self._site.facts.find(text) if text else []
        if len(found) == 1:
            return RedirectResponse(str(request.url_for("customer", customer=found[0].id).path), 303)
        return self._site.page(request, "customers.html", text=text, found=found)

    def customer(self, request: Request) -> Response:
        """A customer in three layers; the reasons of the tags follow, as they take longer."""
        profile = self._site.facts.portrait(request.path_params["customer"])
        return self._site.page(request, "customer.html", profile=profile, layers=by_layer(profile.rows))

    def why(self, request: Request) -> Response:
        """The reasons of every tag of a customer; ``?part=1``: to be put into the portrait."""
        answer = self._site.facts.reasons(request.path_params["customer"])
        tags = answer.details.get("tags", {})
        held = {name: tag for name, tag in tags.items() if tag.get("holds")}
        others = {name: tag for name, tag in tags.items() if not tag.get("holds")}
        template = "reasons.html" if request.query_params.get("part") else "why.html"
        return self._site.page(request, template, answer=answer, held=held, others=others)

    def _examples(self, request: Request) -> list[str]:
        return labels(self._site.language(request))["questions"].split("\n")

    def _definition(self, request: Request, kind: Literal["tag", "segment"]) -> Response:
        name = request.path_params["name"]
        answer = self._site.facts.define(kind, name)
        if answer is None:
            raise HTTPException(404)
        return self._site.page(request, "definition.html", kind=kind, name=name, answer=answer, d=answer.details)

    def _size_chart(self, request: Request, kind: Literal["tag", "segment"]) -> Response:
        name = request.path_params["name"]
        title = labels(self._site.language(request))["size_of"].format(name=name)
        spec = self._site.facts.size_chart(kind, name, title)
        if spec is None:
            raise HTTPException(404)
        return Response(self._site.draw(spec), media_type="image/png", headers=_PICTURE)
