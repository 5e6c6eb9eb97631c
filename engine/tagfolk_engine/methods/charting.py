"""A use's chart as a PNG: the method draws, this gives it axes, a font with Chinese, and a size."""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import MethodError
from tagfolk_plugins.api.method import MethodResult

from tagfolk_engine.plugins import PluginFailed, PluginFailure

if TYPE_CHECKING:
    from tagfolk_plugins.api.method import Method

    from tagfolk_engine.methods.host import UseResult

_LOCK = threading.Lock()


def chart_png(result: UseResult, methods: Mapping[str, type[Method]]) -> bytes:
    """What the method draws of its result. Raises PluginFailed where it draws nothing or fails. Thread-safe."""
    try:
        draw = methods[result.method]().chart(_as_method_result(result))
        if draw is None:
            raise MethodError(f"{result.method} has nothing to draw here", "look at its tables instead")
        with _LOCK:  # matplotlib's fonts and caches are shared
            from matplotlib import rc_context
            from matplotlib.backends.backend_agg import FigureCanvasAgg
            from matplotlib.figure import Figure

            look: dict[Any, Any] = {
                "font.family": _families(),
                "font.size": 10,
                "axes.titlesize": 13,
                "axes.unicode_minus": False,
            }
            with rc_context(look):
                figure = Figure(figsize=(9, 5.4), dpi=130, facecolor="white", layout="constrained")
                FigureCanvasAgg(figure)
                draw(figure.add_subplot())
                out = io.BytesIO()
                figure.savefig(out, format="png")
                return out.getvalue()
    except MethodError as error:
        raise PluginFailed(PluginFailure(result.method, error.message, error.hint)) from error
    except Exception as error:  # a plugin's own drawing may raise anything; it fails by name
        raise PluginFailed(PluginFailure(result.method, f"the chart: {type(error).__name__}: {error}")) from error


def _as_method_result(result: UseResult) -> MethodResult:
    customers = result.columns.to_pandas().set_index("customer_id")
    return MethodResult(customers, result.tables, result.fit, result.kept.state)


@cache
def _families() -> list[str]:
    """DejaVu for Latin, Noto Sans CJK for the rest (from the package ``noto-cjk-sans-otc``, where it is installed)."""
    import importlib.util

    from matplotlib import font_manager

    found = importlib.util.find_spec("noto_cjk_sans_otc")
    for folder in (found.submodule_search_locations or []) if found else []:
        for file in sorted(Path(folder).rglob("*Regular*")):
            if file.suffix in (".ttc", ".otf", ".ttf"):
                font_manager.fontManager.addfont(str(file))
    known = set(font_manager.get_font_names())
    return ["DejaVu Sans", *[name for name in ("Noto Sans CJK SC", "Noto Sans CJK JP") if name in known][:1]]
