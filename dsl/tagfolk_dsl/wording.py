"""Syntax errors in words: from the token at fault, the one before it, and what the grammar would have taken."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tagfolk_dsl.keywords import CLAUSES, ENGLISH, STATEMENTS
from tagfolk_dsl.lexer import Token
from tagfolk_dsl.syntax_errors import SyntaxProblem, nearest

_CONDITION = ("a condition", "条件")
_EVENT = ("an event", "事件")
_TAG = ("a tag", "标签")
_VALUE = ("a value or a metric", "值或指标")
_METRIC = ("a metric", "指标")
_TEXT = ("a quoted text", "引号中的文本")
_NAME = ("a name", "名称")
_LIST = ("a list in brackets", "括号中的列表")
AFTER: dict[str, tuple[str, str]] = {
    "AND": _CONDITION,
    "OR": _CONDITION,
    "NOT": ("a condition or a tag", "条件或标签"),
    "COMPARE": _VALUE,
    "EQ": ("a value", "值"),
    "WHERE": ("a comparison such as 'amount > 20'", "比较，例如“金额 > 20”"),
    "HAS": _TAG,
    "LACKS": _TAG,
    "HAD": _TAG,
    "HASFOR": _TAG,
    "NO": _EVENT,
    "EVERY": _EVENT,
    "FIRST": _EVENT,
    "SOME": _EVENT,
    "BURST": _EVENT,
    "SINCE_MOMENT": _EVENT,
    "ZH_SINCE": _EVENT,
    "DAYSWITH": _EVENT,
    "DAYS_FROM": _EVENT,
    "TO": _EVENT,
    "THEN": _EVENT,
    "WITHOUT": _EVENT,
    "MATCHING": ("a property", "属性"),
    "SINCE": ("a date attribute", "日期属性"),
    "ARROW": _TAG,
    "REPLACING": _TAG,
    "RANKBY": _METRIC,
    "BY": _METRIC,
    "IN": _LIST,
    "NOT_IN": _LIST,
    "BETWEEN": _VALUE,
    "PLUS": _METRIC,
    "MINUS": _METRIC,
    "TIMES": _METRIC,
    "LIKE": _TEXT,
    "AMONG": ("a condition in brackets", "括号中的条件"),
    "OVERALL": ("an aggregate such as 'avg(purchase.amount)'", "汇总，例如“平均(购买.金额)”"),
    "ACROSS": ("a function such as 'avg(…)'", "函数，例如“平均(…)”"),
    "FUNC": ("an opening bracket", "左括号"),
    "INSEGMENT": ("a segment", "人群"),
    "WHEN": ("a comparison such as '>= 4'", "比较，例如“>= 4”"),
    "TOPOF": ("a property such as 'purchase.category'", "属性，例如“购买.类别”"),
    "FELLOWS": ("an attribute", "属性"),
    "LET": _NAME,
    "TAG": _NAME,
    "RULE": _NAME,
    "SCORE": _NAME,
    "CLASSIFY": _NAME,
    "SEGMENT": _NAME,
    "TEMPLATE": _NAME,
    "USE": ("a method", "方法"),
    "AS": _NAME,
    "EXAMPLE": _TEXT,
    "AT": ("a day such as 2024-01-31", "日期，例如 2024-01-31"),
    "EQUALS": ("a metric or a condition", "指标或条件"),
    "TITLE": _TEXT,
    "ALSO": _TEXT,
    "ABOUT": _TEXT,
    "WHY": _TEXT,
    "ACTION": _TEXT,
    "LAYER": ("base, behaviour, value or need", "基础、行为、价值或需求"),
    "WEIGHT": ("core or auxiliary", "核心或辅助"),
    "OWNER": _NAME,
    "PRIORITY": ("a whole number", "整数"),
    "REFRESH": (
        "daily, weekly, monthly, quarterly, half-yearly, yearly or 'on EVENT'",
        "每天、每周、每月、每季度、每半年、每年，或“on 事件”",
    ),
    "NOTIFY": ("a channel such as #retention", "频道，例如 #retention"),
    "SYNC": ("a sink", "同步目标"),
    "LIMIT": ("a number and 'by METRIC' or 'at random'", "数字，以及“按 指标”或“随机”"),
    "HOLDOUT": ("a percentage such as 10%", "百分比，例如 10%"),
    "VALUES": ("the values with their names, or 'many'", "取值及其名称，或“多个”"),
    "EXPECT": _CONDITION,
    "COMMA": ("one more", "下一项"),
    "DOT": _NAME,
    "LPAR": ("a condition or a metric", "条件或指标"),
    "FITS": _CONDITION,
    "ON": _EVENT,
}
"""Token type → what must come after it."""

_OPERATOR_WORDS = (
    "and",
    "or",
    "in",
    "within",
    "is",
    "where",
    "then",
    "between",
    "known",
    "missing",
    "like",
    "matches",
    "contains",
    "fell",
    "rose",
    "since",
    "before",
    "over",
    "under",
    "among",
    "replacing",
    "forever",
    "when",
    "matching",
    "without",
)
_OPERAND_WORDS = ("no", "not", "has", "lacks", "had", "every", "ever", "first", "last", "top", "bottom", "overall")
_LITERALS = frozenset(("NUMBER", "TEXT", "DATE", "INSTANT", "BOOL"))
_TIMES = frozenset(("WINDOW", "WITHIN", "DURATION", "PERIODS"))


def explain(start: str, tokens: Sequence[Token], index: int, end: Token, expected: Collection[str]) -> SyntaxProblem:
    """The error of a line that the grammar did not take beyond the token at ``index`` (its length: the end)."""
    found = tokens[index] if index < len(tokens) else end
    before = tokens[index - 1] if index else None
    if (bracket := _unclosed(tokens[:index])) is not None and (found is end or found.type in ("ARROW", "COLON")):
        return SyntaxProblem(
            "T007",
            bracket.span,
            "the bracket opened here is not closed",
            "这里的左括号没有配对的右括号",
            "add ')'",
            "补上“)”",
        )
    if found.type == "RPAR" and bracket is None:
        return SyntaxProblem(
            "T007", found.span, "this bracket was never opened", "这个右括号没有配对的左括号", "take it away", "去掉它"
        )
    if found is end:
        return _at_end(start, before, end, expected)
    if before is not None and before.type in AFTER:
        if found.type == "NAME" and (typo := _typo(found, _OPERAND_WORDS)):
            return typo
        return _after(before, found)
    if found.type == "NAME" and (problem := _stray_word(start, tokens, index, expected)):
        return problem
    if found.type in _LITERALS and before is not None and before.type in ("NAME", "RPAR", *_TIMES):
        return SyntaxProblem(
            "T003",
            found.span,
            f"a comparison is missing between '{before.text}' and '{found.text}'",
            f"“{before.text}”与“{found.text}”之间缺少比较",
            "such as '=', '>=' or 'in (…)'",
            "例如“=”“>=”“属于 (…)”",
        )
    if found.type == "COMPARE" and "AND" in expected:
        return SyntaxProblem(
            "T001",
            found.span,
            f"a second comparison '{found.text}' without 'and' before it",
            f"第二个比较“{found.text}”之前没有“且”",
            "join comparisons with 'and', or write a range such as 20..35",
            "用“且”连接两个比较，或写区间 20..35",
        )
    return _unexpected(start, before, found, expected)


def _unclosed(tokens: Sequence[Token]) -> Token | None:
    open_: list[Token] = []
    for token in tokens:
        if token.type in ("LPAR", "FITS"):
            open_.append(token)
        elif token.type == "RPAR" and open_:
            open_.pop()
    return open_[-1] if open_ else None


def _after(before: Token, found: Token, at_end: bool = False) -> SyntaxProblem:
    english, chinese = AFTER[before.type]
    code = "T014" if before.type in ("ARROW", "REPLACING") else "T003"
    but = "" if at_end else f", not '{found.text}'"
    but_zh = "" if at_end else f"，而不是“{found.text}”"
    return SyntaxProblem(
        code, found.span, f"after '{before.text}' comes {english}{but}", f"“{before.text}”之后应是{chinese}{but_zh}"
    )


def _at_end(start: str, before: Token | None, end: Token, expected: Collection[str]) -> SyntaxProblem:
    if before is not None and before.type in AFTER:
        return _after(before, end, True)
    if start == "rule" and "ARROW" in expected:
        return SyntaxProblem(
            "T006", end.span, "the rule has no effect", "规则没有结果", "end it with '-> ' and a tag", "以“-> 标签”结尾"
        )
    if "POINTS" in expected and start == "score_line":
        return SyntaxProblem(
            "T015", end.span, "a line of a score ends in points", "打分的行以分数结尾", "such as '+3'", "例如“+3”"
        )
    if "ARROW" in expected:
        return SyntaxProblem(
            "T015",
            end.span,
            "a line of a classify ends in '-> VALUE'",
            "分层的行以“-> 值”结尾",
            "such as '-> high'",
            "例如“-> 高”",
        )
    if "COLON" in expected:
        return SyntaxProblem("T019", end.span, "the line ends in ':'", "这一行以冒号结尾", "add ':'", "补上“:”")
    if "EQUALS" in expected:
        return SyntaxProblem("T019", end.span, "'let' gives a name: let NAME = METRIC", "“令”的写法：令 名称 = 指标")
    if "AS" in expected:
        return SyntaxProblem("T019", end.span, "'use' ends in 'as NAME'", "“使用”以“为 名称”结尾")
    return SyntaxProblem("T003", end.span, "the line ends too early", "这一行没有写完")


def _typo(word: Token, words: Collection[str]) -> SyntaxProblem | None:
    near = nearest(word.text, words) if not word.known else None
    if near is None or near == word.text:
        return None
    return SyntaxProblem(
        "T002",
        word.span,
        f"unknown keyword '{word.text}'",
        f"未知的关键字“{word.text}”",
        f"did you mean '{near}'?",
        f"是不是“{near}”？",
        near,
    )


def _stray_word(start: str, tokens: Sequence[Token], index: int, expected: Collection[str]) -> SyntaxProblem | None:
    """A name where the sentence needs a keyword: mistyped here, or in the word before."""
    found, before = tokens[index], tokens[index - 1] if index else None
    if start == "clause" or before is None:
        return None
    if index == 1 and before.type == "NAME":
        heads = (*STATEMENTS, *(CLAUSES if start == "clause" else ()))
        if (tokens[-1].type == "COLON" or start == "let") and (typo := _typo(before, heads)):
            return typo
    if typo := _typo(found, _OPERATOR_WORDS):
        return typo
    if before.type == "NAME" and (typo := _typo(before, (*_OPERAND_WORDS, *(STATEMENTS if index == 1 else ())))):
        return typo
    if before.type == "NUMBER":
        return None
    hint, hint_zh = _goes_on(expected)
    if found.key in ENGLISH:
        return SyntaxProblem(
            "T001",
            found.span,
            f"'{found.text}' does not fit after '{before.text}'",
            f"“{found.text}”不能放在“{before.text}”之后",
            hint,
            hint_zh,
        )
    return SyntaxProblem(
        "T001",
        found.span,
        f"'{found.text}' does not fit after '{before.text}': a word is missing between them, or one is too many",
        f"“{before.text}”与“{found.text}”之间缺少词，或多了一个词",
        hint,
        hint_zh,
    )


def _goes_on(expected: Collection[str]) -> tuple[str, str]:
    parts = [
        (english, chinese)
        for type_, english, chinese in (
            ("COMPARE", "a comparison", "比较"),
            ("WINDOW", "a time", "时间"),
            ("AND", "'and'", "“且”"),
            ("OR", "'or'", "“或”"),
            ("ARROW", "'->'", "“->”"),
            ("FOR", "'for …'", "“保留…”"),
            ("COMMA", "','", "“,”"),
            ("RPAR", "')'", "“)”"),
            ("COLON", "':'", "“:”"),
        )
        if type_ in expected
    ]
    if not parts:
        return "", ""
    return "expected " + ", ".join(part for part, _ in parts), "应为" + "、".join(part for _, part in parts)


def _unexpected(start: str, before: Token | None, found: Token, expected: Collection[str]) -> SyntaxProblem:
    hint, hint_zh = _goes_on(expected)
    if before is None:
        return SyntaxProblem(
            "T001",
            found.span,
            f"a line cannot begin with '{found.text}'",
            f"一行不能以“{found.text}”开头",
            hint,
            hint_zh,
        )
    return SyntaxProblem(
        "T001",
        found.span,
        f"'{found.text}' does not fit after '{before.text}'",
        f"“{found.text}”不能放在“{before.text}”之后",
        hint,
        hint_zh,
    )
