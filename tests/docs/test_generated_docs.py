"""The parts of the documentation that are made from the program, and what the pages point at."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest
from support.docs_pages import DOCS, ROOT


def _generate() -> object:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["docs_generate"] = module
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_what_the_program_says() -> None:
    assert _generate().outdated() == [], "run: python docs/generate.py"  # type: ignore[attr-defined]


def test_check_names_the_file_that_is_out_of_date(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    module = _generate()
    monkeypatch.setattr(module, "REFERENCE", tmp_path)
    assert module.main(["--check"]) == 1  # type: ignore[attr-defined]
    assert "docs/reference/keywords.md is out of date: run 'python docs/generate.py'" in capsys.readouterr().err
    assert module.main([]) == 0  # type: ignore[attr-defined]
    assert module.main(["--check"]) == 0  # type: ignore[attr-defined]


PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text))
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    missing = [link for link in local if not (page.parent / (link.split("#")[0] or page.name)).exists()]
    assert not missing
