"""A chart of an answer as a PNG that reads well in a chat, with Chinese labels from a packaged font."""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagfolk_bots.messages import ChartSpec

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = (
    "#1f6f8b",
    "#e07a5f",
    "#3d9970",
    "#f2b134",
    "#7d5ba6",
    "#a0522d",
    "#5b8def",
    "#8c8c8c",
    "#c94f7c",
    "#2f4858",
)
_INK, _GREY, _LINE = "#22313a", "#6b7a82", "#e3e8ea"
_DPI = 160
_MOST = 30
"""Bars that stay legible; how many are beyond is said in the picture."""
_LOCK = threading.Lock()


def draw(spec: ChartSpec, path: Path) -> None:
    """Write the chart to a PNG file."""
    path.write_bytes(png(spec))


def png(spec: ChartSpec) -> bytes:
    """The chart as the bytes of a PNG. Thread-safe."""
    with _LOCK:  # matplotlib's fonts and caches are shared
        from matplotlib import rc_context
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        with rc_context({"font.family": _families(), "font.size": 11, "axes.unicode_minus": False}):
            figure = Figure(dpi=_DPI, facecolor="white", layout="constrained")
            FigureCanvasAgg(figure)
            axes: Axes = figure.add_subplot()
            _title(axes, spec.title)
            if spec.labels and spec.series:
                _KINDS[spec.kind](figure, axes, spec)
            else:
                _empty(figure, axes)
            out = io.BytesIO()
            figure.savefig(out, format="png")
            return out.getvalue()


@cache
def _families() -> list[str]:
    """DejaVu for Latin, Noto Sans CJK for the rest; the file comes with the package ``noto-cjk-sans-otc``."""
    import importlib.util

    from matplotlib import font_manager

    found = importlib.util.find_spec("noto_cjk_sans_otc")
    for folder in (found.submodule_search_locations or []) if found else []:
        for file in sorted(Path(folder).rglob("*Regular*")):
            if file.suffix in (".ttc", ".otf", ".ttf"):
                font_manager.fontManager.addfont(str(file))
    known = set(font_manager.get_font_names())
    chinese = [name for name in ("Noto Sans CJK SC", "Noto Sans CJK JP") if name in known][:1]
    return ["DejaVu Sans", *chinese]


# -- the kinds --------------------------------------------------------------------------------------------------------


def _bar(figure: Figure, axes: Axes, spec: ChartSpec) -> None:
    """Upright bars for a few short labels, lying ones for many or long ones; one colour a series."""
    labels, series = _at_most(axes, spec)
    count, groups = len(labels), len(series)
    lying = count > 8 or max(_width(label) for label in labels) > 12 or count * groups > 16
    size = 0.8 / groups
    if lying:
        _size(figure, 8, 1.3 + max(2.2, 0.34 * count * max(1.0, groups * 0.62)))
    else:
        _size(figure, 8, 4.4)
    for number, (name, values) in enumerate(series):
        at = [index + (number - (groups - 1) / 2) * size for index in range(count)]
        plot = axes.barh if lying else axes.bar
        bars = plot(at, _numbers(values), size * 0.92, color=_colour(number), label=name)
        if count * groups <= 40:
            texts = [_figure(value, spec.unit) for value in values]
            axes.bar_label(bars, labels=texts, padding=3, fontsize=9.5, color=_INK)
    _scale(axes, spec, across=lying)
    if lying:
        axes.set_yticks(range(count), [_short(label, 28) for label in labels])
        axes.invert_yaxis()
        axes.margins(x=0.12, y=0.02)
    else:
        axes.set_xticks(range(count), [_wrapped(label) for label in labels])
        axes.margins(y=0.12)
        room = 0.6 + max(0, 4 - count) * 0.4  # few bars stay as narrow as four
        axes.set_xlim(-room, count - 1 + room)
    _legend(axes, series)


def _line(figure: Figure, axes: Axes, spec: ChartSpec) -> None:
    """Lines over time; the last value of each is written at its end."""
    _size(figure, 8, 4.4)
    places = range(len(spec.labels))
    for number, (name, values) in enumerate(spec.series):
        shown = _numbers(values)
        marker = "o" if len(shown) <= _MOST else None
        axes.plot(places, shown, color=_colour(number), linewidth=2.2, marker=marker, markersize=4.5, label=name)
        last = next((index for index in reversed(places) if not math.isnan(shown[index])), None)
        if last is not None:
            axes.annotate(
                _figure(shown[last], spec.unit),
                (last, shown[last]),
                xytext=(7, 0),
                textcoords="offset points",
                va="center",
                fontsize=9.5,
                color=_colour(number),
            )
    _scale(axes, spec, across=False)
    step = max(1, math.ceil(len(spec.labels) * max(_width(label) for label in spec.labels) / 78))
    kept = list(places)[::-1][::step][::-1]
    axes.set_xticks(kept, [spec.labels[index] for index in kept])
    axes.margins(x=0.06)
    low = min((value for _, values in spec.series for value in _numbers(values) if not math.isnan(value)), default=0)
    axes.set_ylim(bottom=min(0.0, low))
    _legend(axes, spec.series)


def _stacked(figure: Figure, axes: Axes, spec: ChartSpec) -> None:
    """Lying bars made of parts; a part that is wide enough carries its figure."""
    labels, series = _at_most(axes, spec)
    _size(figure, 8, 1.7 + max(2.2, 0.42 * len(labels)))
    left = [0.0] * len(labels)
    whole = max((sum(_zero(values[index]) for _, values in series) for index in range(len(labels))), default=0.0)
    for number, (name, values) in enumerate(series):
        shown = [_zero(value) for value in values]
        bars = axes.barh(range(len(labels)), shown, 0.72, left=left, color=_colour(number), label=name)
        texts = [_figure(value, spec.unit) if whole and value / whole > 0.07 else "" for value in shown]
        axes.bar_label(bars, labels=texts, label_type="center", fontsize=9, color="white")
        left = [before + value for before, value in zip(left, shown, strict=True)]
    axes.set_yticks(range(len(labels)), [_short(label, 28) for label in labels])
    axes.invert_yaxis()
    _scale(axes, spec, across=True)
    axes.margins(x=0.02, y=0.02)
    _legend(axes, series, always=True)


def _heat(figure: Figure, axes: Axes, spec: ChartSpec) -> None:
    """A grid: a row per series, a column per label; each cell carries its figure where there is room."""
    rows, columns = len(spec.series), len(spec.labels)
    _size(figure, min(14.0, max(5.5, 2.4 + 0.72 * columns)), min(14.0, max(3.0, 1.6 + 0.46 * rows)))
    grid = [_numbers(values) for _, values in spec.series]
    image = axes.imshow(grid, aspect="auto", cmap=_heat_colours())
    low, high = image.get_clim()
    if columns <= 18 and rows <= 30:
        for row, values in enumerate(grid):
            for column, value in enumerate(values):
                dark = high > low and (value - low) / (high - low) > 0.55
                colour = "white" if dark else _INK
                text = _figure(value, spec.unit)
                axes.text(column, row, text, ha="center", va="center", fontsize=8.5, color=colour)
    tilted = max(_width(label) for label in spec.labels) > 8
    axes.set_xticks(range(columns), [_short(label, 16) for label in spec.labels], rotation=40 if tilted else 0)
    if tilted:
        for tick in axes.get_xticklabels():
            tick.set_horizontalalignment("right")
            tick.set_rotation_mode("anchor")
    axes.set_yticks(range(rows), [_short(name, 24) for name, _ in spec.series])
    axes.tick_params(length=0, colors=_INK)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_xticks([place - 0.5 for place in range(1, columns)], minor=True)
    axes.set_yticks([place - 0.5 for place in range(1, rows)], minor=True)
    axes.grid(which="minor", color="white", linewidth=1.5)
    axes.tick_params(which="minor", length=0)


def _funnel(figure: Figure, axes: Axes, spec: ChartSpec) -> None:
    """Steps from wide to narrow, each with its figure, its share of the first and what the step kept."""
    values = [_zero(value) for value in spec.series[0][1]]
    first = values[0] or 1.0
    _size(figure, 8, 1.2 + 0.68 * len(values))
    widest = max(values) or 1.0
    for row, value in enumerate(values):
        axes.barh(row, value, 0.66, left=-value / 2, color=_colour(0), alpha=1.0 - 0.55 * row / max(1, len(values)))
        kept = f"{value / first:.1%}"
        axes.text(widest * 0.54, row, f"{_figure(value, spec.unit)}  ({kept})", va="center", fontsize=10, color=_INK)
    axes.set_yticks(range(len(values)), [_short(label, 28) for label in spec.labels])
    axes.invert_yaxis()
    axes.set_xlim(-widest * 0.53, widest * 0.9)
    axes.set_xticks([])
    axes.tick_params(length=0, colors=_INK)
    for side in axes.spines.values():
        side.set_visible(False)


_KINDS: dict[str, Callable[[Any, Any, ChartSpec], None]] = {
    "bar": _bar,
    "line": _line,
    "stacked": _stacked,
    "heat": _heat,
    "funnel": _funnel,
}


def _empty(figure: Figure, axes: Axes) -> None:
    _size(figure, 6, 2.2)
    axes.set_axis_off()
    axes.text(0.5, 0.4, "—", ha="center", va="center", fontsize=20, color=_GREY, transform=axes.transAxes)


# -- what they share --------------------------------------------------------------------------------------------------


def _title(axes: Axes, title: str) -> None:
    axes.set_title(_plain(_wrapped(title, 60)), loc="left", fontsize=14, color=_INK, pad=12)


def _size(figure: Figure, wide: float, high: float) -> None:
    figure.set_size_inches(wide, min(high, 16.0))


def _scale(axes: Axes, spec: ChartSpec, *, across: bool) -> None:
    """The axis of the values: few ticks, thousands, the unit; a light grid behind the marks."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    unit = spec.unit
    whole = unit != "%" and all(_zero(value) == int(_zero(value)) for _, values in spec.series for value in values)
    axis = axes.xaxis if across else axes.yaxis
    axis.set_major_locator(MaxNLocator(nbins=6, integer=whole))
    axis.set_major_formatter(FuncFormatter(lambda value, _: _figure(value, "%" if unit == "%" else "", tick=True)))
    axes.grid(axis="x" if across else "y", color=_LINE, linewidth=0.9)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, colors=_INK)
    for name, side in axes.spines.items():
        side.set_visible(name == ("left" if across else "bottom"))
        side.set_color(_LINE)
    if unit not in ("", "%"):
        (axes.set_xlabel if across else axes.set_ylabel)(_plain(unit), color=_GREY, fontsize=10)


def _legend(axes: Axes, series: Sequence[tuple[str, Sequence[float]]], *, always: bool = False) -> None:
    if len(series) > 1 or always:
        axes.legend(
            loc="upper center",
            bbox_to_anchor=(0.5, -0.1),
            ncols=min(4, len(series)),
            frameon=False,
            fontsize=9.5,
            labelcolor=_INK,
        )


def _at_most(axes: Axes, spec: ChartSpec) -> tuple[Sequence[str], Sequence[tuple[str, Sequence[float]]]]:
    """The first bars only, with a word on how many are left out (a sum of averages or shares would be wrong)."""
    rest = len(spec.labels) - _MOST
    if rest <= 0:
        return spec.labels, spec.series
    axes.annotate(f"… +{rest}", (1, 0), xycoords="axes fraction", ha="right", va="bottom", fontsize=10, color=_GREY)
    return spec.labels[:_MOST], [(name, values[:_MOST]) for name, values in spec.series]


def _figure(value: float, unit: str, *, tick: bool = False) -> str:
    """A value as people read it: 12,345 · 1.23M · 39.1 % (a share is a fraction)."""
    if value is None or math.isnan(value):
        return ""
    if unit == "%":
        return f"{value * 100:.0f} %" if tick or abs(value) >= 0.9995 or value == 0 else f"{value * 100:.1f} %"
    if abs(value) >= 10_000_000:
        text = f"{value / 1_000_000:.2f}".rstrip("0").rstrip(".") + "M"
    elif value == int(value) or abs(value) >= 1000:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.2f}".rstrip("0").rstrip(".")
    return text


def _numbers(values: Sequence[float]) -> list[float]:
    return [math.nan if value is None else float(value) for value in values]


def _zero(value: float) -> float:
    return 0.0 if value is None or math.isnan(value) else float(value)


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)]


def _heat_colours() -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("tagfolk", ["#f2f7f8", "#8fc1cd", "#1f6f8b", "#12404f"])


def _plain(text: str) -> str:
    """No mathematics: a dollar sign is a dollar sign."""
    return text.replace("$", r"\$")


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


def _short(text: str, most: int) -> str:
    """A label cut to a width (a Chinese character takes two)."""
    if _width(text) <= most:
        return _plain(text)
    kept = ""
    for character in text:
        if _width(kept + character) > most - 1:
            break
        kept += character
    return _plain(kept + "…")


def _wrapped(text: str, most: int = 11) -> str:
    """A label in lines of a width, broken at blanks where there are any and between Chinese characters."""
    lines, line = [], ""
    for word in text.replace("\n", " ").split(" "):
        if line and _width(line) + 1 + _width(word) > most:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
        while _width(line) > most * 2:
            end = next(index for index in range(1, len(line) + 1) if _width(line[:index]) >= most)
            lines.append(line[:end])
            line = line[end:]
    return "\n".join([*lines, line])
