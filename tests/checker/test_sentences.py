"""Conditions, metrics and rules as people read them, in both languages."""

from __future__ import annotations

import pytest
from support.checker_shop import SHOP, checked
from tagfolk_dsl.checker import check_condition
from tagfolk_dsl.sentences import say_condition, say_metric, say_rule
from tagfolk_dsl.tree import Aggregate, Overall

BASE = """
let spend = sum(purchase.amount)
use rfm(event = purchase, amount = purchase.amount) as rfm
age > 3 -> vip
tag vip:
    title "贵宾"
    also "important"
age > 3 -> tier = gold
tag tier:
    values gold "金"
segment win: age > 3
    title "召回"
"""
PROGRAM = checked(BASE).program

SAID: list[tuple[str, str, str]] = [
    ("no purchase 6 months", "no purchase in the last 6 months", "最近 6 个月没有购买"),
    ("no purchase", "no purchase ever", "从未有过购买"),
    ("ever purchase", "at least one purchase", "曾有过购买"),
    ("purchase where category = tea in 1 month", "at least one purchase where category is tea in the last month",
     "最近 1 个月有品类是茶的购买"),
    ("purchases in 30 days >= 3", "at least 3 purchases in the last 30 days", "最近 30 天的购买次数不少于 3"),
    ("purchases yesterday = 1", "exactly 1 purchase yesterday", "昨天的购买次数是 1"),
    ("spend this year > 100k", "total amount of purchases this year is over 100,000", "今年的购买金额总和超过 100,000"),
    ("avg(purchase.amount) from 6 to 3 months ago < 5",
     "average amount of purchases from 6 to 3 months ago is under 5", "6 个月前到 3 个月前的购买金额平均值少于 5"),
    ("age 20..35 and gender = 女", "age is between 20 and 35 and gender is female", "年龄在 20 到 35 之间，且性别是女"),
    ("age >= 3 and (age > 4 or city in (a, b))", "age is at least 3 and (age is over 4 or city is a or b)",
     "年龄不少于 3，且（年龄超过 4，或城市属于 a、b）"),
    ("not age > 3", "not (age is over 3)", "并非（年龄超过 3）"),
    ("email missing", "email is missing", "email 缺失"),
    ("member", "member is yes", "member 为“是”"),
    ("joined in 30 days", "joined in the last 30 days", "joined 在最近 30 天"),
    ("joined before 2024-01-01", "joined before 2024-01-01", "joined 在 2024-01-01 之前"),
    ("joined > 2024-01-01", "joined is after 2024-01-01", "joined 晚于 2024-01-01"),
    ("joined more than 1 year ago", "joined more than 1 year ago", "joined 距今超过 1 年"),
    ("birthday in next 7 days", "anniversary of birthday in the next 7 days", "生日的周年在未来 7 天"),
    ("spend in 3 months fell 80%",
     "total amount of purchases in the last 3 months fell by 80% or more against the period before",
     "最近 3 个月的购买金额总和比前一期下降 80% 以上"),
    ("top 20% by spend in 90 days among (city = a)",
     "top 20% by total amount of purchases in the last 90 days among customers (city is a)",
     "在城市是 a 的客户中，最近 90 天的购买金额总和排前 20%"),
    ("visit then no purchase within 7 days in 30 days", "visit then no purchase within 7 days in the last 30 days",
     "最近 30 天访问，后 7 天内没有购买"),
    ("at least 3 purchase within 24 hours", "at least 3 purchases within 24 hours", "某 24 小时内至少 3 次购买"),
    ("purchase in at least 3 of the last 5 weeks", "purchase in at least 3 of the last 5 weeks",
     "最近 5 周中至少 3 周有购买"),
    ("first purchase in 30 days", "first purchase in the last 30 days", "首次购买在最近 30 天"),
    ("every purchase where amount > 5 this month", "every purchase this month where amount is over 5",
     "本月每次购买都金额超过 5"),
    ("some customer of company (age > 3)", "some customer of the same company: age is over 3",
     "同一 company 中有客户满足（年龄超过 3）"),
    ("has vip", "has the tag vip", "有标签“贵宾”"),
    ("lacks vip", "does not have the tag vip", "没有标签“贵宾”"),
    ("has vip for 30 days", "has had the tag vip for 30 days", "标签“贵宾”已持续 30 天"),
    ("had vip 3 months ago", "had the tag vip 3 months ago", "3 个月前曾有标签“贵宾”"),
    ("tier = gold", "tier is gold", "tier 是金"),
    ("in segment win", "in the segment win", "属于人群“召回”"),
    ("rfm.segment = champions", "segment (rfm) is champions", "rfm.segment 是 champions"),
    ("days since last purchase > 30", "days since the last purchase is over 30", "距上次购买的天数超过 30"),
    ("days from first visit to first purchase < 7", "days from the first visit to the first purchase is under 7",
     "从首次访问到首次购买的天数少于 7"),
    ("share(purchase where category = tea) > 60%", "share of purchases where category is tea is over 60%",
     "品类是茶的购买次数占比超过 60%"),
    ("name like \"San*\"", 'name is like "San*"', "name 形如“San*”"),
    ("purchase where weekday(time) = sat", "at least one purchase where weekday of time is Saturday",
     "曾有过时间的星期是周六的购买"),
    ("spend / purchases > 3", "total amount of purchases / purchases is over 3", "购买金额总和 ÷ 购买次数超过 3"),
    ("spend > across customers avg(spend)",
     "total amount of purchases is over average total amount of purchases across customers",
     "购买金额总和超过各客户购买金额总和的平均值"),
    ("bucket(100) < 50", "random bucket of 100 is under 50", "100 份随机分桶少于 50"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "english", "chinese"), SAID, ids=[s[0] for s in SAID])
def test_a_condition_is_said(text: str, english: str, chinese: str) -> None:
    condition, diagnostics = check_condition(text, PROGRAM, SHOP)
    assert condition is not None, diagnostics
    assert say_condition(condition, "en", SHOP, PROGRAM) == english
    assert say_condition(condition, "zh", SHOP, PROGRAM) == chinese


def test_a_rule_is_said() -> None:
    text = "age > 3 -> tier = gold, vip for 90 days\nage > 5 -> kept forever, not vip\n"
    rules = checked(BASE + text).program.rules[-2:]
    assert say_rule(rules[0], "en", SHOP, PROGRAM) == (
        "age is over 3: gets the tag tier = gold, gets the tag vip for 90 days"
    )
    assert say_rule(rules[0], "zh", SHOP, PROGRAM) == "年龄超过 3：授予标签“tier”，值为金；授予标签“贵宾”，保留 90 天"
    assert say_rule(rules[1], "zh") == "age 超过 5：授予标签“kept”，永久保留；去掉标签“vip”"


def test_a_metric_is_said_without_a_vocabulary() -> None:
    metric = Overall(Aggregate("median", "store_visit", "length"))
    assert say_metric(metric, "en") == "median length of store visits over all customers"


def test_every_node_has_words() -> None:
    from tagfolk_dsl import tree
    from tagfolk_dsl.sentences.english import condition_en, metric_en
    from tagfolk_dsl.sentences.mandarin import condition_zh, metric_zh

    surface = {"Bare", "Name", "Dotted", "Windowed", "Filtered"}
    literal = {"Number", "Text", "Boolean", "Day", "Instant"}
    nodes = [getattr(tree, name) for name in tree.__all__]
    for base, functions in ((tree.Condition, (condition_en, condition_zh)), (tree.Metric, (metric_en, metric_zh))):
        named = [n for n in nodes if isinstance(n, type) and issubclass(n, base) and n is not base]
        assert len(named) > 20
        for node in named:
            if node.__name__ in surface | literal:
                continue
            for function in functions:
                assert node in function.registry, f"{function.__name__} has no words for {node.__name__}"
