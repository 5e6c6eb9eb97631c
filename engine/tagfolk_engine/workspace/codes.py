"""Every code of a finding about ``tagfolk.toml``: what it means and how to mend it, English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    title: str
    mend: str
    title_zh: str
    mend_zh: str


CODES: dict[str, Code] = {
    "C001": Code("not valid TOML", "mend the line shown", "不是有效的 TOML", "修正所示的行"),
    "C002": Code("unknown key", "use one of the keys listed", "未知的键", "使用列出的键之一"),
    "C003": Code("a key is missing", "add it to the block", "缺少必需的键", "在该块中补上"),
    "C004": Code("a value of the wrong kind", "write a value of the kind named", "值的种类不对", "写成所要求的种类"),
    "C005": Code("a value that is not accepted", "use one of the values named", "值不被接受", "使用所列的值"),
    "C006": Code("no tagfolk.toml", "tagfolk init DIR", "没有 tagfolk.toml", "tagfolk init DIR"),
    "C007": Code("the file cannot be read", "save it as UTF-8", "文件无法读取", "请以 UTF-8 保存"),
    "C010": Code("an environment variable is not set", "set it before the command", "环境变量未设置", "先设置该变量"),
    "C011": Code("a secret in clear", "put it into an environment variable", "明文密码", "放进环境变量"),
    "C020": Code("a SQL expression that cannot be read", "mend the expression", "SQL 表达式有误", "修正表达式"),
    "C021": Code("a statement where an expression is wanted", "write an expression over the source's columns",
                 "此处应为表达式", "写一个基于来源列的表达式"),
    "C022": Code("unknown column", "use one of the source's columns", "未知的列", "使用来源中的列"),
    "C024": Code("an expression that does not fit its "
                 "columns", "mind the types of the columns", "表达式与列的类型不符", "注意各列的类型"),
    "C023": Code("an aggregate without group_by, or none with it", "write sum(…), min(…) … with group_by only",
                 "聚合与 group_by 不匹配", "仅在有 group_by 时使用聚合"),
    "C030": Code("unknown source", "name one of the [sources.…] tables", "未知的来源", "使用 [sources.…] 中的名字"),
    "C031": Code("which customers an event refers to is not clear", "say of = \"SOURCE\"", "事件所指的客户不明确",
                 "写明 of = \"来源\""),
    "C032": Code("an event needs customer or "
                 "anchors", "say one of the two", "事件需要 customer 或 anchors", "二者写其一"),
    "C033": Code("unknown plugin", "use one of the plugins installed", "未知的插件", "使用已安装的插件"),
    "C034": Code("an argument that the plugin does not "
                 "take", "see the plugin's arguments", "插件参数有误", "查看插件的参数"),
    "C035": Code("a reserved name", "choose another name", "保留名", "换一个名字"),
    "C036": Code("names that differ only in case", "choose another name", "仅大小写不同的名字", "换一个名字"),
    "C037": Code("not a name", "begin with a letter, then letters, digits "
                               "and _", "不是合法的名字", "以字母开头，其后为字母、数字、_"),
    "C038": Code("the dictionary describes what nothing gives", "name an attribute or property of a block",
                 "数据字典描述了不存在的项", "使用已有的属性名"),
    "C039": Code("the source cannot be read", "see the hint", "来源无法读取", "见提示"),
    "C040": Code("a spelling listed for two values", "list it once", "同一写法列在两个值下", "只列一次"),
    "C041": Code("the engine needs a url", "say url under [engine]", "引擎需要 url", "在 [engine] 下写 url"),
    "C042": Code("nothing to load", "describe a source, customers and "
                                    "events", "没有可载入的内容", "描述来源、客户和事件"),
    "C043": Code("the plugin cannot be loaded", "see the hint", "插件无法加载", "见提示"),
}  # fmt: skip
