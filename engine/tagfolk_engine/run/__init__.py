"""Runs: open, check, load, evaluate, compare, store, deliver. Import from here."""

from tagfolk_engine.run.errors import RulesBroken, UnknownName
from tagfolk_engine.run.opening import Prepared, prepare
from tagfolk_engine.run.orchestrate import run
from tagfolk_engine.run.report import RunReport

__all__ = ["Prepared", "RulesBroken", "RunReport", "UnknownName", "prepare", "run"]
