"""Checks of ``tagfolk.toml`` over more than one key: expressions, references between blocks, names."""

from __future__ import annotations

from collections.abc import Iterator

from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.tree import Span

from tagfolk_engine.workspace.expressions import ExpressionError, has_aggregate, may_be_column, parse
from tagfolk_engine.workspace.findings import finding, suggestion
from tagfolk_engine.workspace.locate import Path, Places
from tagfolk_engine.workspace.settings import NAME, SOURCE_NAME, AttributeTable, EventsTable, Settings

RESERVED = frozenset({"customer", "customer_id", "time", "local"})
"""Names of the lake's own columns."""


def check_references(settings: Settings, places: Places) -> list[Diagnostic]:
    """All mistakes of settings whose single values are all right."""
    return [
        *_expressions(settings, places), *_sources(settings, places), *_customers_of_events(settings, places),
        *_names(settings, places), *_dictionary(settings, places), *_engine(settings, places),
    ]  # fmt: skip


def expressions_of(settings: Settings) -> Iterator[tuple[Path, str, str]]:
    """Every SQL expression: its path in the file, the source it reads, its text."""
    for index, block in enumerate(settings.customers):
        at: Path = ("customers", index)
        yield (*at, "id"), block.from_, block.id
        for table in ("anchors", "attributes"):
            for name, text in getattr(block, table).items():
                yield (*at, table, name), block.from_, text
        if block.where is not None:
            yield (*at, "where"), block.from_, block.where
    for index, event in enumerate(settings.events):
        at = ("events", index)
        for key in ("customer", "time", "where"):
            if (text := getattr(event, key)) is not None:
                yield (*at, key), event.from_, text
        for table in ("anchors", "properties"):
            for name, text in getattr(event, table).items():
                yield (*at, table, name), event.from_, text
        for key in ("group_by", "key"):
            for number, text in enumerate(getattr(event, key)):
                yield (*at, key, number), event.from_, text


def _expressions(settings: Settings, places: Places) -> Iterator[Diagnostic]:
    for path, _, text in expressions_of(settings):
        try:
            tree = parse(text)
        except ExpressionError as error:
            if error.statement or not may_be_column(text):
                yield _syntax(error, text, places.value(path))
            continue
        event = settings.events[path[1]] if path[0] == "events" and isinstance(path[1], int) else None
        grouped = event is not None and bool(event.group_by) and path[2] in ("properties", "time")
        if has_aggregate(tree) and not grouped:
            yield finding("C023", places.value(path), f"'{path[-1]}' is an aggregate, but the block has no "
                                                      f"group_by here",
                          f"'{path[-1]}' 是聚合，但此处没有 group_by",
                          "aggregates stand in time and properties of a block with group_by",
                          "聚合只能用于有 group_by 的块的 time 和 properties")  # fmt: skip


def _syntax(error: ExpressionError, text: str, span: Span) -> Diagnostic:
    code = "C021" if error.statement else "C020"
    return finding(code, _inside(span, text, error.offset), f"SQL expression {text!r}: {error}",
                   f"SQL 表达式 {text!r} 有误", "an expression over the source's columns, as \"quantity * price\"",
                   "应为基于来源列的表达式，如 \"quantity * price\"")  # fmt: skip


def _inside(span: Span, text: str, offset: int) -> Span:
    """The place of a character of a one-line text value (its quote stands before it)."""
    if span.line != span.end_line or span.end_column - span.column != len(text) + 2:
        return span
    column = span.column + 1 + min(offset, max(len(text) - 1, 0))
    return Span(span.file, span.line, column, span.line, span.end_column - 1)


def _sources(settings: Settings, places: Places) -> Iterator[Diagnostic]:
    known = list(settings.sources)
    for table in ("customers", "events"):
        for index, block in enumerate(getattr(settings, table)):
            if block.from_ not in settings.sources:
                hint, hint_zh, near = suggestion(block.from_, known, "sources", "来源")
                yield finding("C030", places.value((table, index, "from")), f"unknown source '{block.from_}'",
                              f"未知的来源 '{block.from_}'", hint, hint_zh, replacement=near)  # fmt: skip


def _customers_of_events(settings: Settings, places: Places) -> Iterator[Diagnostic]:
    blocks = list(dict.fromkeys(block.from_ for block in settings.customers))
    for index, event in enumerate(settings.events):
        at: Path = ("events", index)
        if bool(event.customer) == bool(event.anchors):
            both = bool(event.customer)
            yield finding("C032", places.key((*at, "anchors")) if both else places.key(at),
                          f"event '{event.name}' has "
                          f"{'both customer and anchors' if both else 'neither customer nor anchors'}",
                          f"事件 '{event.name}' {'同时有' if both else '没有'} customer 和 anchors",
                          "say whose it is by one of the two", "用其中之一说明它属于哪位客户")  # fmt: skip
        elif event.of is not None and event.of not in blocks:
            hint, hint_zh, near = suggestion(
                event.of, blocks, "sources of [[customers]] blocks", "[[customers]] 的来源"
            )
            yield finding("C031", places.value((*at, "of")), f"of = '{event.of}' names no [[customers]] block",
                          f"of = '{event.of}' 不是任何 [[customers]] 块", hint, hint_zh, replacement=near)  # fmt: skip
        elif event.customer and event.of is None and len(blocks) > 1:
            yield finding("C031", places.key((*at, "customer")),
                          f"event '{event.name}': whose ids are these? there are several [[customers]] blocks",
                          f"事件 '{event.name}'：有多个 [[customers]] 块，不清楚指哪一个",
                          "add of = one of: " + ", ".join(blocks), "补上 of，可选：" + "、".join(blocks))  # fmt: skip


def _names(settings: Settings, places: Places) -> Iterator[Diagnostic]:
    attributes: dict[str, str] = {}
    properties: dict[str, dict[str, str]] = {}
    events: dict[str, str] = {}
    for index, block in enumerate(settings.customers):
        for table in ("attributes", "anchors"):
            for name in getattr(block, table):
                yield from _name(name, ("customers", index, table, name), attributes, places)
        for number, name in enumerate(block.personal):
            if name not in block.attributes and name not in block.anchors:
                known = [*block.attributes, *block.anchors]
                hint, hint_zh, near = suggestion(name, known, "attributes", "属性")
                yield finding("C038", places.value(("customers", index, "personal", number)),
                              f"personal: '{name}' is no attribute of this block", f"personal：此块没有属性 '{name}'",
                              hint, hint_zh, replacement=near)  # fmt: skip
    for name in settings.sources:
        if not SOURCE_NAME.fullmatch(name):
            yield finding("C037", places.key(("sources", name)), f"'{name}' is not a name", f"'{name}' 不是合法的名字",
                          "names of sources begin with a letter or _, then letters, digits, _ and -",
                          "以字母或 _ 开头，其后为字母、数字、_、-")  # fmt: skip
    for index, event in enumerate(settings.events):
        yield from _name(event.name, ("events", index, "name"), events, places, value=True)
        for name in event.properties:
            yield from _name(name, ("events", index, "properties", name), properties.setdefault(event.name, {}), places)


def _name(name: str, path: Path, known: dict[str, str], places: Places, *, value: bool = False) -> Iterator[Diagnostic]:
    """Mistakes of one declared name; it is added to ``known``."""
    span = places.value(path) if value else places.key(path)
    if not NAME.fullmatch(name):
        yield finding("C037", span, f"'{name}' is not a name", f"'{name}' 不是合法的名字",
                      "names begin with a letter or _, then letters, digits "
                      "and _", "以字母或 _ 开头，其后为字母、数字、_")  # fmt: skip
    elif name.casefold() in RESERVED and not value:
        yield finding("C035", span, f"'{name}' is a reserved name", f"'{name}' 是保留名",
                      "reserved: " + ", ".join(sorted(RESERVED)), "保留名：" + "、".join(sorted(RESERVED)))  # fmt: skip
    elif (other := known.setdefault(name.casefold(), name)) != name:
        yield finding("C036", span, f"'{name}' differs from '{other}' only in "
                                    f"case", f"'{name}' 与 '{other}' 仅大小写不同",
                      "choose one spelling", "请统一写法")  # fmt: skip


def _dictionary(settings: Settings, places: Places) -> Iterator[Diagnostic]:
    attributes = [name for block in settings.customers for name in (*block.attributes, *block.anchors)]
    properties = [f"{event.name}.{name}" for event in settings.events for name in event.properties]
    for table, described, known in (("attributes", settings.attributes, attributes),
                                    ("properties", settings.properties, properties)):  # fmt: skip
        what, what_zh = ("attributes", "属性") if table == "attributes" else ("properties", "事件属性")
        for name, entry in described.items():
            if name not in known:
                hint, hint_zh, near = suggestion(name, known, what, what_zh)
                yield finding("C038", places.key((table, name)), f"[{table}.{name}] describes what no block gives",
                              f"[{table}.{name}] 描述了不存在的项", hint, hint_zh, replacement=near)  # fmt: skip
            yield from _spellings(entry, (table, name, "values"), places)


def _spellings(entry: AttributeTable, path: Path, places: Places) -> Iterator[Diagnostic]:
    owner: dict[str, str] = {value: value for value in entry.values}
    for value, spellings in entry.values.items():
        for spelling in spellings:
            if (other := owner.setdefault(spelling, value)) != value:
                yield finding("C040", places.value((*path, value)), f"'{spelling}' is listed for '{other}' and "
                                                                    f"for '{value}'",
                              f"'{spelling}' 同时列在 '{other}' 和 "
                              f"'{value}' 下", "list it once", "只列一次")  # fmt: skip


def _engine(settings: Settings, places: Places) -> Iterator[Diagnostic]:
    if settings.engine.backend != "duckdb" and not settings.engine.url:
        yield finding("C041", places.value(("engine", "backend")), f"backend '{settings.engine.backend}' needs a url",
                      f"引擎 '{settings.engine.backend}' 需要 url", "add url = \"…\" under [engine]",
                      "在 [engine] 下补上 url")  # fmt: skip


def customers_source(settings: Settings, event: EventsTable) -> str:
    """The source whose ids an event's ``customer`` names."""
    if event.of is not None:
        return event.of
    return settings.customers[0].from_ if settings.customers else event.from_
