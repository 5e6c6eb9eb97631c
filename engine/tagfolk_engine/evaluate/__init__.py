"""Rules over data at a cutoff T: run, tables, counts, reasons, previews. Import from here.

The evaluator itself (and with it sqlglot) is only imported when it is asked for: the cutoff alone is light.
"""

from typing import TYPE_CHECKING, Any

from tagfolk_engine.evaluate.cutoff import Cutoff
from tagfolk_engine.evaluate.errors import EvaluationError, NotYet

if TYPE_CHECKING:
    from tagfolk_engine.evaluate.evaluator import Evaluation, Evaluator, TagSize
    from tagfolk_engine.evaluate.history import History

_LATER = {"Evaluation": "evaluator", "Evaluator": "evaluator", "History": "history", "TagSize": "evaluator"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'tagfolk_engine.evaluate' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"tagfolk_engine.evaluate.{_LATER[name]}"), name)


__all__ = ["Cutoff", "Evaluation", "EvaluationError", "Evaluator", "History", "NotYet", "TagSize"]
