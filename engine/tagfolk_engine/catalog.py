"""What a workspace knows → the vocabulary that its rules may use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tagfolk_dsl.tree import Type
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo, MethodInfo, Vocabulary

from tagfolk_engine.lake import LakeError, Snapshot
from tagfolk_engine.lake.meta import PropertyMeta
from tagfolk_engine.workspace import AttributeTable, Settings, Workspace

_TYPES = {
    "integer": Type.NUMBER, "number": Type.NUMBER, "text": Type.TEXT, "date": Type.DATE, "time": Type.TIME,
    "boolean": Type.BOOLEAN,
}  # fmt: skip


def vocabulary(
    workspace: Workspace, snapshot: Snapshot | None, methods: Mapping[str, MethodInfo] | None = None
) -> Vocabulary:
    """Events, attributes, methods, sinks and channels of a workspace.

    Types are those of the dictionary, else of the loaded data; before a load, those that the sources' columns and
    samples suggest (text where a source cannot be reached: ``check`` reports it by itself).
    """
    settings = workspace.settings
    attributes, events = _loaded(snapshot)
    missing = set(_attribute_names(settings)) - attributes.keys() or any(
        set(e.properties) - events.get(e.name, {}).keys() for e in settings.events
    )
    if missing:  # declared since the load, or never loaded
        from tagfolk_engine.intake.guessing import guess_types

        guessed = guess_types(workspace)
        attributes = {**guessed.attributes, **attributes}
        events = {name: {**properties, **events.get(name, {})} for name, properties in guessed.events.items()}
    return Vocabulary(
        events={
            name: _event(settings, name, events.get(name, {}))
            for name in dict.fromkeys(e.name for e in settings.events)
        },
        attributes={
            name: _field(
                name, attributes.get(name), settings.attributes.get(name), personal=name in _personal(settings)
            )
            for name in _attribute_names(settings)
        },
        methods=dict(methods or {}),
        sinks=frozenset(settings.sinks),
        channels=None if settings.bot.channels is None else frozenset(settings.bot.channels),
    )


def _loaded(snapshot: Snapshot | None) -> tuple[dict[str, PropertyMeta], dict[str, dict[str, PropertyMeta]]]:
    """What the snapshot says of its columns; nothing where it cannot be read (a load mends that)."""
    if snapshot is None:
        return {}, {}
    try:
        meta = snapshot.meta
    except LakeError:
        return {}, {}
    return dict(meta.attributes), {name: dict(event.properties) for name, event in meta.events.items()}


def _attribute_names(settings: Settings) -> list[str]:
    """All attributes; anchors are attributes too, personal ones."""
    blocks = settings.customers
    return list(dict.fromkeys([*(n for b in blocks for n in b.attributes), *(n for b in blocks for n in b.anchors)]))


def _personal(settings: Settings) -> set[str]:
    return {
        *(name for b in settings.customers for name in (*b.personal, *b.anchors)),
        *(name for name, entry in settings.attributes.items() if entry.personal),
    }


def _event(settings: Settings, name: str, known: Mapping[str, PropertyMeta]) -> EventInfo:
    blocks = [event for event in settings.events if event.name == name]
    names = dict.fromkeys(p for block in blocks for p in block.properties)
    entries = {p: settings.properties.get(f"{name}.{p}") for p in names}
    return EventInfo(
        name=name,
        also=_unique(a for block in blocks for a in block.also),
        properties={p: _field(p, known.get(p), e, personal=e is not None and e.personal) for p, e in entries.items()},
    )


def _field(name: str, found: PropertyMeta | None, entry: AttributeTable | None, *, personal: bool) -> FieldInfo:
    kind = entry.type if entry is not None and entry.type else found.type if found is not None else "text"
    return FieldInfo(
        name=name,
        type=_TYPES[kind],
        also=_unique(entry.also) if entry is not None else (),
        values={value: tuple(spellings) for value, spellings in entry.values.items()} if entry is not None else {},
        personal=personal,
        seen=() if found is None or personal else found.seen,
    )


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
