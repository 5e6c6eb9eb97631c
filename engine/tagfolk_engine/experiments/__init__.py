"""Experiments: how many customers are needed, who is in which arm, what came of it.

``sizing`` plans (power, sample size), ``starting`` splits a segment and keeps the arms in the store, ``measuring``
compares the arms as of a later T.
"""

from tagfolk_engine.experiments.measuring import measure
from tagfolk_engine.experiments.sizing import Plan, detectable, power, sample_size
from tagfolk_engine.experiments.starting import ExperimentError, listed, start

__all__ = ["ExperimentError", "Plan", "detectable", "listed", "measure", "power", "sample_size", "start"]
