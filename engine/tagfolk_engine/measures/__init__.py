"""Named measures of the business for questions and reports: revenue, average order value, repurchase rate …

``Measures`` over an evaluator tells which of them a workspace can have, finds them by their English and Chinese names
and computes them as of T, for a window and a group, each with the sentence that defines it.
"""

from tagfolk_engine.measures.bindings import Bindings, MeasureError, bindings
from tagfolk_engine.measures.definitions import DEFINITIONS, Definition, find
from tagfolk_engine.measures.measuring import Figure, Measures

__all__ = ["DEFINITIONS", "Bindings", "Definition", "Figure", "MeasureError", "Measures", "bindings", "find"]
