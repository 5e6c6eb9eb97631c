"""Every example of the language reference and of the cookbook, evaluated over the documented shop."""

from typing import Literal

import pytest
from support.docs_pages import Block, blocks, promises, shown
from support.docs_shop import DocsShop
from tagfolk_dsl.formatter import format_file
from tagfolk_dsl.parser import Names, parse_file
from tagfolk_engine.run.examples import run_examples

EXAMPLES = [block for page in ("language.md", "cookbook.md") for block in blocks(page, "tags")]


@pytest.mark.parametrize("block", EXAMPLES, ids=str)
def test_examples_give_what_their_comments_say(block: Block, docs_shop: DocsShop) -> None:
    found = docs_shop.outcome(block)
    promised = promises(block)
    told = {f"line {p.line} {p.name}": shown(p.holders) for p in promised}
    assert {f"line {p.line} {p.name}": shown(found[p.name]) for p in promised} == told


def test_most_lines_promise_something() -> None:
    arrows = sum(line.count("->") for block in EXAMPLES for line in block.text.splitlines())
    said = sum(len(promises(block)) for block in EXAMPLES)
    assert said > 0.6 * arrows


def test_mistakes_are_found_as_the_page_says(docs_shop: DocsShop) -> None:
    (wrong,) = blocks("language.md", "tags_wrong")
    shown_on_page = next(block for block in blocks("language.md", "text") if block.line > wrong.line)
    _, checked = docs_shop.prepared(wrong.text)
    found = [
        f"{d.severity}[{d.code}] {d.span.line}:{d.span.column} {d.message}"
        for d in checked.diagnostics
        if d.span.file == "rules/shown.tags"
    ]
    assert found == shown_on_page.text.splitlines()
    assert {d.span.line for d in checked.errors} == {1, 2, 3, 4}, "each line of the block has its error"


def test_the_examples_in_the_page_pass(docs_shop: DocsShop) -> None:
    (block,) = [block for block in blocks("language.md", "tags") if "\nexample " in block.text]
    ready, checked = docs_shop.prepared(block.text)
    passed, failed = run_examples(checked.program, ready.vocabulary, ready.workspace.zone)
    assert (passed, failed) == (1, [])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_fmt_says_every_example_in_the_other_language(language: Literal["zh", "en"], docs_shop: DocsShop) -> None:
    for block in EXAMPLES:
        ready, checked = docs_shop.prepared(block.text)
        names = Names.of(ready.vocabulary, {**ready.sources, "rules/shown.tags": block.text})
        file, _ = parse_file("rules/shown.tags", block.text, names)
        _, turned = docs_shop.prepared(format_file(file, language))
        assert not turned.errors, f"{block}: {[d.message for d in turned.errors]}"
        assert turned.program.rules == checked.program.rules, block
        assert turned.program.segments == checked.program.segments, block
