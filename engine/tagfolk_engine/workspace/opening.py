"""Finding and opening a workspace."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.tree import Span

from tagfolk_engine.workspace.environment import fill
from tagfolk_engine.workspace.errors import WorkspaceError
from tagfolk_engine.workspace.findings import finding
from tagfolk_engine.workspace.lenient import MISSING, lenient
from tagfolk_engine.workspace.locate import Places, locate
from tagfolk_engine.workspace.references import check_references
from tagfolk_engine.workspace.settings import Settings

CONFIG = "tagfolk.toml"


@dataclass(frozen=True)
class Workspace:
    """An opened workspace: its folder and settings. ``text`` is ``tagfolk.toml``, ``places`` where its keys stand."""

    root: Path
    settings: Settings
    text: str
    places: Places

    @property
    def zone(self) -> ZoneInfo:
        """The workspace's time zone."""
        return self.settings.zone

    @property
    def state(self) -> Path:
        """The folder of what the program keeps."""
        return self.root / ".tagfolk"

    @property
    def lake_path(self) -> Path:
        """The folder of the lake."""
        return self.state / "lake"

    @property
    def store_url(self) -> str:
        """The store's URL; a relative SQLite path is meant from the workspace's folder."""
        url = self.settings.store.url
        relative = re.fullmatch(r"(sqlite(?:\+\w+)?:///)(?!/|:memory:)([^?]+)(\?.*)?", url)
        if not relative:
            return url
        return f"{relative[1]}{(self.root / relative[2]).resolve().as_posix()}{relative[3] or ''}"

    def rule_sources(self) -> dict[str, str]:
        """The rule files by name from the workspace's folder ("rules/a.tags"), in name order.

        Raises WorkspaceError where a file is not UTF-8.
        """
        found: dict[str, str] = {}
        wrong = []
        for path in sorted((self.root / "rules").rglob("*.tags")):
            name = path.relative_to(self.root).as_posix()
            try:
                found[name] = path.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                wrong.append(_unreadable(name, error))
        if wrong:
            raise WorkspaceError(wrong)
        return found


def find_workspace(start: Path) -> Path:
    """The nearest folder from ``start`` upward that holds ``tagfolk.toml``. Raises WorkspaceError (C006)."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file():
            return folder
    raise WorkspaceError([_missing(start)])


def open_workspace(root: Path, *, environment: Mapping[str, str] | None = None) -> Workspace:
    """Read ``tagfolk.toml`` in ``root``. Raises WorkspaceError with all its mistakes."""
    root = root.resolve()
    try:
        text = (root / CONFIG).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (FileNotFoundError, NotADirectoryError):
        raise WorkspaceError([_missing(root)]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError([_unreadable(CONFIG, error)]) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WorkspaceError([_not_toml(error, text)], text) from None
    places = locate(text, CONFIG)
    data, found = fill(data, os.environ if environment is None else environment, places)
    settings, wrong = lenient(data, places)
    workspace = Workspace(root, settings, text, places)
    found += [*wrong, *_without_placeholders([*check_references(settings, places), *_plugins(workspace)])]
    if any(d.severity == "error" for d in found):
        raise WorkspaceError(_sorted(found), text)
    settings._warnings = tuple(_sorted(found))
    return workspace


def _plugins(workspace: Workspace) -> list[Diagnostic]:
    """Mistakes of the blocks that name plugins; plugins are looked up only where one is named."""
    settings, places = workspace.settings, workspace.places
    if not settings.sources and not settings.sinks:
        return []
    from tagfolk_engine.plugins import plugins
    from tagfolk_engine.workspace.arguments import check_plugins

    installed = plugins(workspace.root)
    return [
        *check_plugins("sources", settings.sources, installed.sources, places),
        *(check_plugins("sinks", settings.sinks, installed.sinks, places) if settings.sinks else ()),
    ]


def _without_placeholders(found: list[Diagnostic]) -> list[Diagnostic]:
    """Findings about what a mistake already reported has left out are no findings of their own."""
    return [d for d in found if MISSING not in d.message]


def _sorted(found: list[Diagnostic]) -> list[Diagnostic]:
    return sorted(found, key=lambda d: (d.span.line, d.span.column, d.code))


def _missing(folder: Path) -> Diagnostic:
    return finding("C006", Span(CONFIG, 1, 1, 1, 1), f"there is no {CONFIG} in {folder} or above it",
                   f"{folder} 及其上级目录中没有 {CONFIG}",
                   "make a workspace: tagfolk init DIR, or name one: --workspace DIR",
                   "新建工作区：tagfolk init DIR，或指定：--workspace DIR")  # fmt: skip


def _unreadable(name: str, error: OSError | UnicodeDecodeError) -> Diagnostic:
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return finding("C007", Span(name, line, 1, line, 1), f"{name} is not UTF-8", f"{name} 不是 UTF-8 编码",
                       "save it as UTF-8", "请以 UTF-8 保存")  # fmt: skip
    return finding("C007", Span(name, 1, 1, 1, 1), f"{name} cannot be read: {error.strerror}", f"{name} 无法读取",
                   "check the file and its permissions", "检查文件及其权限")  # fmt: skip


def _not_toml(error: tomllib.TOMLDecodeError, text: str) -> Diagnostic:
    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    last = text.count("\n") + 1
    line, column = (int(place[1]), int(place[2])) if place else (last, len(text.splitlines()[-1]) + 1 if text else 1)
    what = re.sub(r"\s*\(at .*\)$", "", str(error))
    what = what[:1].lower() + what[1:]
    return finding("C001", Span(CONFIG, line, column, line, column + 1), f"not valid TOML: {what}",
                   "不是有效的 TOML", "texts stand in quotes, tables in "
                                 "[brackets]", "文本写在引号里，表名写在 [方括号] 里")  # fmt: skip
