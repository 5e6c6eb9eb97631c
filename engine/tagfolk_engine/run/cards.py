"""The rows of ``tag``, ``tag_size`` and ``rule_version`` that a run writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlmodel import select
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Refresh

from tagfolk_engine.results.columns import Record
from tagfolk_engine.results.diff import TagChange
from tagfolk_engine.results.models import RuleVersion, Run, Tag, TagSize
from tagfolk_engine.results.recording import next_id
from tagfolk_engine.results.store import Store
from tagfolk_engine.run.looks import Looks


def known(store: Store) -> dict[str, Tag]:
    """The tags that the store knows, by name."""
    with store.session() as session:
        return {tag.name: tag for tag in session.exec(select(Tag)).all()}


def tag_rows(
    store: Store,
    program: Program,
    looked: Mapping[str, Looks],
    before: Mapping[str, Tag],
    sizes: Mapping[str, TagChange],
    run: Run,
    stale: Mapping[str, str],
) -> list[Record]:
    """A row for every tag that was evaluated, went stale or is no longer there; a version where its rules changed."""
    rows: list[Record] = []
    version = next_id(store, RuleVersion)
    for position, (name, info) in enumerate(program.tags.items()):
        old = before.get(name)
        if name in stale:
            if old is not None:
                rows.append(_copy(old, stale=True, stale_reason=stale[name], active=True))
            continue
        if name not in sizes:
            continue
        card = info.card
        rows.append(
            Tag(
                name=name,
                title=card.title,
                about=card.about,
                also=list(card.also),
                layer=card.layer,
                weight=card.weight,
                owner=card.owner,
                refresh=_refresh(card.refresh),
                kind=info.kind,
                type=info.type.value if info.type else None,
                many=info.many,
                position=position,
                active=True,
                hash=looked[name].hash,
                customers=sizes[name].customers,
                run=run.id,
                as_of=run.as_of,
            )
        )
        if old is None or old.hash != looked[name].hash:
            rows.append(
                RuleVersion(
                    id=version, tag=name, hash=looked[name].hash, text=looked[name].text, run=run.id, since=run.as_of
                )
            )
            version += 1
    rows += [
        _copy(old, active=False, customers=0, run=run.id, as_of=run.as_of)
        for name, old in before.items()
        if name not in program.tags and name in sizes
    ]
    return sorted(rows, key=lambda row: str(row.__tablename__))


def size_rows(sizes: Mapping[str, TagChange], run: Run) -> list[Record]:
    """How many hold each tag after the run."""
    return [
        TagSize(
            run=run.id,
            tag=tag,
            customers=size.customers,
            entered=size.entered,
            left=size.left,
            values=dict(size.values) if size.values is not None else None,
        )
        for tag, size in sizes.items()
    ]


def _copy(tag: Tag, **changed: object) -> Tag:
    return Tag(**{**tag.model_dump(), **changed})


def _refresh(refresh: Refresh | None) -> str | None:
    if refresh is None:
        return None
    return refresh.every or f"on {refresh.event}"


def names(tags: Collection[str]) -> str:
    """A list for people."""
    return ", ".join(sorted(tags))
