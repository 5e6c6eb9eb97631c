"""Codes about types: values and figures that do not fit where they stand."""

from __future__ import annotations

from tagfolk_dsl.syntax_codes import SyntaxCode as Code

TYPE_CODES: dict[str, Code] = {
    "T040": Code(
        "types that do not go together", "The two sides of a comparison are of different types.",
        "Compare numbers with numbers, text with text and dates with dates; quote text that looks like a name.",
        "类型不一致", "比较的两边类型不同。", "数字比数字、文本比文本、日期比日期；与名称同形的文本请加引号。",
    ),
    "T041": Code(
        "no order", "Greater, less and ranges need numbers or dates; text and yes/no have no order.",
        "Use =, != or in (…).",
        "不能比较大小", "大小和范围只用于数字和日期；文本和是/否没有大小。", "用 =、!= 或 属于 (…)。",
    ),
    "T042": Code(
        "numbers are due", "This aggregate works on numbers, and the property is none.",
        "Take a property of numbers, or distinct, first, last or most_common.",
        "需要数字属性", "这种聚合只用于数字，而该属性不是数字。", "换一个数字属性，或用 种类数、首次、末次、最常。",
    ),
    "T043": Code(
        "property or event", "The aggregate needs a property and has none, or takes an event alone and has a property.",
        "Write sum(purchase.amount), but count(purchase).",
        "应写属性还是事件", "该聚合需要属性却没有写，或只接受事件却写了属性。", "写 总和(购买.金额)，但 次数(购买)。",
    ),
    "T044": Code(
        "only text can be matched", "like, matches, contains, starts with and ends with look at text.",
        "Compare the figure with =, < or > instead.",
        "只有文本可以匹配", "形如、匹配、包含、开头为、结尾为 只用于文本。", "改用 =、< 或 > 比较。",
    ),
    "T045": Code(
        "a date is due", "A date or time must stand here, and this is something else.",
        "Take a date attribute, or give the attribute type = \"date\" in tagfolk.toml.",
        "需要日期", "这里必须是日期或时间。", "换一个日期属性，或在 tagfolk.toml 中把该属性的 type 设为 \"date\"。",
    ),
    "T046": Code(
        "a number is due", "Arithmetic, averages and changes work on numbers.", "Take a figure that is a number.",
        "需要数字", "四则运算、平均和升降只用于数字。", "换一个数字指标。",
    ),
    "T047": Code(
        "an event is no figure", "An event (or its property) has no single value per customer.",
        "Say which figure: the plural or count(…) for how many, sum(…), last(…) for a property.",
        "事件不是数值", "事件（或它的属性）对每位客户没有单一的值。", "说明哪个数值：次数，或 总和(…)、末次(…)。",
    ),
    "T048": Code(
        "a figure is no condition", "A number, text or date alone is neither true nor false.",
        "Compare it: '>= 3', '= tea', 'in 30 days'.",
        "数值不是条件", "单独的数字、文本或日期没有真假。", "加上比较：“>= 3”“= 茶”“近30天”。",
    ),
    "T049": Code(
        "a window without events", "The window stands after something that looks at no events, or has one already.",
        "Take the window away, or put it after the metric that needs it.",
        "时间范围没有对象", "时间范围后面的内容不涉及事件，或已经有时间范围。", "去掉它，或放到需要它的指标后面。",
    ),
    "T050": Code(
        "where without events", "'where' chooses among events, and there are none here.",
        "Put 'where' after an event, or write the condition with 'and'.",
        "“其中”没有对象", "“其中”用来筛选事件，而这里没有事件。", "把“其中”放在事件后面，或用“且”连接条件。",
    ),
    "T051": Code(
        "a condition is no figure", "A let that is a condition is compared with something.",
        "Use it by itself, or with 'not'.",
        "条件不是数值", "把代表条件的“令”拿来比较。", "直接使用它，或加“非”。",
    ),
    "T052": Code(
        "no window before this one", "'fell' and 'rose' compare with the window before, and this metric has none.",
        "Give the metric a window such as 'in 3 months' or 'this month'.",
        "没有前一期", "“下降”“上升”与前一期比较，而该指标没有可比的时间范围。", "加上“近3个月”或“本月”这样的时间范围。",
    ),
    "T053": Code(
        "a window in the future", "'in next …' looks ahead; events lie in the past.",
        "Use it for the anniversary of a date only: birthday in next 7 days.",
        "未来的时间范围", "“未来…”指将来，而事件都在过去。", "只用于日期的周年：生日 未来7天。",
    ),
    "T054": Code(
        "regular expression refused", "It cannot be read, or no engine runs it in linear time.",
        "Leave out backreferences, lookaround and possessive repetitions; contains and like often do.",
        "正则表达式不可用", "无法解析，或无法在线性时间内运行。",
        "去掉反向引用、环视和占有型重复；常常“包含”“形如”就够了。",
    ),
    "T055": Code(
        "an aggregate is due", "share and overall need an aggregate over events (share: with 'where').",
        "Write share(purchase where category = tea), overall avg(purchase.amount).",
        "需要聚合", "占比和总体需要事件的聚合（占比要带“其中”）。",
        "写 占比(购买 其中 品类 = 茶)、总体 平均(购买.金额)。",
    ),
    "T056": Code(
        "nothing to rank by", "Customers are ranked by a number or a date.", "Take a figure that is a number.",
        "不能用来排名", "排名要按数字或日期。", "换一个数字指标。",
    ),
    "T057": Code(
        "several values for one", "'top N of' gives several values to a tag that keeps one.",
        "Declare the tag with 'values many'.",
        "一个标签多个值", "“前N个”给只保留一个值的标签多个值。", "在标签声明中写“取值 many”。",
    ),
    "T058": Code(
        "wrong kind of argument", "The argument of the method is of another kind than it takes.",
        "Write what the message names; 'tagfolk plugins' lists the arguments.",
        "参数种类不对", "参数的种类与方法要求的不同。", "按提示书写；“tagfolk plugins”列出参数。",
    ),
    "T059": Code(
        "missing argument", "The method cannot do without this argument.", "Add it.",
        "缺少参数", "该方法不能没有这个参数。", "补上该参数。",
    ),
}  # fmt: skip
"""Code → entry."""
