"""A portrait as one HTML file that needs nothing else: charts are drawn in SVG, no script, no address."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagfolk_engine.run.portrait import Item, Portrait

_WORDS = {
    "en": {"base": "Base", "behaviour": "Behaviour", "value": "Value", "need": "Need", "customers": "customers",
           "of": "of", "as_of": "as of", "mean": "mean", "median": "median", "min": "least", "max": "most",
           "none": "nobody", "yes": "yes", "no": "no"},
    "zh": {"base": "基础", "behaviour": "行为", "value": "价值", "need": "需求", "customers": "位客户",
           "of": "共", "as_of": "截至", "mean": "平均", "median": "中位数", "min": "最小", "max": "最大",
           "none": "无人", "yes": "是", "no": "否"},
}  # fmt: skip
_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;color:#22313a;
margin:2rem auto;max-width:72rem;padding:0 1rem}h1{margin:0}.sub{color:#5a6a72;margin:0 0 1.5rem}
section{margin:1.5rem 0}h2{border-bottom:2px solid #1f6f8b;padding-bottom:.2rem}
.items{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:1rem}
figure{margin:0;border:1px solid #e3e8ea;border-radius:8px;padding:.8rem}figcaption{font-weight:600}
.figures{color:#5a6a72;font-size:.85rem}svg{width:100%;height:auto;display:block;margin-top:.4rem}
text{font-size:12px;fill:#22313a}.big{font-size:1.6rem}@media print{figure{break-inside:avoid}}
"""
_ROW, _LABEL, _WIDE = 20, 130, 360


def page(portrait: Portrait, language: str) -> str:
    """The whole file."""
    words = _WORDS.get(language, _WORDS["en"])
    alone = portrait.customers == 1 and any(item.value is not None for items in portrait.layers.values()
                                            for item in items)  # fmt: skip
    sections = "".join(
        f"<section><h2>{words[layer]}</h2><div class=items>{''.join(_item(i, words, alone) for i in items)}</div>"
        "</section>"
        for layer, items in portrait.layers.items()
    )
    whole = f" ({words['of']} {portrait.of:,})" if portrait.customers != portrait.of else ""
    under = f"{portrait.customers:,} {words['customers']}{whole}, {words['as_of']} {escape(portrait.as_of)}"
    return (
        f'<!doctype html><html lang="{escape(language)}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(portrait.title)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(portrait.title)}</h1><p class=sub>{under}</p>{sections}</html>\n"
    )


def _item(item: Item, words: dict[str, str], alone: bool) -> str:
    head = f"<figcaption>{escape(item.title)}</figcaption>"
    if alone:
        return f"<figure>{head}<div class=big>{escape(_said(item.value, words))}</div></figure>"
    if not item.known:
        return f"<figure>{head}<div class=figures>{words['none']}</div></figure>"
    figures = " · ".join(f"{words[name]} {figure:,.4g}" for name, figure in item.figures)
    under = f"<div class=figures>{figures}</div>" if figures else ""
    return f"<figure>{head}{under}{_bars(item)}</figure>"


def _said(value: object, words: dict[str, str]) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    return f"{value:,.6g}" if isinstance(value, (int, float)) else str(value)


def _bars(item: Item) -> str:
    """Bars from left to right; their lengths are shares of the greatest."""
    most = max(bar.share for bar in item.bars) or 1.0
    if item.kind == "held":
        most = 1.0
    rows = []
    for place, bar in enumerate(item.bars):
        top = place * _ROW
        width = max(1.0, bar.share / most * (_WIDE - _LABEL - 95))
        label = bar.label if len(bar.label) <= 18 else bar.label[:17] + "…"
        rows.append(
            f'<text x="0" y="{top + 14}">{escape(label)}<title>{escape(bar.label)}</title></text>'
            f'<rect x="{_LABEL}" y="{top + 3}" width="{width:.1f}" height="14" rx="2" fill="#1f6f8b"/>'
            f'<text x="{_LABEL + width + 6:.1f}" y="{top + 14}">{bar.share:.0%} ({bar.customers:,})</text>'
        )
    return f'<svg viewBox="0 0 {_WIDE} {len(item.bars) * _ROW}" role="img">{"".join(rows)}</svg>'
