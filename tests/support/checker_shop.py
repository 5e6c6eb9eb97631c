"""A small shop's vocabulary, and one call that checks a rule text against it."""

from __future__ import annotations

from tagfolk_dsl.checker import check
from tagfolk_dsl.program import Checked
from tagfolk_dsl.tree import Type
from tagfolk_dsl.vocabulary import ArgumentInfo, EventInfo, FieldInfo, MethodInfo, Vocabulary

NUMBER, TEXT, DATE, TIME, BOOLEAN = Type.NUMBER, Type.TEXT, Type.DATE, Type.TIME, Type.BOOLEAN


def fields(*infos: FieldInfo) -> dict[str, FieldInfo]:
    """By name."""
    return {info.name: info for info in infos}


def arguments(*infos: ArgumentInfo) -> dict[str, ArgumentInfo]:
    """By name."""
    return {info.name: info for info in infos}


GENDERS = {"female": ("女", "F"), "male": ("男", "M")}
CATEGORIES = {"coffee": ("咖啡",), "tea": ("茶",)}

SHOP = Vocabulary(
    events={
        "purchase": EventInfo(
            "purchase",
            ("购买", "消费", "order"),
            fields(
                FieldInfo("amount", NUMBER, ("金额",)), FieldInfo("category", TEXT, ("品类",), CATEGORIES),
                FieldInfo("channel", TEXT, ("渠道",)), FieldInfo("product", TEXT), FieldInfo("promotion", TEXT),
                FieldInfo("paid", TIME),
            ),
        ),
        "visit": EventInfo("visit", ("访问",), fields(FieldInfo("page", TEXT), FieldInfo("product", TEXT))),
        "complaint": EventInfo("complaint", ("投诉",)),
    },
    attributes=fields(
        FieldInfo("age", NUMBER, ("年龄",)), FieldInfo("gender", TEXT, ("性别",), GENDERS),
        FieldInfo("city", TEXT, ("城市",), seen=("home", "上海")), FieldInfo("home", TEXT), FieldInfo("joined", DATE),
        FieldInfo("birthday", DATE, ("生日",)), FieldInfo("registered", TIME), FieldInfo("member", BOOLEAN),
        FieldInfo("email", TEXT), FieldInfo("name", TEXT), FieldInfo("company", TEXT),
    ),
    methods={
        "rfm": MethodInfo(
            "rfm",
            arguments(
                ArgumentInfo("event", "event", True), ArgumentInfo("amount", "property", True),
                ArgumentInfo("window", "window"), ArgumentInfo("limits", "numbers"),
            ),
            {"recency": NUMBER, "segment": TEXT},
        ),
        "kmeans": MethodInfo(
            "kmeans",
            arguments(
                ArgumentInfo("features", "metrics", True), ArgumentInfo("k", "number", choices=("auto",)),
                ArgumentInfo("seed", "number"), ArgumentInfo("scale", "choice", choices=("standard", "robust", "no")),
            ),
            {"cluster": NUMBER},
        ),
        "funnel": MethodInfo(
            "funnel",
            arguments(
                ArgumentInfo("steps", "events", True), ArgumentInfo("within", "duration"),
                ArgumentInfo("by", "attribute"), ArgumentInfo("outcome", "condition"), ArgumentInfo("to", "tag"),
                ArgumentInfo("first", "boolean"), ArgumentInfo("unit", "text"),
            ),
            {"last_step": NUMBER},
        ),
    },
    sinks=frozenset({"crm"}),
    channels=frozenset({"#retention"}),
)  # fmt: skip
"""What the tests' rules may name."""

PATH = "rules/a.tags"


def checked(text: str, vocabulary: Vocabulary = SHOP) -> Checked:
    """A check of one file."""
    return check({PATH: text}, vocabulary)
