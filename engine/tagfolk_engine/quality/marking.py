"""Marking in the store the tags that look at stale or refused data, and clearing them when the data are good again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlmodel import select

from tagfolk_engine.results.models import Tag

if TYPE_CHECKING:
    from tagfolk_engine.results.store import Store

PREFIX = "data: "
"""How the reasons begin that are ours; a method's failure is another's."""


def mark(store: Store, doubts: Mapping[str, str]) -> None:
    """Make the tags of ``doubts`` (tag → why) stale, and no other for a reason of the data."""
    with store.session() as session:
        tags = session.exec(select(Tag)).all()
    changed: list[Tag] = []
    for tag in tags:
        ours = (tag.stale_reason or "").startswith(PREFIX)
        wanted = PREFIX + doubts[tag.name] if tag.name in doubts and (ours or not tag.stale) else None
        if (wanted is not None or ours) and tag.stale_reason != wanted:
            tag.stale, tag.stale_reason = wanted is not None, wanted
            changed.append(tag)
    if changed:
        with store.session(write=True) as session:
            for tag in changed:
                session.merge(tag)
