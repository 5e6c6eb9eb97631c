"""Codes about names: words that nothing is called by, or that mean something else."""

from __future__ import annotations

from tagfolk_dsl.syntax_codes import SyntaxCode as Code

NAME_CODES: dict[str, Code] = {
    "T020": Code(
        "unknown name", "No attribute, let, tag or event has this name.",
        "Take the name that the hint proposes, or declare it with 'let'.",
        "未知的名称", "没有任何客户属性、“令”、标签或事件叫这个名字。", "改用提示的名称，或用“令”定义它。",
    ),
    "T021": Code(
        "unknown event", "An event is due here, and no event of the workspace has this name.",
        "Take the name that the hint proposes, or add the event to tagfolk.toml.",
        "未知的事件", "这里需要事件，而工作区没有这个名字的事件。", "改用提示的名称，或在 tagfolk.toml 中添加该事件。",
    ),
    "T022": Code(
        "unknown property", "The event has no property of this name.",
        "Take one of the listed properties, or add it under 'properties' of the event in tagfolk.toml.",
        "未知的属性", "该事件没有这个属性。", "改用列出的属性，或在 tagfolk.toml 的该事件下添加。",
    ),
    "T023": Code(
        "unknown attribute", "An attribute of customers is due here, and there is none of this name.",
        "Take one of the listed attributes, or add it under 'attributes' in tagfolk.toml.",
        "未知的客户属性", "这里需要客户属性，而没有这个名字的属性。",
        "改用列出的属性，或在 tagfolk.toml 的 attributes 中添加。",
    ),
    "T024": Code(
        "unknown tag", "No rule grants and no statement declares a tag of this name.",
        "Correct the name, or write a rule that grants the tag.",
        "未知的标签", "没有规则授予、也没有语句声明这个标签。", "改正名称，或写一条授予它的规则。",
    ),
    "T025": Code(
        "unknown segment", "No segment of this name is declared.", "Correct the name, or declare 'segment NAME: …'.",
        "未知的人群", "没有声明这个人群。", "改正名称，或写“人群 名称: …”。",
    ),
    "T026": Code(
        "unknown method", "No analysis method of this name is installed.",
        "Take one of the listed methods; 'tagfolk plugins' shows what is installed.",
        "未知的方法", "没有安装这个分析方法。", "改用列出的方法；“tagfolk plugins”列出已安装的方法。",
    ),
    "T027": Code(
        "unknown argument", "The method takes no argument of this name.", "Take one of the listed arguments.",
        "未知的参数", "该方法没有这个参数。", "改用列出的参数。",
    ),
    "T028": Code(
        "unknown column", "The method gives no column of this name.", "Take one of the listed columns.",
        "未知的列", "该方法不产生这一列。", "改用列出的列。",
    ),
    "T029": Code(
        "no such choice", "The argument takes one of a few words, and this is none of them.", "Take a listed choice.",
        "没有这个选项", "该参数只能取几个固定的词，而这里不是。", "改用列出的选项。",
    ),
    "T030": Code(
        "unknown analysis", "Before the dot stands neither the name of a 'use … as NAME' nor an event.",
        "Write 'use METHOD(…) as NAME' first, or correct the name.",
        "未知的分析", "点号前既不是“使用 … 为 名称”定义的名称，也不是事件。",
        "先写“使用 方法(…) 为 名称”，或改正名称。",
    ),
    "T031": Code(
        "a name of another kind", "The name is known, but it is not the kind of thing that can stand here.",
        "Use it as the hint says: 'has TAG', 'in segment NAME', 'NAME.COLUMN'.",
        "名称的种类不对", "名称存在，但不能用在这里。", "按提示使用：“有 标签”“属于人群 名称”“名称.列”。",
    ),
}  # fmt: skip
"""Code → entry."""
