"""Charts: every kind is drawn, Chinese is drawn with real glyphs, nothing in a label is taken for mathematics."""

from __future__ import annotations

import math
import struct
import threading
from pathlib import Path

import pytest
from tagfolk_bots import charts
from tagfolk_bots.messages import ChartSpec

CITIES = ("上海", "北京", "Guangzhou")
SPECS = {
    "bar": ChartSpec("bar", "按城市", CITIES, (("客户", (12345.0, 900.0, 55.0)),)),
    "bar lying": ChartSpec(
        "bar", "Shops", tuple(f"南京西路第{n}分店" for n in range(80)), (("n", tuple(map(float, range(80)))),)
    ),
    "bar shares": ChartSpec("bar", "Shares", CITIES, (("share", (0.5, 0.3, 0.2)),), "%"),
    "line": ChartSpec(
        "line", "走势", tuple(f"2024-{n:02d}" for n in range(1, 13)), (("n", (math.nan, *map(float, range(11)))),)
    ),
    "stacked": ChartSpec("stacked", "标签 × 城市", CITIES, (("高", (1.0, 2.0, 3.0)), ("低", (3.0, 2.0, math.nan)))),
    "heat": ChartSpec("heat", "RFM", CITIES, (("R1", (1.0, 2.0, 3.0)), ("R2", (3.0, math.nan, 1.0)))),
    "funnel": ChartSpec("funnel", "漏斗", CITIES, (("n", (100.0, 40.0, 0.0)),)),
    "nothing": ChartSpec("bar", "无", (), ()),
    "zero": ChartSpec("funnel", "零", CITIES, (("n", (0.0, 0.0, 0.0)),)),
    "signs": ChartSpec("bar", "$x^2$ _a_ \\frac{", ("$", "a_b$c$"), (("$n$", (1.0, 2.0)),), "$"),
}


def size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", png[16:24])
    return wide, high


@pytest.mark.parametrize("name", SPECS)
def test_every_kind_is_drawn_without_a_missing_glyph(name: str, tmp_path: Path) -> None:
    """matplotlib warns of a glyph that no font has, and warnings are errors here."""
    charts.draw(SPECS[name], tmp_path / "chart.png")
    wide, high = size((tmp_path / "chart.png").read_bytes())
    assert 500 <= wide <= 2400
    assert 250 <= high <= 2700


def test_the_packaged_font_is_used_for_chinese() -> None:
    assert charts._families() == ["DejaVu Sans", "Noto Sans CJK SC"]
    assert charts.png(SPECS["bar"]) != charts.png(
        ChartSpec("bar", "按城市", ("广州", "北京", "Guangzhou"), (("客户", (12345.0, 900.0, 55.0)),))
    )


def test_the_same_chart_is_the_same_picture_from_many_threads() -> None:
    wanted = charts.png(SPECS["stacked"])
    drawn: list[bytes] = []
    threads = [threading.Thread(target=lambda: drawn.append(charts.png(SPECS["stacked"]))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [wanted] * 4


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12345.0, "", "12,345"),
        (0.392, "%", "39.2 %"),
        (1.0, "%", "100 %"),
        (23_450_000.0, "CNY", "23.45M"),
        (2.5, "", "2.5"),
        (math.nan, "", ""),
        (-1234.5, "", "-1,234"),
    ],
)
def test_figures_read_well(value: float, unit: str, text: str) -> None:
    assert charts._figure(value, unit) == text


def test_many_bars_are_cut_and_said() -> None:
    few = ChartSpec("bar", "x", tuple(f"long label {n}" for n in range(30)), (("n", (1.0,) * 30),))
    many = ChartSpec("bar", "x", tuple(f"long label {n}" for n in range(300)), (("n", (1.0,) * 300),))
    assert size(charts.png(few)) == size(charts.png(many))
