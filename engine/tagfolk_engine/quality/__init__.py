"""Data quality: what a load brought, how far it is from what ``[quality.NAME]`` allows, which tags that touches.

``profile`` measures a snapshot (completeness, validity, duplicates, freshness, drift against the load before),
``judge`` holds it against the limits, ``mark`` makes the tags that look at doubtful data stale in the store.
"""

from tagfolk_engine.quality.judging import DataRefused, Judgement, judge
from tagfolk_engine.quality.limits import Broken, Target, targets
from tagfolk_engine.quality.marking import mark
from tagfolk_engine.quality.profile import Measured, profile

__all__ = ["Broken", "DataRefused", "Judgement", "Measured", "Target", "judge", "mark", "profile", "targets"]
