"""Plugin blocks of ``tagfolk.toml`` against the plugins installed: known names, arguments that each model takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from tagfolk_dsl.diagnostics import Diagnostic

from tagfolk_engine.workspace.findings import finding, suggestion
from tagfolk_engine.workspace.locate import Places
from tagfolk_engine.workspace.mistakes import mistakes
from tagfolk_engine.workspace.settings import PluginTable


def check_plugins(
    table: str, blocks: Mapping[str, PluginTable], known: Mapping[str, Any], places: Places
) -> Iterator[Diagnostic]:
    """Mistakes of all blocks under ``[sources…]`` or ``[sinks…]``. ``known``: plugin name → its class."""
    for name, block in blocks.items():
        plugin = known.get(block.plugin)
        if plugin is None:
            what, what_zh = ("source plugins", "来源插件") if table == "sources" else ("sink plugins", "输出插件")
            hint, hint_zh, near = suggestion(block.plugin, list(known), what, what_zh)
            yield finding("C033", places.value((table, name, "plugin")), f"unknown plugin '{block.plugin}'",
                          f"未知的插件 '{block.plugin}'", hint, hint_zh, replacement=near)  # fmt: skip
            continue
        model: type[BaseModel] = plugin.Arguments
        try:
            model.model_validate(dict(block.arguments))
        except ValidationError as error:
            yield from mistakes(error.errors(), model, places, (table, name))
