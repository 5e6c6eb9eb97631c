"""Every hook has a test and its exact signature in the docs, and the examples of the docs run."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
from tagfolk_plugins.api import hookspecs

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "plugins.md"
HOOKS = sorted(name for name in vars(hookspecs) if name.startswith("tagfolk_"))


def signature(name: str) -> str:
    """The hook's signature as it stands in its file."""
    tree = ast.parse(inspect.getsource(hookspecs))
    found = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)
    returns = f" -> {ast.unparse(found.returns)}" if found.returns else ""
    return f"def {name}({ast.unparse(found.args)}){returns}"


@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_is_in_the_docs_with_its_exact_signature(hook: str) -> None:
    assert signature(hook) in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_is_tested(hook: str) -> None:
    here = Path(__file__)
    tests = [p for p in (ROOT / "tests").rglob("test_*.py") if p != here]
    assert any(re.search(rf"\b{hook}\b", p.read_text(encoding="utf-8")) for p in tests), f"no test calls {hook}"


@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_says_what_it_is_for(hook: str) -> None:
    assert (inspect.getdoc(getattr(hookspecs, hook)) or "").strip()


def test_the_plugins_of_the_docs_work(tmp_path: Path) -> None:
    """Each ``# plugins/NAME.py`` example of the page is put into a workspace and is found."""
    from tagfolk_engine.plugins import forget, plugins

    blocks = re.findall(r"```python\n# (plugins/\w+\.py)\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 5
    (tmp_path / "plugins").mkdir()
    for place, text in blocks:
        (tmp_path / place).write_text(text, encoding="utf-8")
    forget()
    found = plugins(tmp_path)
    mine = [w for w in found.all_warnings() if w.span.file.startswith("plugins/")]
    assert mine == []
    assert {"stock"} <= set(found.sources)
    assert {"habit"} <= set(found.methods)
    assert {"printed_list"} <= set(found.sinks)
    assert {"basket_size"} <= set(found.functions)
    assert {"weather"} <= set(found.answers)
    forget()


def test_the_classes_that_the_docs_name_exist() -> None:
    import tagfolk_plugins
    from tagfolk_plugins import testing

    text = DOCS.read_text(encoding="utf-8")
    for name in re.findall(r"from tagfolk_plugins import ([^\n(]+)", text):
        assert all(hasattr(tagfolk_plugins, part.strip()) for part in name.split(","))
    for name in ("SourceContract", "MethodContract", "SinkContract", "FrameContext"):
        assert name in text
        assert hasattr(testing, name)
