"""Ways of speaking that the cut into words would miss, in the words of an ordinary question."""

from __future__ import annotations

import re

_TIME = r"(?:today|yesterday|(?:this|last) (?:week|month|quarter|year))"
_SAID: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        (r"\b(are|is|do|does|did|was|were|have|has|had)nt\b", r"\1 not"),
        (r"\bneither (.+?) nor ", r"not \1 and not "),
        (r"\bhow many percent(age)?\b", "what percent"),
        (r"\b(?:hw|hwo|hm|how mny) many\b|\bhm (?=customers|people|ppl)", "how many "),
        (r"\b(may|march) (revenue|sales|orders|turnover|income)\b", r"\2 in \1"),
        (rf"\b(today|yesterday)s\b|\b({_TIME})['’]s\b", r"\1\2"),
        (r"\b(?:bought|ordered|purchased) for the first time\b", "had their first purchase"),
        (
            r"\b(average|avg|mean|median) (?:number of )?(?!revenue|spend|amount|value|order|sales)(\w+) "
            r"per (?:order|purchase|transaction|basket)\b",
            r"\1 \2",
        ),
        (r"\bbut nothing\b", "but not"),
        (r"\bnumber of (?:buyers|buying customers|shoppers)\b(?! of)", "how many customers bought"),
        (r"^(.{2,}最[高多低少大小]的)(品类|产品|商品|门店|城市|国家|渠道|类型|甜度)[?？]?$", r"\1\2是哪个"),
        (r"(购买|下单|消费|买)过?的?(客户|用户|会员|人)的(?=.{1,6}(?:分布|构成))", r"\1过的\2"),
        (r"一[次单杯笔](?:都|也)(?:没有|没|未)", "从没"),
        (r"平均(?:多大|几岁|多少岁)(?:年纪|岁数)?", "平均年龄"),
        (r"(?<![十百千好这那])几(?=[杯元块件])", "多少"),
        (r"不止(?=[一二两三四五六七八九十\d])", "超过"),
        ("啥", "什么"),
        (r"^(.*各.*?)(?:的)?(?:对比|比较|比一比)$", r"\1"),
    )
)


def in_plain_words(text: str) -> str:
    """A tidy text with its ways of speaking in plain words.

    >>> in_plain_words("neither VIP nor frequent"), in_plain_words("既是VIP还是会员"), in_plain_words("todays revenue")
    ('not VIP and not frequent', '既是VIP又是会员', 'today revenue')
    """
    text = _ranges(text)
    for pattern, plain in _SAID:
        text = pattern.sub(plain, text)
    if "既" in text:  # "both … and also", never the "or" of a question
        text = text.replace("还是", "又是")
    return re.sub(r" {2,}", " ", text).strip()


def _ranges(text: str) -> str:
    """``30多岁``, ``in their 30s``, ``90后`` in the words of an ordinary range."""
    text = re.sub(r"(\d)0多岁", r"\g<1>0到\g<1>9岁", text)
    text = re.sub(r"\b(?:in (?:their|his|her) )(\d)0s\b", r"aged \g<1>0 to \g<1>9", text)

    if not re.search(r"占|比例|比重|百分|%", text):  # VIP贡献了多少销售额: how much it is, not which part
        text = re.sub(r"贡献了?(?=多少|的总|的全部)", "", text)

    def born(m: re.Match[str]) -> str:
        year = (1900 if int(m[1]) >= 4 else 2000) + int(m[1]) * 10
        return f"{year}-01-01到{year + 9}-12-31出生的"

    text = re.sub(
        r"\bhow (?:did|has|have|much did|much has) (.+?) "
        r"(?:change[sd]?|grow|grown|develop(?:ed)?|differ|moved?) (?:from|between) "
        r"(.+?) (?:to|and) (.+?)(\?|$)",
        r"compare \1 in \2 with \3",
        text,
        flags=re.IGNORECASE,
    )
    return re.sub(r"(?<!\d)(\d)0后", born, text)
