"""Every example of the language reference and of the cookbook, evaluated over the documented shop."""

import pytest
from support.docs_pages import Block, blocks, promises, shown
from support.docs_shop import DocsShop

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
