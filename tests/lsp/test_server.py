"""The language server as an editor meets it: a process of its own, spoken to over its standard input and output."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from support.editor import Editor, RequestFailed
from support.teashop import Teashop

MAIN = """\
let spend = sum(purchase.amount)

tag vip "大客户":
    also "大客户"
    about "Buys a lot."

spend in 30 days > 100 -> vip
has vip and city = Shanghai -> local
有 大客户 且 近30天购买次数 >= 2 -> 高频
segment best: has vip and spend in 12 months > 500
    title "The best"
"""
OTHER = "in segment best and spend > 10 -> loved\nlacks vip and age > 30 -> 潜在\n"
MAIN_PATH, OTHER_PATH = "rules/main.tags", "rules/other.tags"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that has run once, so that tags have sizes and attributes have seen values."""
    shop = Teashop.make(tmp_path_factory.mktemp("lsp") / "shop")
    shop.config('name = "purchase"', 'name = "purchase"\nalso = ["购买"]')
    shop.config("[identity]", '[attributes.age]\nalso = ["年龄"]\n\n[identity]')
    for path in (shop.root / "rules").glob("*.tags"):
        path.unlink()
    (shop.root / MAIN_PATH).write_text(MAIN, "utf-8")
    (shop.root / OTHER_PATH).write_text(OTHER, "utf-8")
    shop.run("2024-06-30")
    return shop.root


@pytest.fixture(scope="module")
def editor(root: Path) -> Any:
    with Editor(root) as one:
        one.open(MAIN_PATH)
        yield one


def place(text: str, word: str, more: int = 0) -> tuple[int, int]:
    """(line, UTF-16 character) of a word, 0-based."""
    before = text[: text.index(word) + more]
    return before.count("\n"), len(before.rpartition("\n")[2].encode("utf-16-le")) // 2


def labels(answer: dict[str, Any]) -> list[str]:
    return [item["label"] for item in answer["items"]]


def edited(text: str, edits: list[dict[str, Any]]) -> str:
    """A text after text edits of the protocol, in UTF-16 units."""
    lines = text.splitlines(keepends=True)

    def offset(position: dict[str, int]) -> int:
        before = "".join(lines[: position["line"]])
        line = lines[position["line"]] if position["line"] < len(lines) else ""
        return len(before) + len(line.encode("utf-16-le")[: 2 * position["character"]].decode("utf-16-le"))

    for edit in sorted(edits, key=lambda one: offset(one["range"]["start"]), reverse=True):
        start, end = (offset(edit["range"][key]) for key in ("start", "end"))
        text = text[:start] + edit["newText"] + text[end:]
    return text


def test_diagnostics_of_all_files_as_one_types(root: Path):
    with Editor(root) as editor:
        editor.open(MAIN_PATH)
        line, character = place(MAIN, "spend in 30")
        editor.change(MAIN_PATH, line, character, character + 5, "spand")
        while not (found := editor.diagnostics.get(MAIN_PATH)):
            editor.published()
        (one,) = found
        assert one["code"] == "T020"
        assert one["range"]["start"] == {"line": line, "character": 0}
        assert one["range"]["end"] == {"line": line, "character": 5}
        assert "did you mean 'spend'?" in one["message"]
        answer = editor.request("textDocument/codeAction", {
            "textDocument": {"uri": editor.uri(MAIN_PATH)}, "range": one["range"], "context": {"diagnostics": [one]},
        })  # fmt: skip
        assert [action["title"] for action in answer] == ["Change to 'spend'"]
        (edit,) = answer[0]["edit"]["changes"][editor.uri(MAIN_PATH)]
        assert edit["newText"] == "spend"
        editor.change(MAIN_PATH, line, 0, 5, "spend")
        while editor.diagnostics[MAIN_PATH]:
            editor.published()
        # A tag that another file asks for disappears: the finding is in the file that is not even open.
        line, _ = place(MAIN, "segment best")
        editor.change(MAIN_PATH, line, 8, 12, "beste")
        while not editor.diagnostics.get(OTHER_PATH):
            editor.published()
        assert [one["code"] for one in editor.diagnostics[OTHER_PATH]] == ["T025"]


def test_diagnostics_in_chinese_count_utf16_units(root: Path):
    with Editor(root, locale="zh-CN") as editor:
        editor.open(MAIN_PATH, MAIN + 'city = "😀" 且 有 大客胡 -> x\n')
        while not (found := editor.diagnostics.get(MAIN_PATH)):
            editor.published()
        (one,) = [one for one in found if one["severity"] == 1]
        assert one["code"] == "T024"
        assert one["range"]["start"]["character"] == len('city = "😀" 且 有 ') + 1  # the emoji takes two
        assert "是不是“大客户”" in one["message"]


def test_the_client_may_count_characters(root: Path):
    with Editor(root, encodings=("utf-32", "utf-16")) as editor:
        assert editor.capabilities["positionEncoding"] == "utf-32"
        editor.open(MAIN_PATH, MAIN + 'city = "😀" and purchas in 3 days -> x\n')
        while not (found := editor.diagnostics.get(MAIN_PATH)):
            editor.published()
        assert found[0]["range"]["start"]["character"] == len('city = "😀" and ')


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("purchase.", {"amount", "time"}, {"city", "vip"}),
        ("has ", {"vip", "local"}, {"city", "purchase", "and"}),
        ("age > 3 -> ", {"vip", "local"}, {"city", "purchase"}),
        ("in segment ", {"best"}, {"vip"}),
        ("city = ", {"Shanghai", "Beijing"}, {"vip", "and"}),
        ("city in (Shanghai, ", {"Shanghai", "Beijing"}, {"vip"}),
        ("no purchase where ", {"amount"}, set()),
        ("sp", {"spend", "purchase", "city", "no", "sum"}, {"没有"}),
        ("use ", {"rfm"}, {"purchase"}),
        ("use rfm(", {"event = "}, {"city"}),
        ("# a comment ha", set(), {"vip", "has"}),
    ],
)  # fmt: skip
def test_completion_by_context(editor: Editor, typed: str, wanted: set[str], unwanted: set[str]):
    end = MAIN.count("\n")
    editor.change(MAIN_PATH, end, 0, 1000, typed)
    found = set(labels(editor.ask("completion", MAIN_PATH, end, len(typed))))
    editor.change(MAIN_PATH, end, 0, 1000, "")
    assert wanted <= found
    assert not unwanted & found


def test_completion_in_a_chinese_file_speaks_chinese(editor: Editor):
    text = "近30天没有购买 -> 潜在\n年龄 > 3 且 有 大"
    editor.open("rules/zh.tags", text)
    answer = editor.ask("completion", "rules/zh.tags", 1, len("年龄 > 3 且 有 大"))
    item = next(one for one in answer["items"] if one["label"] == "大客户")
    assert item["textEdit"]["range"]["start"]["character"] == len("年龄 > 3 且 有 ")
    editor.change("rules/zh.tags", 1, 0, 100, "近30天没")
    answer = editor.ask("completion", "rules/zh.tags", 1, len("近30天没"))
    item = next(one for one in answer["items"] if one["label"] == "没有")
    assert item["textEdit"]["range"]["start"]["character"] == len("近30天")
    assert "has" not in labels(answer)
    editor.notify("textDocument/didClose", {"textDocument": {"uri": editor.uri("rules/zh.tags")}})


def test_hover_says_meaning_and_size(editor: Editor):
    def hover(word: str, more: int = 1) -> str:
        return str(editor.ask("hover", MAIN_PATH, *place(MAIN, word, more))["contents"]["value"])

    vip = hover("大客户 且")
    assert "**vip**" in vip
    assert "Buys a lot." in vip
    assert "1 customers now" in vip  # a: 150 in June
    assert "**spend** — let" in hover("spend in 30")
    assert "purchase" in hover("spend in 30")
    assert "Beijing" in hover("city = ")
    assert "attribute" in hover("city = ")
    assert "**in**" in hover("in 30 days")


def test_definition_and_references_over_files(editor: Editor):
    (found,) = [
        one for one in editor.ask("definition", MAIN_PATH, *place(MAIN, "has vip and city", 5))
        if one["range"]["start"]["character"] == 4
    ]  # fmt: skip
    assert found["uri"] == editor.uri(MAIN_PATH)
    assert found["range"]["start"] == {"line": 2, "character": 4}
    places = editor.ask("references", MAIN_PATH, 2, 5, context={"includeDeclaration": False})
    where = {(one["uri"].rpartition("/")[2], one["range"]["start"]["line"]) for one in places}
    assert where == {("main.tags", 6), ("main.tags", 7), ("main.tags", 8), ("main.tags", 9), ("other.tags", 1)}
    (granted,) = editor.ask("definition", MAIN_PATH, *place(MAIN, "local", 1))
    assert granted["range"]["start"]["line"] == 7


def test_rename_across_files(editor: Editor):
    answer = editor.ask("rename", MAIN_PATH, 2, 5, newName="gold")
    changes = answer["changes"]
    main = edited(MAIN, changes[editor.uri(MAIN_PATH)])
    other = edited(OTHER, changes[editor.uri(OTHER_PATH)])
    assert main == MAIN.replace("tag vip", "tag gold").replace("-> vip", "-> gold").replace("has vip", "has gold")
    assert other == OTHER.replace("lacks vip", "lacks gold")
    answer = editor.ask("rename", MAIN_PATH, *place(MAIN, "大客户 且", 1), newName="金牌客户")
    main = edited(MAIN, answer["changes"][editor.uri(MAIN_PATH)])
    assert main == MAIN.replace('also "大客户"', 'also "金牌客户"').replace("有 大客户", "有 金牌客户")
    answer = editor.ask("rename", MAIN_PATH, *place(MAIN, "best", 1), newName="top_customers")
    assert edited(OTHER, answer["changes"][editor.uri(OTHER_PATH)]).startswith("in segment top_customers and")


@pytest.mark.parametrize(
    ("word", "name", "why"),
    [("vip", "two words", "is no name"), ("vip", "spend", "already"), ("purchase", "buy", "tagfolk.toml")],
)
def test_a_rename_that_would_break_the_rules_is_refused(editor: Editor, word: str, name: str, why: str):
    with pytest.raises(RequestFailed, match=why):
        editor.ask("rename", MAIN_PATH, *place(MAIN, word, 1), newName=name)


def test_formatting(editor: Editor):
    untidy = "no   purchase 6 months->late # why\n"
    editor.open("rules/untidy.tags", untidy)
    request = {
        "textDocument": {"uri": editor.uri("rules/untidy.tags")},
        "options": {"tabSize": 4, "insertSpaces": True},
    }
    edits = editor.request("textDocument/formatting", request)
    assert edited(untidy, edits) == "no purchase in 6 months -> late  # why\n"
    editor.change("rules/untidy.tags", 0, 0, 100, "近6个月  没有购买->流失 # 原因")
    edits = editor.request("textDocument/formatting", request)
    assert edits[0]["newText"].startswith("未 购买 近6个月 -> 流失")
    editor.change("rules/untidy.tags", 0, 0, 100, "no purchase 6 -> -> late")
    assert editor.request("textDocument/formatting", request) is None
    assert any("not formatted" in message for message in editor.messages)
    editor.notify("textDocument/didClose", {"textDocument": {"uri": editor.uri("rules/untidy.tags")}})


def test_outline(editor: Editor):
    answer = editor.request("textDocument/documentSymbol", {"textDocument": {"uri": editor.uri(MAIN_PATH)}})
    assert [one["name"] for one in answer] == ["spend", "vip", "vip", "local", "高频", "best"]


def test_a_broken_workspace_is_a_finding_and_mends(tmp_path: Path):
    shop = Teashop.make(tmp_path / "shop")
    config = shop.root / "tagfolk.toml"
    good = config.read_text("utf-8")
    config.write_text(good.replace('plugin = "csv"', 'plugin = "csw"', 1), "utf-8")
    (shop.root / MAIN_PATH).write_text("no purchase 6 moths -> x\nanything > 3 -> y\n", "utf-8")
    with Editor(shop.root) as editor:
        while "tagfolk.toml" not in editor.diagnostics:
            editor.published()
        assert "csw" in editor.diagnostics["tagfolk.toml"][0]["message"]
        editor.open(MAIN_PATH)
        while MAIN_PATH not in editor.diagnostics:
            editor.published()
        # Nothing is known of the data, so only the syntax is judged.
        assert [one["code"] for one in editor.diagnostics[MAIN_PATH]] == ["T005"]
        config.write_text(good, "utf-8")
        change = {"uri": editor.uri("tagfolk.toml"), "type": 2}
        editor.notify("workspace/didChangeWatchedFiles", {"changes": [change]})
        while editor.diagnostics["tagfolk.toml"] or len(editor.diagnostics[MAIN_PATH]) < 2:
            editor.published()
        assert [one["code"] for one in editor.diagnostics[MAIN_PATH]] == ["T005", "T020"]


def test_a_broken_plugin_is_a_finding(tmp_path: Path):
    shop = Teashop.make(tmp_path / "shop")
    (shop.root / "plugins").mkdir()
    (shop.root / "plugins" / "mine.py").write_text("import no_such_package\n", "utf-8")
    with Editor(shop.root) as editor:
        while not any("mine" in one["message"] for found in editor.diagnostics.values() for one in found):
            editor.published()


def test_no_workspace_at_all(tmp_path: Path):
    with Editor(tmp_path) as editor:
        while "tagfolk.toml" not in editor.diagnostics:
            editor.published()
        assert editor.diagnostics["tagfolk.toml"][0]["code"] == "C006"


def test_diagnostics_of_a_thousand_rules_after_a_key_stroke(tmp_path: Path):
    """The best of some key strokes, from the stroke to the findings, the pause for typing included."""
    shop = Teashop.make(tmp_path / "shop")
    rules = [f"no purchase {i % 300 + 1} days and age > {i % 70} and has t{i // 2} -> t{i}" for i in range(1000)]
    rules[0] = "age > 3 -> t0"
    text = "\n".join(rules)
    for path in (shop.root / "rules").glob("*.tags"):
        path.unlink()
    with Editor(shop.root) as editor:
        editor.open(MAIN_PATH, text + "\npurchas 3 days -> x\n")
        while not editor.diagnostics.get(MAIN_PATH):
            editor.published()
        took = []
        for number in range(8):
            began = time.perf_counter()
            editor.change(MAIN_PATH, 1000, 0, 1000, f"purcha{'s' * (number % 2)} {number} days -> x")
            editor.published()
            took.append(time.perf_counter() - began)
    assert min(took) < 0.4, took
    print("from the key stroke to the findings:", [round(one, 3) for one in took])
