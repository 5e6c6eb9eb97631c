"""The front page of a person: sizes, what changed, how fresh, what to ask."""

from __future__ import annotations

from tagfolk_engine.query import SMALL, Desk, Question, QuestionError, Role, Size

from tagfolk_bots.messages import Cell, HomeView, Language, Row
from tagfolk_bots.suggestions import suggestions
from tagfolk_bots.wording import say


def home_view(desk: Desk, language: Language, role: Role) -> HomeView:
    """Already cut to what the role may see; before the first load it says what to do."""
    try:
        facts = desk.facts()
    except QuestionError as error:
        return HomeView(language, None, None, None, say(error.code, language))
    loaded = str(facts["loaded_at"]).replace("T", " ")[:16]
    freshness = say("foot_bare", language, as_of=facts["as_of"], loaded=loaded)
    run = None if facts["run"] is None else str(facts["run"])

    def row(size: Size) -> Row:
        small = role == Role.VIEWER and 0 < size.customers < SMALL
        hidden = small or (role == Role.VIEWER and size.change is not None and 0 < abs(size.change) < SMALL)
        n: Cell = "<5" if small else size.customers
        return size.name, size.title, n, None if hidden else size.change

    tags = tuple((*row(s), s.layer) for s in desk.sizes("tags"))
    segments = tuple(row(s) for s in desk.sizes("segments"))
    return HomeView(
        language,
        int(facts["customers"]),
        facts["as_of"],
        run,
        freshness,
        segments,
        tags,
        _changes(desk, role),
        tuple(suggestions(desk.lexicon(), language)),
    )


def _changes(desk: Desk, role: Role) -> tuple[Row, ...]:
    try:
        answer = desk.ask(Question("changes", role=min(role, Role.VIEWER)))
    except QuestionError:
        return ()
    moved: dict[str, dict[str, Cell]] = {}
    for tag, how, n in answer.details["counts"]:
        moved.setdefault(tag, {})[how] = n
    return tuple((tag, counts.get("entered", 0), counts.get("left", 0)) for tag, counts in moved.items())
