"""The rows of an answer in the reader's language: headings by their titles, values by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tagfolk_engine.query import Lexicon

from tagfolk_bots.messages import Cell, Language, Row

_HEADS = {
    "customers": "客户数", "customer": "客户", "customer_id": "客户", "share": "占比", "value": "值", "tag": "标签",
    "segment": "人群", "how": "变化", "cause": "原因", "at": "时间", "period": "时间", "name": "名称", "layer": "层",
    "entered": "进入", "left": "离开", "title": "名称", "since": "自", "amount": "金额",
}  # fmt: skip
_CELLS = {
    "entered": "进入", "left": "离开", "behaviour": "行为", "time": "时间", "late": "补录数据", "rule": "规则",
    "identity": "身份合并", "method": "模型", "pin": "人工指定", "yes": "是", "no": "否", "both": "两者都是",
}  # fmt: skip
_CODED = {"how", "cause"}


def heads(lexicon: Lexicon, columns: Sequence[str], language: Language) -> dict[str, str]:
    """Column → its heading for people; those that have none but their name are left out."""
    found: dict[str, str] = {}
    for column in columns:
        known = [getattr(lexicon.tags.get(column), "title", None), *_names(lexicon, column)]
        chinese = next((name for name in known if name and not name.isascii()), None)
        if language == "zh" and (chinese or column in _HEADS):
            found[column] = chinese or _HEADS[column]
    return found


def cells(lexicon: Lexicon, columns: Sequence[str], rows: Sequence[Row], language: Language) -> list[Row]:
    """The rows with values by their names; what is missing in a group's key says so."""
    named = [_values(lexicon, column) for column in columns]
    first = columns[0] if columns else ""
    grouped = first in lexicon.attributes or first in lexicon.tags or first.partition(".")[0] in lexicon.events

    def shown(at: int, cell: Cell) -> Cell:
        if cell is None and at == 0 and grouped:
            return "未知" if language == "zh" else "unknown"
        if language != "zh" or not isinstance(cell, str):
            return cell
        chinese = next((name for name in named[at].get(cell, ()) if not name.isascii()), None)
        if chinese is None and (columns[at] in _CODED or (at == 0 and cell in ("yes", "no", "both"))):
            chinese = _CELLS.get(cell)
        return chinese or cell

    return [tuple(shown(at, cell) for at, cell in enumerate(row)) for row in rows]


def _names(lexicon: Lexicon, column: str) -> tuple[str, ...]:
    entry = lexicon.attributes.get(column)
    if entry is None:
        event, _, prop = column.partition(".")
        entry = lexicon.events[event].properties.get(prop) if event in lexicon.events else None
    return tuple(entry.also) if entry is not None else ()


def _values(lexicon: Lexicon, column: str) -> Mapping[str, Sequence[str]]:
    """Value → its names, for a column that has such."""
    tag = lexicon.tags.get(column)
    if tag is not None and tag.values:
        return tag.values
    event, _, prop = column.partition(".")
    entry = lexicon.attributes.get(column)
    if entry is None and event in lexicon.events:
        entry = lexicon.events[event].properties.get(prop)
    return entry.values if entry is not None else {}
