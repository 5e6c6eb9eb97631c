"""Every sentence that the Slack transport says itself, English and Chinese side by side."""

from __future__ import annotations

import re

from tagfolk_bots.messages import Language

_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")

WORDS: dict[str, tuple[str, str]] = {
    "moment": ("One moment, I am working it out …", "请稍等，正在计算……"),
    "failed": (
        "Something went wrong on my side and I could not answer. It is in the log of tagfolk; please try again.",
        "我这边出了点问题，没能回答。已写入 tagfolk 的日志，请再试一次。",
    ),
    "alone": ("The answer went to the person who asked, alone.", "答案只发给了提问的人。"),
    "by_dm": ("I have sent you the file in a direct message.", "文件已经通过私信发给你了。"),
    "file": ("Here is the file.", "文件在这里。"),
    "no_file": (
        "The answer is above, but its file or chart could not be sent.",
        "答案见上，但文件或图表没能发出来。",
    ),
    "chart": ("Chart", "图表"),
    "readings": ("Did you mean", "你是不是想问"),
    "shown": ("The first {shown} of {total} rows.", "前 {shown} 行，共 {total} 行。"),
    "cut": ("… (cut; ask for the file to see everything)", "……（已截断，完整内容请要文件）"),
    "stale": ("This button is too old. Please ask again.", "这个按钮已失效，请重新提问。"),
    "hello": (
        "Ask me about your customers, for example:\n{examples}",
        "可以问我关于客户的问题，例如：\n{examples}",
    ),
    "examples": (
        "how many customers have each tag?\nwhat can I ask?",
        "每个标签有多少客户？\n我可以问什么？",
    ),
    "home_title": ("Your customers", "客户概览"),
    "home_customers": ("{n} customers as of {as_of}", "共 {n} 位客户，截至 {as_of}"),
    "home_empty": (
        "There is nothing to show yet: no run is stored.",
        "还没有可以显示的内容：尚无运行结果。",
    ),
    "home_segments": ("Segments", "人群"),
    "home_tags": ("Tags", "标签"),
    "home_changes": ("What changed since the run before", "与上次运行相比的变化"),
    "home_no_changes": ("Nobody entered or left.", "没有客户进入或离开。"),
    "home_ask": ("Ask", "提问"),
    "home_more": ("… and {n} more. Ask me for the list.", "……还有 {n} 个，可以向我要列表。"),
    "home_propose": ("Propose a rule", "提议一条规则"),
    "entered_left": ("{tag}: {entered} entered, {left} left", "{tag}：进入 {entered}，离开 {left}"),
    "who_empty": ("That message has no text to look for a customer in.", "这条消息里没有可以用来查找客户的文字。"),
    "send": ("Send", "发送"),
    "cancel": ("Cancel", "取消"),
    "typed_nothing": ("Please type something first.", "请先输入内容。"),
    "save_segment": ("Save as segment", "保存为人群"),
    "save_segment_label": ("Name of the segment", "人群的名称"),
    "save_segment_hint": ("A short name: letters, digits and _", "简短的名称：字母、汉字、数字和 _"),
    "subscribe": ("Ask it regularly", "定期提问"),
    "subscribe_label": ("How often", "多久一次"),
    "subscribe_hint": ("For example: every monday 09:00", "例如：每周一 09:00"),
    "wrong": ("That is wrong", "这不对"),
    "wrong_label": ("What is wrong?", "哪里不对？"),
    "wrong_hint": ("Say what you expected. It goes to the admin's list.", "请写下应有的结果，会进入管理员的清单。"),
    "propose": ("Propose a rule", "提议规则"),
    "propose_label": ("The rule", "规则"),
    "propose_hint": ("For example: no purchase 6 months -> churn_risk", "例如：6个月内没有购买 → 流失风险"),
    "preview": ("Preview", "预览"),
    "preview_wait": ("The preview appears here while you type.", "输入时，这里会显示预览。"),
    "sent": ("Done.", "完成。"),
}


def say(key: str, language: Language, **values: object) -> str:
    """The sentence ``key`` in a language, with its blanks filled.

    >>> say("by_dm", "en")
    'I have sent you the file in a direct message.'
    """
    english, chinese = WORDS[key]
    return (chinese if language == "zh" else english).format(**values)


def language_of(text: str, default: Language = "en") -> Language:
    """The language of a typed text: Chinese as soon as it has a Chinese character, English if it has letters.

    >>> language_of("上海有多少客户"), language_of("how many"), language_of("42", "zh")
    ('zh', 'en', 'zh')
    """
    if _CHINESE.search(text):
        return "zh"
    return "en" if re.search(r"[A-Za-z]", text) else default
