"""What pydantic found wrong, as diagnostics at the key or value at fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails
from tagfolk_dsl.diagnostics import Diagnostic

from tagfolk_engine.workspace.findings import finding, kind_in_words, shown, suggestion
from tagfolk_engine.workspace.locate import Path, Places


def mistakes(errors: Sequence[ErrorDetails], model: type[BaseModel], places: Places, at: Path = ()) -> list[Diagnostic]:
    """One diagnostic per mistake. ``at``: where the model's own table stands in the file."""
    found: dict[tuple[Path, str], Diagnostic] = {}
    for error in errors:
        inner = real_path(error, at, places)
        diagnostic = _one(error, model, places, at, inner)
        found.setdefault((inner, diagnostic.code), diagnostic)
    return list(found.values())


def real_path(error: ErrorDetails, at: Path, places: Places) -> Path:
    """The path in the file: pydantic adds parts of its own for unions, which the file does not have."""
    path = at
    missing = error["type"] == "missing"
    for part in error["loc"][:-1] if missing else error["loc"]:
        if places.knows((*path, part)):
            path = (*path, part)
    return (*path, error["loc"][-1]) if missing else path


def _one(error: ErrorDetails, model: type[BaseModel], places: Places, at: Path, path: Path) -> Diagnostic:
    kind = error["type"]
    name = str(path[-1]) if path else ""
    table, table_zh = _table(path[:-1])
    if kind == "extra_forbidden":
        known = _keys(model, error["loc"][:-1])
        hint, hint_zh, near = suggestion(name, known, "keys", "可用的键")
        return finding("C002", places.key(path), f"unknown key '{name}' in {table}", f"{table_zh}中有未知的键 '{name}'",
                       hint, hint_zh, replacement=near)  # fmt: skip
    if kind == "missing":
        return finding("C003", places.key(path[:-1]), f"{table} lacks '{name}'", f"{table_zh}缺少 '{name}'",
                       f"add {name} = …", f"补上 {name} = …")  # fmt: skip
    if words := kind_in_words(kind):
        given = shown(error.get("input"))
        return finding("C004", places.value(path), f"'{name}' should be {words[0]}, not {given}",
                       f"'{name}' 应为{words[1]}，而不是 {given}", f"write {words[0]}", f"写成{words[1]}")  # fmt: skip
    return _refused(error, places, path, name)


def _refused(error: ErrorDetails, places: Places, path: Path, name: str) -> Diagnostic:
    """A value of the right kind that is not accepted."""
    given = error.get("input")
    context: Mapping[str, Any] = error.get("ctx") or {}
    hint = hint_zh = ""
    near: str | None = None
    if error["type"] == "literal_error":
        known = [part.strip(" '\"") for part in str(context.get("expected", "")).replace(" or ", ",").split(",")]
        hint, hint_zh, near = suggestion(str(given), known, "values", "可用的值")
        message, message_zh = f"{name} = {shown(given)} is not known", f"{name} = {shown(given)} 无法识别"
    elif error["type"] == "value_error":
        text = str(context.get("error", error["msg"]))
        message, message_zh = f"{name}: {text}", f"{name}：{text}"
        if "time zone" in text:
            from zoneinfo import available_timezones

            hint, hint_zh, near = suggestion(str(given), sorted(available_timezones()), "time zones", "时区")
    else:
        message, message_zh = f"{name} = {shown(given)}: {_lower(error['msg'])}", f"{name} = {shown(given)} 不被接受"
    return finding("C005", places.value(path), message, message_zh, hint, hint_zh, replacement=near)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _table(path: Path) -> tuple[str, str]:
    """A table as it is written in the file: [workspace], [[events]] number 2."""
    names = ".".join(str(p) for p in path if isinstance(p, str))
    if not names:
        return "the file", "文件"
    index = next((p for p in path if isinstance(p, int)), None)
    if index is None:
        return f"[{names}]", f"[{names}]"
    return f"[[{names}]] number {index + 1}", f"第 {index + 1} 个 [[{names}]]"


def _keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that the table at ``loc`` may have."""
    at: Any = model
    for part in loc:
        if isinstance(at, type) and issubclass(at, BaseModel):
            by_key = {info.alias or name: info.annotation for name, info in at.model_fields.items()}
            at = by_key.get(str(part))
        else:
            at = next((a for a in reversed(get_args(at)) if a is not type(None)), None)
    at = next((a for a in get_args(at) if isinstance(a, type) and issubclass(a, BaseModel)), at)
    if not (isinstance(at, type) and issubclass(at, BaseModel)):
        return []
    return [info.alias or name for name, info in at.model_fields.items() if not info.exclude]
