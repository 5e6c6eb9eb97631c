"""The measures by name: what each is called, what it needs, the sentence that defines it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from tagfolk_engine.measures import trees as t
from tagfolk_engine.measures.trees import Part, Scope

Unit = Literal["customers", "orders", "money", "share", "points", "count"]
Needs = Literal["event", "amount", "score", "sent", "cost", "clv"]


@dataclass(frozen=True)
class Definition:
    """A named measure. ``over`` gives the parts that are counted or summed over customers, ``figure`` puts the totals
    together. ``english`` and ``chinese`` define it; ``{event}``, ``{window}`` … are filled in. ``rolling``: a measure
    that compares a window with the one before it, and takes 90 days where none is said."""

    name: str
    title: str
    title_zh: str
    also: tuple[str, ...]
    unit: Unit
    needs: tuple[Needs, ...]
    english: str
    chinese: str
    over: Callable[[Scope], Mapping[str, Part]]
    top: str
    below: str | None = None
    rolling: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        """All its names."""
        return (self.name, self.name.replace("_", " "), self.title.lower(), self.title_zh, *self.also)


DEFINITIONS: Mapping[str, Definition] = {
    d.name: d
    for d in (
        Definition(
            "customers",
            "Customers",
            "客户数",
            ("number of customers", "用户数", "会员数", "顾客数"),
            "customers",
            (),
            "all customers",
            "全部客户",
            lambda s: {"customers": t.everybody()},
            "customers",
        ),
        Definition(
            "buyers",
            "Buyers",
            "购买人数",
            ("paying customers", "purchasers", "购买客户数", "消费人数", "下单人数"),
            "customers",
            ("event",),
            "customers with at least one {event}{window}",
            "{window}至少有一次{event}的客户",
            lambda s: {"buyers": t.buyers(s)},
            "buyers",
        ),
        Definition(
            "new_buyers",
            "New buyers",
            "新客数",
            ("new customers", "新客", "新增客户数", "首购人数"),
            "customers",
            ("event",),
            "customers whose first {event} lies{window}",
            "首次{event}在{window}内的客户",
            lambda s: {"new": t.newcomers(s)},
            "new",
        ),
        Definition(
            "orders",
            "Orders",
            "订单数",
            ("number of orders", "order count", "单量", "订单量", "购买次数"),
            "orders",
            ("event",),
            "all {orders}{window}",
            "{window}的全部{orders}",
            lambda s: {"orders": t.orders(s)},
            "orders",
        ),
        Definition(
            "revenue",
            "Revenue",
            "销售额",
            ("sales", "turnover", "gmv", "income", "营业额", "收入", "营收", "成交额"),
            "money",
            ("event", "amount"),
            "sum of {amount}{window}",
            "{window}{amount}之和",
            lambda s: {"revenue": t.revenue(s)},
            "revenue",
        ),
        Definition(
            "average_order_value",
            "Average order value",
            "客单价",
            ("aov", "average basket", "average ticket", "笔单价", "平均订单金额"),
            "money",
            ("event", "amount"),
            "revenue ÷ orders: sum of {amount}{window} ÷ {orders}{window}",
            "销售额 ÷ 订单数：{window}{amount}之和 ÷ {window}的{orders}",
            lambda s: {"revenue": t.revenue(s), "orders": t.orders(s)},
            "revenue",
            "orders",
        ),
        Definition(
            "repurchase_rate",
            "Repurchase rate",
            "复购率",
            ("repeat purchase rate", "repeat rate", "回购率", "重复购买率"),
            "share",
            ("event",),
            "customers with at least two {orders}{window} ÷ customers with at least one",
            "{window}至少有两次{orders}的客户 ÷ 至少有一次的客户",
            lambda s: {"repeaters": t.repeaters(s), "buyers": t.buyers(s)},
            "repeaters",
            "buyers",
        ),
        Definition(
            "churn_rate",
            "Churn rate",
            "流失率",
            ("attrition rate", "customer churn", "客户流失率"),
            "share",
            ("event",),
            "of those with a {event} in the time before, the share without one{window}",
            "上一期有{event}的客户中，{window}没有{event}的比例",
            lambda s: {"gone": t.gone(s), "before": t.before(s)},
            "gone",
            "before",
            rolling=True,
        ),
        Definition(
            "retention",
            "Retention rate",
            "留存率",
            ("retention", "customer retention", "客户留存率", "保留率"),
            "share",
            ("event",),
            "of those with a {event} in the time before, the share with one{window} too",
            "上一期有{event}的客户中，{window}也有{event}的比例",
            lambda s: {"stayed": t.stayed(s), "before": t.before(s)},
            "stayed",
            "before",
            rolling=True,
        ),
        Definition(
            "arpu",
            "Average revenue per user",
            "人均收入",
            ("average revenue per customer", "revenue per customer", "人均消费", "人均销售额"),
            "money",
            ("event", "amount"),
            "sum of {amount}{window} ÷ all customers",
            "{window}{amount}之和 ÷ 全部客户",
            lambda s: {"revenue": t.revenue(s), "customers": t.everybody()},
            "revenue",
            "customers",
        ),
        Definition(
            "arppu",
            "Average revenue per buyer",
            "每购买客户收入",
            ("average revenue per paying user", "revenue per buyer", "付费用户平均收入"),
            "money",
            ("event", "amount"),
            "sum of {amount}{window} ÷ customers with at least one {event}",
            "{window}{amount}之和 ÷ 至少有一次{event}的客户",
            lambda s: {"revenue": t.revenue(s), "buyers": t.buyers(s)},
            "revenue",
            "buyers",
        ),
        Definition(
            "clv",
            "Customer lifetime value",
            "客户终身价值",
            ("ltv", "lifetime value", "customer value", "生命周期价值", "终身价值"),
            "money",
            ("clv",),
            "mean of {clv}: what each customer is expected to be worth",
            "{clv}的平均值：每位客户预计的价值",
            lambda s: {"value": t.lifetime(s), "known": t.lifetime_known(s)},
            "value",
            "known",
        ),
        Definition(
            "cac",
            "Customer acquisition cost",
            "获客成本",
            ("acquisition cost", "cost per new customer", "拉新成本"),
            "money",
            ("event", "cost"),
            "what was spent on winning customers{window} ÷ customers whose first {event} lies{window}",
            "{window}的获客支出 ÷ 首次{event}在{window}内的客户",
            lambda s: {"cost": t.spent(s), "new": t.newcomers(s)},
            "cost",
            "new",
        ),
        Definition(
            "nps",
            "Net promoter score",
            "净推荐值",
            ("promoter score", "推荐值"),
            "points",
            ("score",),
            "share of 9 and 10 less share of 0 to 6 among the last {score} of each customer{window}, in points",
            "每位客户{window}最近一次{score}：9–10分的比例减去0–6分的比例（百分点）",
            lambda s: {"promoters": t.promoters(s), "answers": t.answers(s)},
            "promoters",
            "answers",
        ),
        Definition(
            "response_rate",
            "Response rate",
            "响应率",
            ("promotion response", "conversion of a promotion", "活动响应率", "促销响应率"),
            "share",
            ("event", "sent"),
            "of those with a {sent}{window}, the share with a {event} within 7 days after it",
            "{window}有{sent}的客户中，之后7天内有{event}的比例",
            lambda s: {"responded": t.responded(s), "reached": t.reached(s)},
            "responded",
            "reached",
        ),
    )
}


def find(words: str) -> Definition | None:
    """The measure that goes by a name, in English or Chinese, whatever its case.

    >>> find("Repurchase Rate").name, find("客单价").name, find("weather")
    ('repurchase_rate', 'average_order_value', None)
    """
    asked = " ".join(words.lower().split())
    for definition in DEFINITIONS.values():
        if asked in (s.lower() for s in definition.spellings):
            return definition
    return None
