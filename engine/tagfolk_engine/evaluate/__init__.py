"""Rules over data at a cutoff T: run, tables, counts, reasons, previews. Import from here."""

from tagfolk_engine.evaluate.cutoff import Cutoff
from tagfolk_engine.evaluate.errors import EvaluationError, NotYet
from tagfolk_engine.evaluate.evaluator import Evaluation, Evaluator, TagSize
from tagfolk_engine.evaluate.history import History

__all__ = ["Cutoff", "Evaluation", "EvaluationError", "Evaluator", "History", "NotYet", "TagSize"]
