"""The money and the buying of a workspace."""

from __future__ import annotations

from tagfolk_engine.query.lexicon import Lexicon

from tagfolk_bots.understand.dictionary import Dictionary, concept_of


def spend_metric(dictionary: Dictionary) -> str:
    """The workspace's measure of money, or ""."""
    m = next((m for m in dictionary.phrases.get(("spend",), ()) if m.kind in ("let", "spend")), None)
    return "" if m is None else m.name if m.kind == "let" else f"sum({m.of}.{m.name})"


def purchase_event(lexicon: Lexicon) -> str:
    """The event of buying, or ""."""
    found = [e.name for e in lexicon.events.values() if (c := concept_of(e)) and c.name == "purchase"]
    return found[0] if found else ""
