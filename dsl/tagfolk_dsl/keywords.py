"""Every word of the language: English, Chinese, one line of meaning in each. Feeds lexer, completion, hover and docs.

The lexer knows a word by its *key*. An English word is its own key; words of both languages that say the same have
one key. Keywords are soft: the lexer takes a word for a keyword only where the words around it make that reading
possible, so ``score``, ``month`` or ``first`` stay usable as names and values.
"""

from __future__ import annotations

from dataclasses import dataclass

from tagfolk_dsl.tree import Unit


@dataclass(frozen=True)
class Keyword:
    """One keyword. The first spelling of each language is the one the formatter writes."""

    key: str
    en: tuple[str, ...]
    zh: tuple[str, ...]
    meaning: str
    meaning_zh: str
    room: str = "expression"
    """Where it is used: ``statement``, ``clause``, ``effect``, ``function``, ``window`` or ``expression``."""


def _table(room: str, *rows: tuple[str, str, str, str, str]) -> tuple[Keyword, ...]:
    """Rows of (key, English spellings, Chinese spellings, meaning, meaning in Chinese); ``|`` parts spellings."""
    return tuple(
        Keyword(key, tuple(filter(None, en.split("|"))), tuple(filter(None, zh.split("|"))), meaning, meaning_zh, room)
        for key, en, zh, meaning, meaning_zh in rows
    )


KEYWORDS: tuple[Keyword, ...] = (
    *_table(
        "statement",
        ("let", "let", "令", "gives a metric or condition a name", "给指标或条件取名"),
        ("tag", "tag", "标签", "declares a tag for people", "声明标签"),
        ("use", "use", "使用", "runs an analysis method before the rules", "在规则之前运行分析方法"),
        ("rule", "rule", "规则", "names a rule", "给规则取名"),
        ("score", "score", "打分", "adds points line by line", "逐行计分"),
        ("classify", "classify", "分层", "gives each customer the first band that fits", "按第一个符合的档位分层"),
        ("segment", "segment", "人群", "names a group of customers", "命名一个客户人群"),
        ("template", "template", "模板", "what one kind of work looks at", "一类工作所看的标签与指标"),
        ("example", "example", "示例", "one customer's record and what must come of it", "一位客户的记录及应有的结果"),
        ("expect", "expect", "期望", "what an example must give", "示例应得的结果"),
        ("as", "as", "为", "names the columns of a method", "给方法的结果取名"),
        ("otherwise", "otherwise", "其他|否则", "the band for everybody left", "其余所有客户的档位"),
    ),
    *_table(
        "clause",
        ("title", "title", "名称", "the name people read", "给人看的名称"),
        ("also", "also", "别名", "further names people use", "人们使用的别名"),
        ("about", "about", "说明", "what it means, in a sentence", "一句话说明含义"),
        ("layer", "layer", "层", "base, behaviour, value or need", "基础、行为、价值或需求"),
        ("weight", "weight", "权重", "core or auxiliary", "核心或辅助"),
        ("refresh", "refresh", "更新", "how often it is evaluated", "多久更新一次"),
        ("owner", "owner", "负责人", "who answers for it", "由谁负责"),
        ("why", "why", "原因", "the reason given to people", "给人看的原因"),
        ("priority", "priority", "优先级", "which rule's value wins", "多个取值时谁优先"),
        ("values", "values", "取值", "names of a tag's values", "标签取值的名称"),
        ("many", "many", "多个", "the tag keeps several values", "标签可有多个取值"),
        ("action", "action", "动作", "what to do with a segment", "对人群采取的动作"),
        ("notify", "notify", "通知", "the Slack channel told of changes", "变动时通知的频道"),
        ("sync", "sync", "同步", "the sinks a segment goes to", "人群同步到哪里"),
        ("limit", "limit", "上限", "at most so many customers", "客户数上限"),
        ("holdout", "holdout", "对照组", "a stable random part never synced", "不同步的固定随机对照组"),
        ("at_random", "at random", "随机", "a stable random choice", "固定的随机选取"),
    ),
    *_table(
        "effect",
        ("arrow", "", "则", "then grant", "则授予"),
        ("replacing", "replacing", "替换", "grants one tag and withholds another", "授予一个标签并去掉另一个"),
        ("withhold", "", "去掉", "withholds a tag", "去掉标签"),
        ("for", "for", "保留", "kept for a time, or held for a time", "保留或已持续一段时间"),
        ("forever", "forever", "永久", "kept until a rule withholds it", "保留到被规则去掉为止"),
        ("when", "when", "当", "where the score is so high", "当分数达到时"),
    ),
    *_table(
        "expression",
        ("and", "and", "且|并且|而且", "both hold", "同时成立"),
        ("or", "or", "或|或者", "one of them holds", "其一成立"),
        ("not", "not", "非", "the opposite", "取反"),
        ("no", "no", "未|无|没", "no such event", "没有发生该事件"),
        ("zh_no", "", "没有", "no such event, or lacks the tag", "没有该事件或标签"),
        ("never", "", "从未", "no such event ever", "从未发生"),
        ("every", "every", "每次", "all events of the window fit", "时间内每次都符合"),
        ("ever", "ever", "曾经|曾", "at any time", "任何时间"),
        ("first", "first", "首次", "the earliest", "最早的一次"),
        ("where", "where", "其中", "only events that fit", "只看符合的事件"),
        ("has", "has", "有|带有", "holds the tag", "带有标签"),
        ("lacks", "lacks", "不带", "does not hold the tag", "不带标签"),
        ("had", "had", "曾有", "held the tag in the past", "过去带有标签"),
        ("has_for", "", "已有", "has held the tag for a time", "已持续带有标签"),
        ("is", "is", "", "is equal to", "等于"),
        ("eq", "", "是|等于", "is equal to", "等于"),
        ("ne", "", "不是|不等于", "is not equal to", "不等于"),
        ("ge", "at least", "不少于|至少|不低于", "greater or equal", "大于或等于"),
        ("le", "at most", "不超过|至多|不高于", "less or equal", "小于或等于"),
        ("gt", "more than", "超过|大于|高于", "greater", "大于"),
        ("lt", "less than", "少于|小于|低于", "less", "小于"),
        ("over", "over", "", "greater, like more than", "大于"),
        ("under", "under", "", "less, like less than", "小于"),
        ("in", "in", "", "in a time, a list or a segment", "在时间、列表或人群之内"),
        ("member", "", "属于", "is one of a list", "是列表之一"),
        ("not_member", "", "不属于", "is none of a list", "不是列表之一"),
        ("in_segment", "in segment", "属于人群", "belongs to the segment", "属于人群"),
        ("missing", "missing", "缺失|为空", "has no value", "没有值"),
        ("known", "known", "已知", "has a value", "有值"),
        ("yes", "yes", "", "true", "真"),
        ("zh_no_value", "", "否", "false", "假"),
        ("like", "like", "形如", "the whole text fits a pattern with * and ?", "整个文本符合通配模式"),
        ("matches", "matches", "匹配", "a regular expression is found", "符合正则表达式"),
        ("contains", "contains", "包含", "the text holds another", "包含文本"),
        ("starts", "starts with", "开头为", "the text starts so", "以此开头"),
        ("ends", "ends with", "结尾为", "the text ends so", "以此结尾"),
        ("top", "top", "", "the highest", "最高的"),
        ("bottom", "bottom", "", "the lowest", "最低的"),
        ("by", "by", "按", "by which metric", "按哪个指标"),
        ("of", "of", "", "of what", "属于什么"),
        ("among", "among", "之中", "only customers who meet a condition are looked at", "只在符合条件的客户之中比较"),
        ("fell", "fell", "下降", "fell against the window before", "与前一时段相比下降"),
        ("rose", "rose", "上升", "rose against the window before", "与前一时段相比上升"),
        ("then", "then", "后|之后", "followed by", "之后发生"),
        ("directly", "directly then", "直接后|紧接着", "followed with nothing between", "紧接着发生"),
        ("without", "without", "期间未", "without such an event between", "其间没有该事件"),
        ("matching", "matching", "相同", "with the same value of a property", "属性值相同"),
        ("of_first", "of the first", "首步起", "counted from the first step", "从第一步算起"),
        ("some_fellow", "some customer of", "某个客户同属", "some customer with the same value", "同属性值的某个客户"),
        (
            "every_fellow",
            "every customer of",
            "每个客户同属",
            "every customer with the same value",
            "同属性值的每个客户",
        ),
        ("no_fellow", "no customer of", "没有客户同属", "no customer with the same value", "同属性值的客户都不"),
        ("to_first", "to first", "到首次", "to the first", "到首次"),
        ("to_last", "to last", "到末次", "to the last", "到末次"),
    ),
    *_table(
        "window",
        (
            "recent",
            "in the last",
            "近|最近|过去",
            "a time up to now: '6 months', or 'month' for one",
            "到目前为止的一段时间",
        ),
        ("inside", "", "内|以内|之内", "within so long", "在一段时间之内"),
        ("within", "within", "", "within so long", "在一段时间之内"),
        ("last", "last", "", "the time before now, or the latest", "上一个或最近一次"),
        ("this", "this", "", "the period that holds now", "当前时段"),
        ("next", "in next", "未来", "the time to come", "未来一段时间"),
        ("ago", "ago", "", "so long before now", "多久以前"),
        ("front", "", "前", "so long ago, or the highest", "多久以前，或最高的"),
        ("before", "before", "", "before a day", "某日之前"),
        ("zh_before", "", "之前|以前", "before a day", "某日之前"),
        ("since", "since", "自从|自", "from a day on", "自某日起"),
        ("since_end", "", "以来|起", "ends a time that begins with 自", "与“自”连用"),
        ("between", "between", "", "both ends included", "两端都包含"),
        ("from", "from", "", "the farther end of a time", "时段的起点"),
        ("to", "to", "到|至", "the nearer end", "到"),
        ("on", "on", "", "on one day", "在某日"),
        ("at", "at", "在", "at a day or a time", "在某日或某段时间"),
        ("mid", "", "中", "out of so many parts", "在若干段之中"),
        ("today", "today", "今天", "the day that holds now", "今天"),
        ("yesterday", "yesterday", "昨天", "the day before", "昨天"),
        ("this year", "this year", "今年", "the current year", "今年"),
        ("this quarter", "this quarter", "本季度", "the current quarter", "本季度"),
        ("this month", "this month", "本月", "the current month", "本月"),
        ("this week", "this week", "本周", "the current week, from Monday", "本周，从周一起"),
        (
            "last year",
            "last year",
            "去年",
            "the whole year before this one; 'in the last year' is the time back from now",
            "去年（整个上一周期）",
        ),
        (
            "last quarter",
            "last quarter",
            "上季度",
            "the whole quarter before this one; 'in the last quarter' is the time back from now",
            "上季度（整个上一周期）",
        ),
        (
            "last month",
            "last month",
            "上个月|上月",
            "the whole month before this one; 'in the last month' is the time back from now",
            "上个月（整个上一周期）",
        ),
        (
            "last week",
            "last week",
            "上周",
            "the whole week before this one; 'in the last week' is the time back from now",
            "上周（整个上一周期）",
        ),
    ),
    *_table(
        "function",
        ("count", "count", "次数", "number of events", "事件次数"),
        ("sum", "sum", "总和", "sum of a property", "属性总和"),
        ("avg", "avg", "平均", "average of a property", "属性平均值"),
        ("min", "min", "最小", "smallest value", "最小值"),
        ("max", "max", "最大", "largest value", "最大值"),
        ("median", "median", "中位数", "middle value", "中位数"),
        ("stddev", "stddev", "标准差", "sample standard deviation", "样本标准差"),
        ("distinct", "distinct", "种类数", "number of different values", "不同取值的个数"),
        ("first()", "first", "首次", "value at the earliest event", "最早事件的值"),
        ("last()", "last", "末次", "value at the latest event", "最近事件的值"),
        ("most_common", "most_common", "最常", "the commonest value", "最常见的值"),
        ("share", "share", "占比", "matching part of the whole", "符合部分的占比"),
        ("avg_gap", "avg_gap", "平均间隔", "average days between events", "事件平均间隔天数"),
        ("median_gap", "median_gap", "中位间隔", "median days between events", "事件间隔天数的中位数"),
        ("first_gap", "first_gap", "首次间隔", "days from the first event to the second", "第一次到第二次的天数"),
        ("bucket", "bucket", "分桶", "a stable pseudo-random number of the customer", "客户的固定伪随机数"),
        ("hour", "hour", "小时", "hour of a time, 0 to 23", "时间的小时 0–23"),
        ("weekday", "weekday", "星期几", "day of the week, mon to sun", "星期几 mon–sun"),
        ("month", "month", "月份", "month of a time, 1 to 12", "时间的月份 1–12"),
        ("overall", "overall", "总体", "one figure over everybody's events", "全体事件的一个数"),
        ("across", "across customers", "全体客户", "one figure over all customers' figures", "全体客户数值的一个数"),
        ("days_with", "days with", "天数", "number of different days with one", "有该事件的天数"),
        ("weeks_with", "weeks with", "周数", "number of different weeks with one", "有该事件的周数"),
        ("months_with", "months with", "月数", "number of different months with one", "有该事件的月数"),
        ("years_count", "", "年数", "whole years since", "年数"),
        ("since_last", "days since last", "距上次|距末次", "time since the latest event", "距最近一次的时间"),
        ("since_first", "days since first", "距首次", "time since the earliest event", "距最早一次的时间"),
        ("elapsed", "days since", "距", "time since a date", "距某日期的时间"),
        ("days_from_first", "days from first", "从首次", "days between two moments", "两次之间的天数"),
        ("days_from_last", "days from last", "从末次", "days between two moments", "两次之间的天数"),
    ),
)

UNITS: dict[str, Unit] = {
    **{unit.value: unit for unit in Unit},
    **{unit.value + "s": unit for unit in Unit},
    "秒": Unit.SECOND, "秒钟": Unit.SECOND, "分钟": Unit.MINUTE, "分": Unit.MINUTE, "小时": Unit.HOUR,
    "天": Unit.DAY, "日": Unit.DAY, "周": Unit.WEEK, "星期": Unit.WEEK, "个星期": Unit.WEEK, "个月": Unit.MONTH,
    "月": Unit.MONTH, "季度": Unit.QUARTER, "个季度": Unit.QUARTER, "年": Unit.YEAR,
}  # fmt: skip
"""Every spelling of a unit of time. A word is a unit only after a number, or after ``this`` and ``last``."""

UNIT_WORDS_ZH = {
    Unit.SECOND: "秒", Unit.MINUTE: "分钟", Unit.HOUR: "小时", Unit.DAY: "天", Unit.WEEK: "周", Unit.MONTH: "个月",
    Unit.QUARTER: "个季度", Unit.YEAR: "年",
}  # fmt: skip

LAYERS = {"base": "基础", "behaviour": "行为", "value": "价值", "need": "需求"}
WEIGHTS = {"core": "核心", "auxiliary": "辅助"}
REFRESHES = {
    "daily": "每天", "weekly": "每周", "monthly": "每月", "quarterly": "每季度", "half-yearly": "每半年",
    "yearly": "每年",
}  # fmt: skip

FUNCTIONS = frozenset(
    ("count", "sum", "avg", "min", "max", "median", "stddev", "distinct", "first", "last", "most_common", "share",
     "avg_gap", "median_gap", "first_gap", "bucket", "hour", "weekday", "month")
)  # fmt: skip
"""Words that are functions where a bracket follows."""

_EXTRA_ENGLISH = ("the", "past", "least", "most", "more", "less", "than", "with", "customer", "customers", "random")

ENGLISH: dict[str, str] = {word: word for entry in KEYWORDS for phrase in entry.en for word in phrase.split()}
"""English word → key (itself). Only single words: phrases are put together by the lexer."""
ENGLISH.update({word: word for word in _EXTRA_ENGLISH})
ENGLISH.update({word: "unit" for word in UNITS if word.isascii()})

CHINESE: dict[str, str] = {word: "unit" for word in UNITS if not word.isascii()}
"""Chinese word → key."""
for _entry in KEYWORDS:
    for _word in _entry.zh:
        CHINESE[_word] = _entry.key
CHINESE.update({"次": "times", "名": "places", "个": "pieces", "时间": "time", "首次": "first", "末次": "last()"})
CHINESE["小时"] = "unit"

STATEMENTS = frozenset(entry.key for entry in KEYWORDS if entry.room == "statement") - {"expect", "as", "otherwise"}
CLAUSES = frozenset(entry.key for entry in KEYWORDS if entry.room == "clause") - {"many", "at_random"}

ENGLISH_OF: dict[str, str] = {entry.key: entry.en[0] for entry in KEYWORDS if entry.en}
CHINESE_OF: dict[str, str] = {entry.key: entry.zh[0] for entry in KEYWORDS if entry.zh}
