"""What the README shows is what the demo holds."""

import re

from support.docs_pages import FENCE, ROOT
from support.docs_shop import DocsShop
from tagfolk_dsl.checker import check_condition

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_rule_is_the_demo_s_and_the_chinese_one_means_the_same(docs_shop: DocsShop) -> None:
    rule = next(match["text"].strip() for match in FENCE.finditer(TEXT) if "->" in match["text"])
    demo = ROOT / "engine" / "tagfolk_engine" / "demo" / "tea" / "workspace" / "rules" / "behaviour.tags"
    assert rule in demo.read_text(encoding="utf-8")
    chinese = re.search(r"`([^`]*) -> churn_risk`", TEXT)
    assert chinese is not None
    ready, _ = docs_shop.prepared("")
    said, _ = check_condition(rule.split(" ->")[0], ready.program, ready.vocabulary)
    meant, _ = check_condition(chinese[1], ready.program, ready.vocabulary)
    assert said is not None
    assert said == meant


def test_the_two_commands_are_in_the_makefile() -> None:
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in re.findall(r"^make (\w+)", TEXT, re.MULTILINE):
        assert re.search(rf"^{command}:", made, re.MULTILINE), command


def test_the_picture_is_there() -> None:
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT)
    assert (ROOT / picture).read_bytes().startswith(b"\x89PNG")
