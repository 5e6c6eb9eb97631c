"""What can be wrong with the wording of a rule file: code → title, meaning and how to mend it, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SyntaxCode:
    """One kind of syntax error, for documentation and ``--json`` readers."""

    title: str
    meaning: str
    mend: str
    title_zh: str
    meaning_zh: str
    mend_zh: str


SYNTAX_CODES: dict[str, SyntaxCode] = {
    "T001": SyntaxCode(
        "unexpected word", "A word or sign stands where the sentence cannot go on with it.",
        "Look at the word under the caret and at what the message expects there.",
        "多余的词", "这个词或符号放在这里，句子接不下去。", "看插入符下的词，以及提示中应出现的内容。",
    ),
    "T002": SyntaxCode(
        "unknown keyword", "A word stands where only a keyword can, and it is none.",
        "Take the keyword that the hint names, or look it up in the language reference.",
        "未知的关键字", "这里只能是关键字，但这个词不是。", "改用提示中的关键字，或查语言参考。",
    ),
    "T003": SyntaxCode(
        "something is missing", "After the word before there must come something that is not there.",
        "Write what the message names after that word.",
        "缺少内容", "前一个词之后必须有内容，但没有。", "在该词之后补上提示的内容。",
    ),
    "T004": SyntaxCode(
        "a time is expected", "After 'in', 'since', 'before' and the like comes a time.",
        "Write a time such as '30 days', 'this month' or a day such as 2024-01-31.",
        "应为时间", "“近”“自”“in”等词之后应是时间。", "写成“30天”“本月”，或 2024-01-31 这样的日期。",
    ),
    "T005": SyntaxCode(
        "unknown unit of time", "The word after the number is no unit of time, or the number is not whole.",
        "Use second, minute, hour, day, week, month, quarter or year after a whole number.",
        "未知的时间单位", "数字后的词不是时间单位，或数字不是整数。", "用整数加秒、分钟、小时、天、周、月、季度、年。",
    ),
    "T006": SyntaxCode(
        "a rule without an effect", "A rule ends in '-> TAG'.", "Add '-> ' and the tag it grants.",
        "规则没有结果", "规则以“-> 标签”结尾。", "加上“-> ”和要授予的标签。",
    ),
    "T007": SyntaxCode(
        "a bracket is not closed", "An opened bracket has no partner, or a closing one was never opened.",
        "Close the bracket, or take the stray one away.",
        "括号不配对", "左括号没有右括号，或右括号没有左括号。", "补上或去掉括号。",
    ),
    "T008": SyntaxCode(
        "text is not closed", "Quoted text and /regular expressions/ end on the line they begin on.",
        "Close the text with \" (or / for a regular expression).",
        "引号没有结束", "引号中的文本和 /正则表达式/ 必须在同一行结束。", "补上结尾的引号（或 /）。",
    ),
    "T009": SyntaxCode(
        "a character that the language does not know", "The character has no meaning here.",
        "Take it away, or put the text around it in double quotes.",
        "无法识别的字符", "这个字符在这里没有含义。", "去掉它，或把这段文本放进双引号。",
    ),
    "T010": SyntaxCode(
        "no such number or date", "The number or date cannot be: a 30 February, a number with two points.",
        "Write numbers like 100000, 10k or 60%, and dates like 2024-01-31.",
        "数字或日期不成立", "没有这样的数字或日期，如 2月30日。", "数字写成 100000、10k、60%，日期写成 2024-01-31。",
    ),
    "T011": SyntaxCode(
        "wrong indentation", "An indented line belongs to the line above it, which takes none, or not this one.",
        "Move the line to the left margin, or under the statement it belongs to.",
        "缩进不对", "缩进的行属于上面的语句，而上面的语句不接受它。", "把这行移到行首，或移到它所属的语句之下。",
    ),
    "T012": SyntaxCode(
        "a metric is expected", "A condition stands where a number, a text or another metric must.",
        "Compare it first, or use a metric such as 'purchases in 30 days'.",
        "应为指标", "这里应是数值、文本或其他指标，却写了条件。", "改用指标，例如“购买次数 近30天”。",
    ),
    "T013": SyntaxCode(
        "a condition is expected", "A value stands where something true or false must.",
        "Compare it with something, for example '>= 3'.",
        "应为条件", "这里应是成立或不成立的条件，却只写了值。", "与某个值比较，例如“>= 3”。",
    ),
    "T014": SyntaxCode(
        "no such effect", "After '->' come tags: 'vip', 'tier = gold', 'not loyal'.",
        "Write a tag after '->'.",
        "结果写法不对", "“->”之后是标签：“vip”“tier = gold”“去掉 忠诚”。", "在“->”之后写标签。",
    ),
    "T015": SyntaxCode(
        "a line of this block is not complete", "A score line ends in points, a classify line in '-> VALUE'.",
        "End the line with points such as '+3', or with '-> VALUE'.",
        "块内的行不完整", "打分的行以分数结尾，分层的行以“-> 值”结尾。", "在行尾加上“+3”这样的分数，或“-> 值”。",
    ),
    "T016": SyntaxCode(
        "said twice", "A metric takes one time and an event one 'where'; a statement takes each clause once.",
        "Keep one of the two; join conditions of 'where' with 'and' in brackets.",
        "重复", "一个指标只有一个时间，一个事件只有一个“其中”，每个条款只写一次。", "保留一个；条件用括号和“且”连接。",
    ),
    "T017": SyntaxCode(
        "wrong argument of a function", "The function takes something else in its brackets.",
        "Give it what the message names, such as 'sum(purchase.amount)'.",
        "函数参数不对", "函数括号内应是别的内容。", "按提示填写，例如 sum(purchase.amount)。",
    ),
    "T018": SyntaxCode(
        "too long or too deep", "The line is longer, or brackets are deeper, than a person can have meant.",
        "Break it up with 'let', or put long lists into the data.",
        "过长或嵌套过深", "这一行过长，或括号嵌套过深。", "用 let 拆开，或把长列表放进数据。",
    ),
    "T019": SyntaxCode(
        "a statement is not complete", "The head of the statement lacks its name, its ':' or its block.",
        "Complete it as the message shows.",
        "语句不完整", "语句缺少名称、冒号或内容块。", "按提示补全。",
    ),
}  # fmt: skip
