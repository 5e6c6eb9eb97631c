"""What the methods' charts are drawn with: bars, heat maps, lines and intervals on a matplotlib axes.

Each function gives a function that draws, so that a chart is made where the axes are (a file, a page, a chat).
Text is shown as it stands: a name from the data is never read as markup.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Draw = Callable[[Any], None]

INK, GREY, FAINT = "#1f2933", "#7b8794", "#e4e7eb"
COLOURS = ("#2563a8", "#e07b39", "#3c9d6b", "#9b5fc0")
MOST = 15
"""Bars in one picture."""


def bars(
    labels: Sequence[object], values: Sequence[float], title: str, unit: str, *,
    say: Callable[[int], str] | None = None, spans: Sequence[tuple[float, float]] | None = None, centre: float = 0.0,
) -> Draw:  # fmt: skip
    """Lying bars from ``centre`` on, the first on top; ``say`` writes a bar's text, ``spans`` are intervals."""

    def draw(axes: Any) -> None:
        shown = list(zip(labels, values, strict=True))[:MOST]
        rows = range(len(shown))
        figures = [_known(value, centre) for _, value in shown]
        colours = [COLOURS[0] if value >= centre else COLOURS[1] for value in figures]
        axes.barh(rows, [value - centre for value in figures], left=centre, color=colours, height=0.68)
        ends = [max(value, centre) for value in figures]
        for row, (low, high) in enumerate((spans or [])[:MOST]):
            if math.isfinite(low) and math.isfinite(high):
                axes.plot([low, high], [row, row], color=INK, linewidth=1.4)
                ends[row] = max(ends[row], high)
        axes.margins(x=0.2)
        for row in rows:
            text = say(row) if say else figure(figures[row])
            axes.annotate(_plain(text), (ends[row], row), (5, 0), textcoords="offset points", va="center", color=INK)
        axes.set_yticks(list(rows), [_plain(short(label)) for label, _ in shown])
        axes.invert_yaxis()
        if centre or any(value < 0 for value in figures):
            axes.axvline(centre, color=GREY, linewidth=1)
        _frame(axes, title, unit, "x")
        if len(labels) > MOST:
            axes.set_title(f"{_plain(title)} (the first {MOST} of {len(labels)})", loc="left", color=INK)

    return draw


def heat(
    cells: Any, rows: Sequence[object], columns: Sequence[object], title: str, *,
    across: str, down: str, write: Callable[[int, int], str], both_ways: bool = False,
) -> Draw:  # fmt: skip
    """A coloured table with the figures in it; missing cells stay empty. ``both_ways``: colours about zero."""

    def draw(axes: Any) -> None:
        import numpy as np

        data = np.asarray(cells, dtype=float)
        reach = float(np.nanmax(np.abs(data))) if np.isfinite(data).any() else 1.0
        low = -reach if both_ways else 0.0
        axes.imshow(data, cmap="RdBu_r" if both_ways else "Blues", vmin=low, vmax=reach or 1.0, aspect="auto")
        size = 9 if max(data.shape) <= 13 else 6.5
        for row, column in np.argwhere(np.isfinite(data)):
            dark = abs(data[row, column]) > 0.6 * reach
            text = _plain(write(int(row), int(column)))
            axes.text(column, row, text, ha="center", va="center", fontsize=size, color="white" if dark else INK)
        axes.set_xticks(range(len(columns)), [_plain(short(c, 18)) for c in columns])
        axes.set_yticks(range(len(rows)), [_plain(short(r)) for r in rows])
        if max((len(str(c)) for c in columns), default=0) > 8:
            axes.tick_params(axis="x", rotation=30)
        axes.set_xlabel(_plain(across), color=GREY)
        axes.set_ylabel(_plain(down), color=GREY)
        axes.set_title(_plain(title), loc="left", color=INK)
        axes.tick_params(length=0)
        for side in axes.spines.values():
            side.set_visible(False)

    return draw


def lines(
    x: Sequence[float], series: Mapping[str, Sequence[float]], title: str, *, across: str, up: str,
    diagonal: bool = False,
) -> Draw:  # fmt: skip
    """Lines over a common x; ``diagonal``: where said and actual would be equal, and points on the lines."""

    def draw(axes: Any) -> None:
        for (name, values), colour in zip(series.items(), COLOURS, strict=False):
            axes.plot(x, values, label=_plain(name), color=colour, linewidth=2, marker="o" if diagonal else None)
        if diagonal:
            end = max([*x, *(v for values in series.values() for v in values), 0.0])
            axes.plot([0, end], [0, end], color=GREY, linestyle="--", linewidth=1, label="as said")
        axes.set_ylim(bottom=0)
        axes.set_xlabel(_plain(across), color=GREY)
        _frame(axes, title, up, "y")
        axes.legend(frameon=False)

    return draw


def figure(value: float) -> str:
    """A number short enough for a label.

    >>> figure(1234567.0), figure(0.1234), figure(12.0)
    ('1,234,567', '0.123', '12')
    """
    if not math.isfinite(value):
        return ""
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"


def percent(value: float) -> str:
    """A share for a label.

    >>> percent(0.3891), percent(1.0)
    ('38.9 %', '100 %')
    """
    return f"{100 * value:.3g} %" if math.isfinite(value) else ""


def short(label: object, most: int = 44) -> str:
    """A name cut to what fits beside a bar."""
    text = " ".join(str(label).split())
    return text if len(text) <= most else text[: most - 1] + "…"


def _known(value: float, other: float) -> float:
    return float(value) if value is not None and math.isfinite(value) else other


def _plain(text: str) -> str:
    """Dollar signs would begin a formula."""
    return text.replace("$", r"\$")


def _frame(axes: Any, title: str, unit: str, along: str) -> None:
    axes.set_title(_plain(title), loc="left", color=INK)
    (axes.set_xlabel if along == "x" else axes.set_ylabel)(_plain(unit), color=GREY)
    axes.grid(axis=along, color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for side in ("top", "right", "left" if along == "x" else "bottom"):
        axes.spines[side].set_visible(False)
