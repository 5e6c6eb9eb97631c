"""The portrait of all customers, a segment or one customer, by layers: data only, drawn by ``cli``.

Of every tag, attribute and metric that a template names (without one: all tags and the attributes that are not
personal) it says how it is spread over the customers looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from tagfolk_dsl.program import Program, TagInfo
from tagfolk_dsl.tree import Attribute, Condition, Has, InSegment, Metric, TagValue, Type
from tagfolk_dsl.vocabulary import Vocabulary

from tagfolk_engine.evaluate import Evaluator
from tagfolk_engine.run.errors import UnknownName

if TYPE_CHECKING:
    import pyarrow as pa

LAYERS = ("base", "behaviour", "value", "need")
MOST = 12
"""So many values of a text are shown by name; the rest together."""
BINS = 10
"""Into so many equal parts a number's range is cut."""


@dataclass(frozen=True)
class Bar:
    """A value with how many customers have it."""

    label: str
    customers: int
    share: float


@dataclass(frozen=True)
class Item:
    """One tag, attribute or metric. ``known``: how many have a value; ``value``: of one customer."""

    name: str
    title: str
    kind: str
    """``held`` (a plain tag), ``values`` (of a text) or ``spread`` (of a number, with its figures)."""
    known: int
    bars: tuple[Bar, ...] = ()
    figures: tuple[tuple[str, float], ...] = ()
    value: object = None


@dataclass(frozen=True)
class Portrait:
    """Items by layer; of how many customers."""

    title: str
    as_of: str
    customers: int
    of: int
    layers: dict[str, list[Item]]

    def as_json(self) -> dict[str, Any]:
        """The document of ``tagfolk report --json``."""
        return {
            "title": self.title, "as_of": self.as_of, "customers": self.customers, "of": self.of,
            "layers": {
                layer: [
                    {
                        "name": item.name, "title": item.title, "kind": item.kind, "known": item.known,
                        "bars": [[bar.label, bar.customers, bar.share] for bar in item.bars],
                        "figures": dict(item.figures), "value": item.value,
                    }
                    for item in items
                ]
                for layer, items in self.layers.items()
            },
        }  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    layer: str
    name: str
    title: str
    tree: Metric | Condition


def portrait(
    evaluator: Evaluator, *, template: str | None, segment: str | None, customer: str | None, title: str
) -> Portrait:
    """Look at everybody, at a segment's members or at one customer. Raises UnknownName."""
    program, vocabulary = evaluator.program, evaluator.vocabulary
    if segment is not None and segment not in program.segments:
        raise UnknownName("segment", segment, program.segments)
    asked = list(_asked(program, vocabulary, template))
    columns = {f"c{index}": one.tree for index, one in enumerate(asked)}
    where: Condition | None = InSegment(segment) if segment is not None else None
    found = evaluator.table(columns, where, customers=None if customer is None else [customer])
    layers: dict[str, list[Item]] = {layer: [] for layer in LAYERS}
    for index, one in enumerate(asked):
        layers[one.layer].append(_item(one, found.column(f"c{index}"), alone=customer is not None))
    held = {layer: items for layer, items in layers.items() if items}
    return Portrait(title, evaluator.cutoff.label, found.num_rows, evaluator.count(None), held)


def _asked(program: Program, vocabulary: Vocabulary, template: str | None) -> Iterator[_Asked]:
    from tagfolk_dsl.formatter import format_metric

    if template is not None and template not in program.templates:
        raise UnknownName("template", template, program.templates)
    if template is None:
        for name, field in vocabulary.attributes.items():
            if not field.personal and field.type in (Type.TEXT, Type.NUMBER, Type.BOOLEAN):
                yield _Asked("base", name, (field.also or (name,))[0], Attribute(name, field.type))
        for info in program.tags.values():
            yield _of_tag(info, info.card.layer or "behaviour")
        return
    for line in program.templates[template].lines:
        for metric in line.metrics:
            if isinstance(metric, TagValue):
                yield _of_tag(program.tags[metric.tag], line.layer)
            elif isinstance(metric, Attribute):
                field = vocabulary.attributes[metric.name]
                yield _Asked(line.layer, metric.name, (field.also or (metric.name,))[0], metric)
            else:
                yield _Asked(line.layer, format_metric(metric), format_metric(metric), metric)


def _of_tag(info: TagInfo, layer: str) -> _Asked:
    title = info.card.title or info.name
    valued = info.type is not None and not info.many
    tree: Metric | Condition = TagValue(info.name, info.type or Type.TEXT) if valued else Has(info.name)
    return _Asked(layer, info.name, title, tree)


def _item(asked: _Asked, column: pa.ChunkedArray, *, alone: bool) -> Item:
    import pyarrow as pa
    import pyarrow.compute as pc

    values = column.combine_chunks()
    known = len(values) - values.null_count
    own = values[0].as_py() if alone and len(values) else None
    if pa.types.is_boolean(values.type) and isinstance(asked.tree, Has):
        held = pc.sum(values.cast(pa.int64())).as_py() or 0
        bars = _bars([(asked.title, held)], len(values))
        return Item(asked.name, asked.title, "held", held, bars, value=own)
    if pa.types.is_floating(values.type) or pa.types.is_integer(values.type) or pa.types.is_decimal(values.type):
        return Item(asked.name, asked.title, "spread", known, *_spread(values.cast(pa.float64())), value=own)
    counted = pc.value_counts(values.drop_null().cast(pa.string())).to_pylist()
    ordered = sorted(((row["values"], row["counts"]) for row in counted), key=lambda row: (-row[1], row[0]))
    rest = sum(number for _, number in ordered[MOST:])
    shown = ordered[:MOST] + ([("…", rest)] if rest else [])
    own = own.isoformat() if isinstance(own, date) else own
    return Item(asked.name, asked.title, "values", known, _bars(shown, known), value=own)


def _bars(counts: Sequence[tuple[str, int]], of: int) -> tuple[Bar, ...]:
    return tuple(Bar(label, number, number / of if of else 0.0) for label, number in counts)


def _spread(values: pa.Array) -> tuple[tuple[Bar, ...], tuple[tuple[str, float], ...]]:
    """Ten equal parts between the 1st and the 99th percentile, the ends open, and the usual figures."""
    import numpy as np

    known = np.asarray(values.drop_null(), dtype=float)
    if not len(known):
        return (), ()
    low, high = (float(edge) for edge in np.percentile(known, [1, 99]))
    figures = tuple(
        (name, float(figure))
        for name, figure in (("mean", known.mean()), ("median", np.median(known)), ("min", known.min()),
                             ("max", known.max()))
    )  # fmt: skip
    if low == high:
        return _bars([(f"{low:.4g}", len(known))], len(known)), figures
    counts, edges = np.histogram(np.clip(known, low, high), bins=BINS, range=(low, high))
    named = [(f"{a:.4g} – {b:.4g}", int(n)) for n, a, b in zip(counts, edges, edges[1:])]
    return _bars(named, len(known)), figures
