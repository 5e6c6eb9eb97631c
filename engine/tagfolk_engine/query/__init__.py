"""The read door of the bots, the page and the shell: Question → Answer, data without wording."""

from tagfolk_engine.query.desk import Desk, Size
from tagfolk_engine.query.every import every
from tagfolk_engine.query.feedback import Feedback, Precision, Remark, Unanswered
from tagfolk_engine.query.grants import Grants
from tagfolk_engine.query.lexicon import (
    ColumnEntry,
    EventEntry,
    FieldEntry,
    LetEntry,
    Lexicon,
    MeasureEntry,
    SegmentEntry,
    TagEntry,
)
from tagfolk_engine.query.people import Person
from tagfolk_engine.query.plugged import Plugged, plugged, translated
from tagfolk_engine.query.proposals import Proposal, Proposals, Trial
from tagfolk_engine.query.question import Aggregate, Answer, Cell, Column, NotAllowed, Question, QuestionError
from tagfolk_engine.query.roles import SMALL, Role
from tagfolk_engine.query.rule_files import RulesRefused, Written
from tagfolk_engine.query.setting_up import Setup, SetupError, failure_of, set_up
from tagfolk_engine.query.subscriptions import Due, Subscription, Subscriptions

__all__ = [
    "SMALL",
    "Aggregate",
    "Answer",
    "Cell",
    "Column",
    "ColumnEntry",
    "Desk",
    "Due",
    "EventEntry",
    "Feedback",
    "FieldEntry",
    "Grants",
    "LetEntry",
    "Lexicon",
    "MeasureEntry",
    "NotAllowed",
    "Person",
    "Plugged",
    "Precision",
    "Proposal",
    "Proposals",
    "Question",
    "QuestionError",
    "Remark",
    "Role",
    "RulesRefused",
    "SegmentEntry",
    "Setup",
    "SetupError",
    "Size",
    "Subscription",
    "Subscriptions",
    "TagEntry",
    "Trial",
    "Unanswered",
    "Written",
    "every",
    "failure_of",
    "plugged",
    "set_up",
    "translated",
]
