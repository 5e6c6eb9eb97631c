"""A naive interpreter of the tag language: plain Python, one customer at a time, nothing shared with the engine.

It is the independent truth of the tests: slow, and written from the language reference alone. It reads the same
resolved tree as the engine; windows, metrics, conditions and tags are computed here anew.
"""

from support.naive.tags import assignments
from support.naive.world import Event, Pin, Spell, World

__all__ = ["Event", "Pin", "Spell", "World", "assignments"]
