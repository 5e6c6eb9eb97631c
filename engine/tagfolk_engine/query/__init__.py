"""The read door of the bots, the page and the shell: Question → Answer, data without wording."""

from tagfolk_engine.query.desk import Desk, Size
from tagfolk_engine.query.lexicon import (
    ColumnEntry,
    EventEntry,
    FieldEntry,
    LetEntry,
    Lexicon,
    SegmentEntry,
    TagEntry,
)
from tagfolk_engine.query.people import Person
from tagfolk_engine.query.question import Aggregate, Answer, Cell, Column, NotAllowed, Question, QuestionError
from tagfolk_engine.query.roles import SMALL, Role
from tagfolk_engine.query.setting_up import Setup, SetupError, failure_of, set_up

__all__ = [
    "SMALL",
    "Aggregate",
    "Answer",
    "Cell",
    "Column",
    "ColumnEntry",
    "Desk",
    "EventEntry",
    "FieldEntry",
    "LetEntry",
    "Lexicon",
    "NotAllowed",
    "Person",
    "Question",
    "QuestionError",
    "Role",
    "SegmentEntry",
    "Setup",
    "SetupError",
    "Size",
    "TagEntry",
    "failure_of",
    "set_up",
]
