"""The tree of the tag language: one frozen dataclass per concept. Import the nodes from here."""

from tagfolk_dsl.tree.base import NOWHERE, Node, Span, Type
from tagfolk_dsl.tree.conditions import (
    Always, And, Anniversary, Bare, Burst, Change, Compare, Comparison, Condition, DateAge, DateIn, Fellows,
    FirstIn, Had, Has, HasFor, InPeriods, InRange, InSegment, Known, Matches, Member, Not, Occurs, Or, Rank,
    Sequence, Step,
)  # fmt: skip
from tagfolk_dsl.tree.metrics import (
    Across, Aggregate, Arithmetic, Attribute, Boolean, Bucket, Day, DaysBetween, Dotted, Elapsed, EventTime,
    Filtered, Function, Instant, MethodColumn, Metric, Moment, Name, Negative, Number, Overall, Property, Share,
    TagValue, Text, TimePart, TopValues, Windowed,
)  # fmt: skip
from tagfolk_dsl.tree.statements import (
    Band, Card, Classify, Effect, Example, ExampleEvent, Expectation, File, Let, Limit, Refresh, Rule, Score,
    ScoreGrant, ScoreLine, Segment, Statement, TagDeclaration, Template, TemplateLine, Use,
)  # fmt: skip
from tagfolk_dsl.tree.time import (
    Ago, Before, Between, Duration, Ever, Last, Next, Period, Since, Unit, Window,
)  # fmt: skip

__all__ = [
    "NOWHERE", "Across", "Aggregate", "Ago", "Always", "And", "Anniversary", "Arithmetic", "Attribute", "Band",
    "Bare", "Before", "Between", "Boolean", "Bucket", "Burst", "Card", "Change", "Classify", "Compare",
    "Comparison", "Condition", "DateAge", "DateIn", "Day", "DaysBetween", "Dotted", "Duration", "Effect",
    "Elapsed", "EventTime", "Ever", "Example", "ExampleEvent", "Expectation", "Fellows", "File", "Filtered",
    "FirstIn", "Function", "Had", "Has", "HasFor", "InPeriods", "InRange", "InSegment", "Instant", "Known",
    "Last", "Let", "Limit", "Matches", "Member", "MethodColumn", "Metric", "Moment", "Name", "Negative", "Next",
    "Node", "Not", "Number", "Occurs", "Or", "Overall", "Period", "Property", "Rank", "Refresh", "Rule", "Score",
    "ScoreGrant", "ScoreLine", "Segment", "Sequence", "Share", "Since", "Span", "Statement", "Step",
    "TagDeclaration", "TagValue", "Template", "TemplateLine", "Text", "TimePart", "TopValues", "Type", "Unit",
    "Use", "Window", "Windowed",
]  # fmt: skip
