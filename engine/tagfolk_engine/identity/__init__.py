"""Who is who beyond shared anchors: what people decided about records, and a fuzzy step that proposes pairs.

``[identity.fuzzy]`` turns the fuzzy step on (Splink, after Fellegi & Sunter 1969): pairs of records at least as
probable as ``merge`` become one customer, those down to ``review`` wait for a person. Decisions are kept in the store
and hold at every later load.
"""

from tagfolk_engine.identity.decisions import Decision, Decisions, decide, decided, known_records
from tagfolk_engine.identity.reviewing import pairs, preview

__all__ = ["Decision", "Decisions", "decide", "decided", "known_records", "pairs", "preview"]
