"""Codes of warnings: what runs, but is probably not meant."""

from __future__ import annotations

from tagfolk_dsl.syntax_codes import SyntaxCode as Code

WARNING_CODES: dict[str, Code] = {
    "W001": Code(
        "tag never granted", "The tag is declared, and no rule grants it.",
        "Write a rule that grants it, or remove the declaration; a pin alone can also give it.",
        "标签从未授予", "标签已声明，但没有规则授予它。", "写一条授予它的规则，或删除声明；也可以只靠人工固定。",
    ),
    "W002": Code(
        "can never hold", "The parts of the condition exclude each other, so it holds for nobody.",
        "Look for a wrong number or an 'and' that should be 'or'.",
        "永远不成立", "条件的各部分互相排斥，对任何客户都不成立。", "检查数字，或把“且”改为“或”。",
    ),
    "W003": Code(
        "holds for everybody", "The condition leaves nobody out.", "Say what sets the customers apart.",
        "对所有人成立", "条件没有排除任何人。", "写明这些客户的区别。",
    ),
    "W004": Code(
        "bands overlap", "Two bands share values, and neither contains the other; the earlier one gets them.",
        "Move one end, so that each value belongs to one band.",
        "分层重叠", "两层有共同的值而互不包含；归前面的层。", "移动一端，使每个值只属于一层。",
    ),
    "W005": Code(
        "gap between bands", "Values between two bands belong to no band.", "Close the gap, or add 'otherwise'.",
        "分层有空缺", "两层之间的值不属于任何层。", "补上空缺，或加“其他”。",
    ),
    "W006": Code(
        "band never reached", "Bands before it take every customer that fits it.",
        "The first band that fits counts: move the narrower one up.",
        "分层不可到达", "前面的层已包括所有符合它的客户。", "第一个符合的层生效：把更窄的放到前面。",
    ),
    "W007": Code(
        "value not listed", "The attribute or property has a value mapping, and this spelling is not in it.",
        "Take a listed value, or add the spelling in tagfolk.toml.",
        "未列出的取值", "该属性有取值对照表，而这个写法不在其中。", "改用列出的取值，或在 tagfolk.toml 中添加写法。",
    ),
    "W008": Code(
        "ambiguous word", "The word is a name with a value of its own and also a text that the left side can be.",
        "Quote it if you mean the text.",
        "有歧义的词", "这个词既是有值的名称，也是左边可能的文本。", "若指文本，请加引号。",
    ),
    "W009": Code(
        "two values at once", "Rules of the same priority can give the tag two values; the earlier statement wins.",
        "Give them priorities, or let their conditions exclude each other.",
        "可能有两个取值", "同一优先级的规则可能给标签两个值；前面的语句优先。", "写明优先级，或让条件互斥。",
    ),
    "W010": Code(
        "customers who never had the event", "'no EVENT' in a window also holds for those who never had it at all.",
        "Add 'and ever EVENT' if they are not meant.",
        "包括从未有过的客户", "“没有 事件”加时间范围，也包括从未有过该事件的客户。", "若不包括他们，加上“且 曾 事件”。",
    ),
    "W011": Code(
        "a name hides another", "Two things of different kinds have one name; the message says which one counts.",
        "Give one of them another name.",
        "名称遮蔽", "两个不同种类的东西同名；提示说明哪个生效。", "给其中一个改名。",
    ),
    "W012": Code(
        "sink not configured", "'sync' names a sink that tagfolk.toml does not have; nothing is sent.",
        "Add [sinks.NAME] to tagfolk.toml, or correct the name.",
        "没有配置同步目标", "“同步”的目标不在 tagfolk.toml 中；不会发送。",
        "在 tagfolk.toml 中添加 [sinks.名称]，或改正名称。",
    ),
    "W013": Code(
        "channel not known", "'notify' names a channel that is not configured; nobody is notified.",
        "Correct the name, or add the bot to the channel.",
        "未知的频道", "“通知”的频道没有配置；不会通知任何人。", "改正名称，或把机器人加入频道。",
    ),
    "W014": Code(
        "the same rule twice", "Another rule has the same condition and the same effects.", "Remove one of them.",
        "重复的规则", "另一条规则的条件和结果完全相同。", "删除其中一条。",
    ),
    "W015": Code(
        "a value that the tag never has", "No rule or band gives the tag this value, so the comparison never fits.",
        "Take one of the values that are given.",
        "标签没有这个取值", "没有规则或分层给该标签这个值，比较永远不符合。", "改用实际给出的取值。",
    ),
    "W016": Code(
        "values of two kinds", "The tag is granted with a value here and without there, or with different types.",
        "Give it values of one type everywhere.",
        "取值不统一", "标签一处带取值、一处不带，或类型不同。", "统一为同一类型的取值。",
    ),
    "W018": Code(
        "event never seen", "The event of the example is not before the example's time.", "Give it an earlier time.",
        "看不到的事件", "示例中的事件不早于示例的时间点。", "改为更早的时间。",
    ),
    "W019": Code(
        "value twice in a list", "The list names a value more than once.", "Remove one.",
        "列表中重复", "列表中同一个值写了多次。", "删除一个。",
    ),
}  # fmt: skip
"""Code → entry."""
