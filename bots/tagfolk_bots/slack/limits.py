"""Slack's documented limits, and the check of everything we send against them.

Sources: docs.slack.dev, reference of Block Kit blocks, elements, composition objects, views and chat.postMessage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

Surface = Literal["message", "modal", "home"]
Json = Mapping[str, object]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 40_000
SECTION_TEXT = 3_000
SECTION_FIELDS = 10
FIELD_TEXT = 2_000
HEADER_TEXT = 150
CONTEXT_ELEMENTS = 10
ACTION_ELEMENTS = 25
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
ID = 255
TABLE_ROWS = 100
TABLE_COLUMNS = 20
TABLE_CHARACTERS = 10_000
VIEW_TITLE = 24
PRIVATE_METADATA = 3_000
PLACEHOLDER = 150
LABEL = 2_000
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = 100
ALT_TEXT = 2_000
RICH_TEXT = 3_000
"""Not documented for rich text; ours, so that a rich text is never longer than a section."""

_TEXTS = ("plain_text", "mrkdwn")
_MESSAGE_ONLY = ("table", "markdown", "file")
_MODAL_HOME_ONLY = ("input",)


def problems(payload: Json) -> list[str]:
    """What Slack would refuse in a message (``text``, ``blocks``); an empty list if nothing."""
    found = []
    text = payload.get("text")
    blocks = _list(payload.get("blocks"))
    if not text and not blocks:
        found.append("a message needs text or blocks")
    if isinstance(text, str) and len(text) > MESSAGE_TEXT:
        found.append(f"text: {len(text)} characters, at most {MESSAGE_TEXT}")
    return found + list(_blocks(blocks, "message"))


def view_problems(view: Json) -> list[str]:
    """What Slack would refuse in a view (a modal or the App Home)."""
    kind = view.get("type")
    if kind not in ("modal", "home"):
        return [f"view type {kind!r}"]
    found = []
    if kind == "modal":
        for name, needed in (("title", True), ("submit", False), ("close", False)):
            if needed or name in view:
                found += _text(view.get(name), name, VIEW_TITLE, plain=True)
        blocks = [_map(block) for block in _list(view.get("blocks"))]
        if any(block.get("type") == "input" for block in blocks) and "submit" not in view:
            found.append("a modal with an input needs submit")
    for name, limit in (("private_metadata", PRIVATE_METADATA), ("callback_id", ID), ("external_id", ID)):
        value = view.get(name, "")
        if not isinstance(value, str) or len(value) > limit:
            found.append(f"{name}: at most {limit} characters")
    return found + list(_blocks(_list(view.get("blocks")), "modal" if kind == "modal" else "home"))


def _blocks(blocks: Sequence[object], surface: Surface) -> Iterator[str]:
    limit = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    if len(blocks) > limit:
        yield f"{len(blocks)} blocks, at most {limit}"
    ids: set[object] = set()
    tables = 0
    for index, item in enumerate(blocks):
        block = _map(item)
        kind = block.get("type")
        place = f"block {index} ({kind})"
        if kind in (_MODAL_HOME_ONLY if surface == "message" else _MESSAGE_ONLY):
            yield f"{place}: not allowed in a {surface}"
        check = _CHECKS.get(str(kind))
        if check is None:
            yield f"{place}: unknown type"
            continue
        for problem in check(block):
            yield f"{place}: {problem}"
        name = block.get("block_id")
        if name is not None:
            if not isinstance(name, str) or not 0 < len(name) <= ID:
                yield f"{place}: block_id of 1 to {ID} characters"
            if name in ids:
                yield f"{place}: block_id {name!r} twice"
            ids.add(name)
        tables += kind == "table"
    if tables > 1:
        yield f"{tables} tables, at most one a message"


def _section(block: Json) -> Iterator[str]:
    fields = _list(block.get("fields"))
    if "text" not in block and not fields:
        yield "needs text or fields"
    if "text" in block:
        yield from _text(block["text"], "text", SECTION_TEXT)
    if len(fields) > SECTION_FIELDS:
        yield f"{len(fields)} fields, at most {SECTION_FIELDS}"
    for field in fields:
        yield from _text(field, "field", FIELD_TEXT)
    if "accessory" in block:
        yield from _element(_map(block["accessory"]))


def _header(block: Json) -> Iterator[str]:
    yield from _text(block.get("text"), "text", HEADER_TEXT, plain=True)


def _context(block: Json) -> Iterator[str]:
    elements = _list(block.get("elements"))
    if not 0 < len(elements) <= CONTEXT_ELEMENTS:
        yield f"{len(elements)} elements, 1 to {CONTEXT_ELEMENTS}"
    for element in map(_map, elements):
        if element.get("type") == "image":
            yield from _image(element)
        else:
            yield from _text(element, "element", SECTION_TEXT)


def _actions(block: Json) -> Iterator[str]:
    elements = [_map(element) for element in _list(block.get("elements"))]
    if not 0 < len(elements) <= ACTION_ELEMENTS:
        yield f"{len(elements)} elements, 1 to {ACTION_ELEMENTS}"
    ids = [element.get("action_id") for element in elements]
    if len(set(ids)) != len(ids):
        yield "action_id twice in one block"
    for element in elements:
        yield from _element(element)


def _input(block: Json) -> Iterator[str]:
    yield from _text(block.get("label"), "label", LABEL, plain=True)
    if "hint" in block:
        yield from _text(block["hint"], "hint", LABEL, plain=True)
    yield from _element(_map(block.get("element")))


def _image(block: Json) -> Iterator[str]:
    alt = block.get("alt_text")
    if not isinstance(alt, str) or not 0 < len(alt) <= ALT_TEXT:
        yield f"alt_text of 1 to {ALT_TEXT} characters"
    if not block.get("image_url") and not block.get("slack_file"):
        yield "needs image_url or slack_file"


def _table(block: Json) -> Iterator[str]:
    rows = [_list(row) for row in _list(block.get("rows"))]
    if not 0 < len(rows) <= TABLE_ROWS:
        yield f"{len(rows)} rows, 1 to {TABLE_ROWS}"
    widths = {len(row) for row in rows}
    if len(widths) > 1 or not all(0 < width <= TABLE_COLUMNS for width in widths):
        yield f"rows of {sorted(widths)} cells, all alike and 1 to {TABLE_COLUMNS}"
    if len(_list(block.get("column_settings"))) > TABLE_COLUMNS:
        yield f"more than {TABLE_COLUMNS} column settings"
    cells = [_map(cell) for row in rows for cell in row]
    for cell in cells:
        if cell.get("type") not in ("raw_text", "rich_text") or (cell["type"] == "raw_text" and not cell.get("text")):
            yield "a cell that is not raw_text with text, or rich_text"
            break
    characters = sum(len(text) for cell in cells for text in _strings(cell))
    if characters > TABLE_CHARACTERS:
        yield f"{characters} characters in all cells, at most {TABLE_CHARACTERS}"


def _rich_text(block: Json) -> Iterator[str]:
    elements = [_map(element) for element in _list(block.get("elements"))]
    kinds = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
    if not elements or any(element.get("type") not in kinds or not element.get("elements") for element in elements):
        yield "needs sections, lists, quotes or preformatted parts that are not empty"
    if sum(len(text) for element in elements for text in _strings(element)) > RICH_TEXT:
        yield f"more than {RICH_TEXT} characters"
    if any(text == "" for element in elements for text in _strings(element)):
        yield "an empty text"


def _divider(block: Json) -> Iterator[str]:
    yield from ()


_CHECKS: dict[str, Callable[[Json], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
    "table": _table,
    "rich_text": _rich_text,
    "divider": _divider,
}


def _element(element: Json) -> Iterator[str]:
    kind = element.get("type")
    action = element.get("action_id", "")
    if not isinstance(action, str) or len(action) > ID:
        yield f"action_id of at most {ID} characters"
    if kind == "button":
        yield from _text(element.get("text"), "button text", BUTTON_TEXT, plain=True)
        value = element.get("value", "")
        if not isinstance(value, str) or len(value) > BUTTON_VALUE:
            yield f"button value of at most {BUTTON_VALUE} characters"
        if element.get("style", "primary") not in ("primary", "danger"):
            yield "button style primary or danger"
    elif kind == "plain_text_input":
        if "placeholder" in element:
            yield from _text(element["placeholder"], "placeholder", PLACEHOLDER, plain=True)
        longest = element.get("max_length", 3000)
        if not isinstance(longest, int) or not 0 < longest <= 3000:
            yield "max_length of 1 to 3000"
        if len(str(element.get("initial_value", ""))) > int(longest if isinstance(longest, int) else 3000):
            yield "initial_value longer than max_length"
    elif kind in ("static_select", "overflow"):
        options = [_map(option) for option in _list(element.get("options"))]
        most = 5 if kind == "overflow" else OPTIONS
        if not 0 < len(options) <= most:
            yield f"{len(options)} options, 1 to {most}"
        for option in options:
            yield from _text(option.get("text"), "option", OPTION_TEXT)
            if not 0 < len(str(option.get("value", ""))) <= OPTION_VALUE:
                yield f"option value of 1 to {OPTION_VALUE} characters"
    elif kind == "image":
        yield from _image(element)
    else:
        yield f"unknown element {kind!r}"


def _text(value: object, name: str, limit: int, *, plain: bool = False) -> list[str]:
    text = _map(value)
    if text.get("type") not in (("plain_text",) if plain else _TEXTS):
        return [f"{name}: not a {'plain text' if plain else 'text'} object"]
    words = text.get("text")
    if not isinstance(words, str) or not 0 < len(words) <= limit:
        return [f"{name}: 1 to {limit} characters"]
    return []


def _strings(value: object) -> Iterator[str]:
    """All texts inside a rich text or a cell."""
    if isinstance(value, Mapping):
        if isinstance(value.get("text"), str):
            yield value["text"]
        yield from _strings(value.get("elements"))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


def _map(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()
