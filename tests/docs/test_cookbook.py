"""The cookbook knows every definition of the shared collection."""

import json
import re

import pytest
from support.docs_pages import DOCS, ROOT, blocks, promises

SHARED = ROOT.parent / "shared" / "data" / "segment_definitions" / "segments.json"


def _said() -> set[str]:
    """The ids for which the cookbook has a rule with its holders."""
    names = (promise.name for block in blocks("cookbook.md", "tags") for promise in promises(block))
    return {found[0] for name in names if (found := re.match(r"S\d\d", name))}


def test_every_definition_has_a_rule_and_a_sentence() -> None:
    page = (DOCS / "cookbook.md").read_text(encoding="utf-8")
    prose = set(re.findall(r"\*\*(S\d\d)", re.sub(r"```.*?```", "", page, flags=re.DOTALL)))
    assert _said() == prose
    assert len(prose) == 49


@pytest.mark.skipif(not SHARED.is_file(), reason="the shared collection of definitions is not beside this clone")
def test_every_id_of_the_collection_is_in_the_cookbook() -> None:
    ids = {entry["id"] for entry in json.loads(SHARED.read_text(encoding="utf-8"))}
    assert ids == _said()
