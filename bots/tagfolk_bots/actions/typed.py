# ruff: noqa: E501  -- a table of patterns, one entry a line
"""What a person wants done: a pressed button, a form, or a typed command in English or Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tagfolk_bots.messages import ASKING, Incoming

PRESSED = ASKING | {"propose", "submit_rule", "approve", "refuse", "right", "pause", "resume", "delete"}


@dataclass(frozen=True)
class Act:
    """``kind`` names it, ``text`` is what was typed with it, ``value`` what the button carries."""

    kind: str
    text: str = ""
    value: str = ""


_ARROW = r"(?:->|→|则|^\s*(?:tag|let|segment|classify|score|rule|标签|令|人群|分层|打分|规则)\s)"
_Q = "[\"'“”‘’「」]?"
_N = r"#?(\d{1,9})"
_COMMANDS: tuple[tuple[str, str], ...] = (
    ("propose", r"^/(?:propose|提议规则|提议|新规则)\s+(?P<text>.+)$"),
    ("propose", rf"^(?:propose|提议规则|提议|新规则)[:：\s]\s*(?P<text>(?=.*{_ARROW}).+)$"),
    ("pending", r"^/?(?:proposals|pending proposals|待批准的?(?:规则|提议)?|提议列表)$"),
    ("approve", rf"^/?(?:approve|批准)\s*{_N}$"),
    ("refuse", rf"^/?(?:refuse|reject|拒绝|驳回)\s*{_N}(?:[:：\s]\s*(?P<text>.*))?$"),
    ("verdict", r"^/(?P<value>wrong|right)\s+(?P<text>[^\s:]+:\S+\s+\S+.*)$"),
    ("wrong", r"^/wrong\s+(?P<text>.+)$"),
    ("wrong", r"^/?(?:that is wrong|that's wrong|this is wrong|wrong|这不对|这是错的)[.。!！]?(?:\s*[:：,，]\s*(?P<text>.*))?$"),
    ("remarks", r"^/?(?:feedback|反馈列表|反馈)$"),
    ("close", rf"^/?(?:close|处理完)(?:\s*feedback)?\s*{_N}$"),
    ("work_list", r"^/?(?:work ?list|unanswered(?: questions)?|未答(?:上的)?问题)$"),
    ("accept", rf"^/?accept\s+{_Q}(?P<text>.+?){_Q}\s+for\s+{_Q}(?P<value>\S.*?){_Q}$"),
    ("accept", rf"^/?(?:采纳|接受)\s*{_Q}(?P<text>.+?){_Q}\s*作为\s*{_Q}(?P<value>.+?){_Q}(?:的别名)?$"),
    ("grant", r"^/?(?:grant|授权)\s+@?(?P<text>[\w.@-]+)\s+(?:as\s+)?(?P<value>viewer|analyst|steward|admin)$"),
    ("revoke", r"^/?(?:revoke|收回授权)\s+@?(?P<text>[\w.@-]+)$"),
    ("grants", r"^/?(?:grants|授权列表)$"),
    ("save_segment", rf"^/?save(?: (?:it|this))?(?: as)?(?: segment)?\s+{_Q}(?P<text>\w+){_Q}$"),
    ("save_segment", rf"^/?(?:保存为|存为)人群\s*{_Q}(?P<text>\w+){_Q}$"),
    ("subscribe", r"^/?(?:subscribe|ask (?:this|it|the same)(?: again)?|订阅|定期提问)[:：\s]\s*(?P<text>.+)$"),
    ("subscriptions", r"^/?(?:(?:my |all )?subscriptions|我的订阅|订阅列表|所有订阅)$"),
    ("pause", rf"^/?(?:pause|暂停)\s*(?:subscription|订阅)?\s*{_N}$"),
    ("resume", rf"^/?(?:resume|恢复)\s*(?:subscription|订阅)?\s*{_N}$"),
    ("delete", rf"^/?(?:delete|unsubscribe|删除|取消)\s*(?:subscription|订阅)?\s*{_N}$"),
    (
        "watch_tag",
        rf"^/?(?:tell|alert|notify) me (?:when|if) {_Q}(?P<text>.+?){_Q} (?:grows or shrinks|changes|grows|shrinks|moves)"
        r" by (?:more than |at least )?(?P<value>\d+(?:\.\d+)?)\s*(?:%|percent)[.]?$",
    ),
    (
        "watch_tag",
        rf"^/?{_Q}(?P<text>.+?){_Q}(?:的?人数)?(?:增长或减少|增减|变化|增长|减少|涨跌)(?:超过|达到)?\s*(?P<value>\d+(?:\.\d+)?)\s*[%％]"
        r"\s*(?:的?时候?|就)?\s*[,，]?(?:提醒|通知|告诉)我?。?$",
    ),
    ("watch_customer", rf"^/?(?:tell|alert|notify) me (?:when|if) {_Q}(?P<text>.+?){_Q} changes[.]?$"),
    ("watch_customer", rf"^/?{_Q}(?P<text>.+?){_Q}有(?:变化|变动)的?时候?\s*[,，]?(?:提醒|通知|告诉)我?。?$"),
)  # fmt: skip
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE | re.DOTALL)) for kind, pattern in _COMMANDS)


def act_of(incoming: Incoming) -> Act | None:
    """What is to be done; None: the message is a question.

    >>> act_of(Incoming("approve 3")), act_of(Incoming("how many customers?"))
    (Act(kind='approve', text='', value='3'), None)
    >>> act_of(Incoming("tell me when churn_risk grows by more than 10 %"))
    Act(kind='watch_tag', text='churn_risk', value='10')
    """
    if incoming.action in PRESSED:
        return Act(str(incoming.action), incoming.text.strip(), incoming.payload or "")
    if incoming.action is not None:
        return None
    text = incoming.text.strip()
    for kind, pattern in _PATTERNS:
        found = pattern.match(text)
        if found:
            named = found.groupdict()
            value = named.get("value") or (found[1] if pattern.groups and "value" not in named else "")
            if "text" in named and value == named["text"]:
                value = ""
            return Act(kind, (named.get("text") or "").strip(), (value or "").strip())
    again = asked_again(text)
    return Act("subscribe", again[0], again[1]) if again else None


def asked_again(text: str) -> tuple[str, str] | None:
    """(schedule, question) of "every monday 09:00: QUESTION" / "每周一 9点：问题".

    >>> asked_again("every monday 09:00: how many customers?")
    ('every monday 09:00', 'how many customers?')
    """
    from tagfolk_engine.query import every

    if not re.match(r"(?:every |each |daily|weekly|monthly|每)", text, re.IGNORECASE):
        return None
    for found in re.finditer(r"[:：,，]\s*", text):
        schedule, question = text[: found.start()], text[found.end() :].strip()
        if question and not question[:2].isdigit() and every(schedule) is not None:
            return schedule, question
    return None
