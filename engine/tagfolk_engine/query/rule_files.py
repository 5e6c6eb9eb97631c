"""Writing into the rule files: checked as a whole first, tested by the examples, then put in place in one step."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tagfolk_dsl.diagnostics import Diagnostic, render

if TYPE_CHECKING:
    from tagfolk_engine.run.opening import Prepared
    from tagfolk_engine.workspace import Workspace

PROPOSED = "rules/proposed.tags"
"""Where approved proposals and segments saved from the chat are written."""
_PATIENCE = 20.0


class RulesRefused(Exception):
    """What was to be written is not sound. ``text``: why, by language, with the place under a caret."""

    def __init__(self, text: Mapping[str, str]) -> None:
        super().__init__(text["en"])
        self.text = dict(text)


@dataclass(frozen=True)
class Written:
    """The file that was written, and how many examples passed with it."""

    file: str
    examples: int


def said(found: tuple[Diagnostic, ...] | list[Diagnostic], sources: Mapping[str, str]) -> dict[str, str]:
    """The errors among the findings, as people read them, by language."""
    errors = [d for d in found if d.severity == "error"][:5]
    return {
        language: "\n".join(render(d, sources.get(d.span.file), language) for d in errors) for language in ("en", "zh")
    }


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """One writer of rules at a time, also of several processes."""
    from tagfolk_engine.results.errors import StoreLocked
    from tagfolk_engine.results.lock import workspace_lock

    end = time.monotonic() + _PATIENCE
    while True:
        try:
            with workspace_lock(workspace.state / "writing", "write rules"):
                yield
            return
        except StoreLocked:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def append(workspace: Workspace, text: str, path: str = PROPOSED, remark: str = "") -> Written:
    """Put statements at the end of a rule file, below a comment. Raises RulesRefused, and nothing is written."""
    with _alone(workspace):
        before = workspace.rule_sources().get(path, "")
        comment = "".join(f"# {line}\n" for line in remark.splitlines())
        gap = "" if not before else ("\n" if before.endswith("\n") else "\n\n")
        return _put(workspace, path, f"{before}{gap}{comment}{text.strip()}\n")


def add_name(workspace: Workspace, word: str, tag: str) -> Written:
    """Make a word an ``also`` of a tag, in the block that declares it. Raises RulesRefused."""
    from tagfolk_engine.run.opening import prepare

    with _alone(workspace):
        prepared = prepare(workspace)
        place = _declared(prepared, tag, word)
        if place is None:
            if tag not in prepared.checked.program.tags:
                raise RulesRefused({"en": f"there is no tag '{tag}'", "zh": f"没有标签「{tag}」"})
            path = next(iter(prepared.sources), PROPOSED)
            before = prepared.sources.get(path, "").rstrip("\n")
            return _put(workspace, path, f"{before}\n\ntag {tag}:\n    also {_quoted(word)}\n")
        return _put(workspace, *place)


def _declared(prepared: Prepared, tag: str, word: str) -> tuple[str, str] | None:
    """(file, its new text) with the word in the block of the tag; None where no block declares it."""
    from tagfolk_dsl.formatter import format_file, language_of
    from tagfolk_dsl.names import Names
    from tagfolk_dsl.parser import parse_file
    from tagfolk_dsl.tree import Classify, File, Score, TagDeclaration

    names = Names.of(prepared.vocabulary, prepared.sources)
    for path, text in prepared.sources.items():
        tree, found = parse_file(path, text, names)
        if any(d.severity == "error" for d in found):
            raise RulesRefused(said(found, prepared.sources))
        for at, statement in enumerate(tree.statements):
            if not isinstance(statement, TagDeclaration | Classify | Score) or statement.name != tag:
                continue
            if word in statement.card.also:
                known = {"en": f"'{tag}' is called '{word}' already", "zh": f"「{tag}」已有别名「{word}」"}
                raise RulesRefused(known)
            card = replace(statement.card, also=(*statement.card.also, word))
            changed = replace(statement, card=card)
            whole = File(tree.path, (*tree.statements[:at], changed, *tree.statements[at + 1 :]), tree.comments)
            return path, format_file(whole, language_of(text))
    return None


def _put(workspace: Workspace, path: str, text: str) -> Written:
    """Check all rules with this file as it would be, run the examples, write. Raises RulesRefused."""
    from tagfolk_engine.run.examples import examine
    from tagfolk_engine.run.opening import prepare

    before = prepare(workspace)
    after = prepare(workspace)
    after.__dict__["sources"] = dict(sorted({**before.sources, path: text}.items()))
    if after.checked.errors:
        raise RulesRefused(said(after.checked.diagnostics, after.sources))
    tested = examine(after.program, after.vocabulary, workspace.zone)
    if tested.failed:
        old: set[tuple[str, str]] = set()
        if not before.checked.errors:
            standing = examine(before.program, before.vocabulary, workspace.zone)
            old = {(f.example, f.message) for f in standing.failed}
        broken = [f for f in tested.failed if (f.example, f.message) not in old]
        if broken:
            listed = "\n".join(f'{f.file}:{f.line}  "{f.example}": {f.message}' for f in broken[:5])
            raise RulesRefused({"en": f"An example would fail:\n{listed}", "zh": f"会有示例不通过：\n{listed}"})
    write(workspace.root / path, text)
    return Written(path, tested.passed)


def write(target: Path, text: str) -> None:
    """The whole new file or the whole old one, whatever happens."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
