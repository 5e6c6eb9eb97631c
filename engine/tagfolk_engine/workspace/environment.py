"""``${NAME}`` in ``tagfolk.toml``, and secrets that should have been written so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tagfolk_dsl.diagnostics import Diagnostic

from tagfolk_engine.workspace.findings import finding
from tagfolk_engine.workspace.locate import Path, Places

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SECRET_KEY = re.compile(r"(^|_)(password|passwd|pwd|secret|token|api_?key|access_?key|credentials?)$", re.IGNORECASE)
_SECRET_URL = re.compile(r"^[a-z][a-z0-9+.-]*://[^/@:\s]*:([^@\s]+)@", re.IGNORECASE)


def fill(data: Any, environment: Mapping[str, str], places: Places, path: Path = ()) -> tuple[Any, list[Diagnostic]]:
    """``data`` with all variables replaced, and what is wrong: unset variables, secrets in clear."""
    if isinstance(data, dict):
        filled = {key: fill(value, environment, places, (*path, key)) for key, value in data.items()}
        return {k: v for k, (v, _) in filled.items()}, [d for _, found in filled.values() for d in found]
    if isinstance(data, list):
        items = [fill(value, environment, places, (*path, index)) for index, value in enumerate(data)]
        return [v for v, _ in items], [d for _, found in items for d in found]
    if not isinstance(data, str):
        return data, []
    found = [_unset(name, places, path) for name in _VARIABLE.findall(data) if name not in environment]
    if _in_clear(path, data):
        found.append(finding(
            "C011", places.value(path), f"'{path[-1]}' holds a secret in clear", f"'{path[-1]}' 中有明文密码",
            "put it into an environment variable and write ${NAME} here", "请放进环境变量，此处写 ${NAME}",
            severity="warning",
        ))  # fmt: skip
    return _VARIABLE.sub(lambda m: environment.get(m[1], m[0]), data), found


def _in_clear(path: Path, text: str) -> bool:
    """Whether a text is a secret that is not taken from the environment."""
    names = [part for part in path if isinstance(part, str)]
    if (
        names
        and _SECRET_KEY.search(names[-1])
        and names[0] in ("sources", "sinks", "store", "engine", "bot", "methods")
    ):
        return bool(text) and not _VARIABLE.search(text)
    url = _SECRET_URL.match(text)
    return bool(url and not _VARIABLE.search(url[1]))


def _unset(name: str, places: Places, path: Path) -> Diagnostic:
    return finding(
        "C010", places.value(path), f"the environment variable {name} is not set", f"环境变量 {name} 未设置",
        f"set it before the command: export {name}=…", f"先设置它：export {name}=…",
    )  # fmt: skip
