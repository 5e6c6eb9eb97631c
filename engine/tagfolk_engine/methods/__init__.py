"""The host of the analysis methods: arguments, a view of the data at T, a time limit, kept fits, failures by name.

``method_infos`` tells the language which methods there are. ``run_uses`` runs the ``use … as NAME`` of a program and
gives their columns to the evaluator. ``report_json`` is what ``tagfolk method NAME --json`` prints.
"""

from tagfolk_engine.methods.arguments import fill
from tagfolk_engine.methods.charting import chart_png
from tagfolk_engine.methods.context import OpenEvaluator, SnapshotContext, evaluators
from tagfolk_engine.methods.dependents import tags_using
from tagfolk_engine.methods.host import KeptFit, MethodRun, UseResult, run_uses
from tagfolk_engine.methods.infos import method_infos
from tagfolk_engine.methods.report import customers_csv, report_json

__all__ = [
    "KeptFit",
    "MethodRun",
    "OpenEvaluator",
    "SnapshotContext",
    "UseResult",
    "chart_png",
    "customers_csv",
    "evaluators",
    "fill",
    "method_infos",
    "report_json",
    "run_uses",
    "tags_using",
]
