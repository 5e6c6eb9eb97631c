"""Codes about structure: names declared twice, circles, ranges the wrong way round, what cannot be."""

from __future__ import annotations

from tagfolk_dsl.syntax_codes import SyntaxCode as Code

STRUCTURE_CODES: dict[str, Code] = {
    "T060": Code(
        "declared twice", "Two statements of one kind have the same name; this is the second.",
        "Rename or remove one of them.",
        "重复声明", "两个同类语句同名；这是第二个。", "改名或删除其中一个。",
    ),
    "T061": Code(
        "circle of tags", "Each of these tags waits for another of them, so none can be decided first.",
        "Take one question out, or ask the past with 'had'.",
        "标签成环", "这些标签互相等待，谁都无法先判断。", "去掉其中一个依赖，或用“曾有”询问过去。",
    ),
    "T062": Code(
        "circle of lets", "A let stands for something that uses the let itself.", "Let one of them stand on its own.",
        "“令”成环", "“令”的内容又用到它自己。", "让其中一个不再引用其他。",
    ),
    "T063": Code(
        "circle of segments", "A segment's condition asks for the segment itself.",
        "Let one of them stand on its own.",
        "人群成环", "人群的条件又用到它自己。", "让其中一个不再引用其他。",
    ),
    "T064": Code(
        "range the wrong way round", "The first end of a range is greater than the second.", "Swap the ends: 20..30.",
        "范围颠倒", "范围的前一端大于后一端。", "交换两端：20..30。",
    ),
    "T065": Code(
        "window the wrong way round", "The window ends before it starts, or has no length.",
        "The longer time stands first: from 6 to 3 months ago; of two days the earlier one.",
        "时间范围颠倒", "时间范围的终点早于起点，或长度为零。", "先写较远的时间：6个月前到3个月前；先写较早的日期。",
    ),
    "T066": Code(
        "the tag has no values", "The tag is only held or not, and is compared with a value.",
        "Write 'has TAG', or grant the tag with a value: '-> TAG = VALUE'.",
        "标签没有取值", "该标签只有“有”或“没有”，却与值比较。", "写“有 标签”，或授予时给出取值：“-> 标签 = 值”。",
    ),
    "T067": Code(
        "effects against each other", "One rule names a tag twice: granted and withheld, or with two values.",
        "Keep one of the two.",
        "结果互相矛盾", "一条规则两次写到同一标签：既授予又去掉，或给两个值。", "保留其中之一。",
    ),
    "T068": Code(
        "impossible amount", "A share outside 0–100 %, or a number of customers, parts or times below 1.",
        "Write an amount that can be.",
        "数量不成立", "比例不在 0–100% 之间，或人数、份数、次数小于 1。", "改为合理的数量。",
    ),
    "T069": Code(
        "more than there are", "'at least 6 of the last 5 weeks' asks for more than there are.",
        "Ask for as many as there are, or fewer.",
        "超过总数", "“近5周中至少6周”超过了总数。", "不超过总数。",
    ),
    "T070": Code(
        "argument given twice", "The same argument of a method stands twice.", "Keep one of them.",
        "参数重复", "方法的同一参数写了两次。", "保留一个。",
    ),
    "T072": Code(
        "name taken", "An also-name is the name of something else of that kind.", "Give it to one of them only.",
        "名称已被占用", "别名已经是同类中另一个的名称。", "只能属于其中一个。",
    ),
    "T075": Code(
        "sequence that cannot be", "A sequence has at most five steps, and 'then no' only as the last one.",
        "Split it into two conditions, or use 'without'.",
        "序列不成立", "序列最多五步，“后…未”只能是最后一步。", "拆成两个条件，或用“其间没有”。",
    ),
    "T076": Code(
        "given twice in an example", "An attribute or property of an example has two values.", "Keep one of them.",
        "示例中重复", "示例中同一属性给出了两个值。", "保留一个。",
    ),
}  # fmt: skip
"""Code → entry."""
