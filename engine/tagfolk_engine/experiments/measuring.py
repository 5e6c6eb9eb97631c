"""What came of an experiment: each arm against the control, overall and in subgroups."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlmodel import select
from tagfolk_plugins.api.trials import compare, holm, sample_ratio

from tagfolk_engine.evaluate import Cutoff
from tagfolk_engine.experiments.starting import ExperimentError, dated, known, measured
from tagfolk_engine.results.people import Experiment, ExperimentArm

if TYPE_CHECKING:
    import pandas as pd

    from tagfolk_engine.run.opening import Prepared

SRM = 0.001
"""Under this the arms' sizes are not those of the plan."""
MOST_VALUES = 12
_NAMES = ("n", "mean", "difference", "low", "high", "z", "p")


def measure(
    prepared: Prepared, name: str, cutoff: Cutoff, *, outcome: str | None = None, by: Sequence[str] | None = None,
    keep: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Compare the arms as of the cutoff; the result is kept in the store.

    ``outcome``: a condition (shares are compared) or metric (means), default that of the start; ``{start}`` in it is
    the first day
    that the split did not see. ``by``: attributes for subgroups (None: those with few values). A customer who is no
    longer in the data counts as missing. Raises UnknownName, ExperimentError, RulesBroken.
    """
    experiment = known(prepared.store, name)
    text = _outcome(experiment, outcome, cutoff)
    if cutoff.instant < experiment.as_of:
        raise ExperimentError("the result is asked as of before the split; give a later --as-of")
    arms = _arms(prepared, name)
    attributes = _attributes(prepared, text) if by is None else list(by)
    table = _table(prepared, text, attributes, cutoff).reindex(arms.index)
    figures = table["outcome"].astype(float)
    if not figures.notna().any():
        raise ExperimentError(f"nobody in the experiment has a value of '{text}'; choose another outcome")
    treatments = [arm for arm in experiment.arms if arm != experiment.control]
    rows = [_row(arm, figures[arms == arm], figures[arms == experiment.control]) for arm in treatments]
    corrected = holm([row["p"] for row in rows])
    for row, p in zip(rows, corrected, strict=True):
        row["p_corrected"] = p
    control = figures[arms == experiment.control]
    rows.append({"arm": experiment.control, "n": int(control.notna().sum()), "mean": _known(control.mean())})
    sizes = [int((arms == arm).sum()) for arm in experiment.arms]
    srm = sample_ratio(sizes, list(experiment.arms.values()))
    found = {
        "experiment": name, "outcome": text, "as_of": cutoff.instant.isoformat(), "control": experiment.control,
        "customers": len(arms), "missing": int(figures.isna().sum()), "result": rows,
        "subgroups": _subgroups(arms, table, figures, attributes, treatments, experiment.control),
        "srm_p": srm, "warning": _warning(srm, sizes, experiment),
    }  # fmt: skip
    if keep:
        with prepared.store.session(write=True) as session:
            stored = session.get(Experiment, name)
            if stored is not None:
                stored.result = found
                session.add(stored)
    return found


def _outcome(experiment: Experiment, given: str | None, cutoff: Cutoff) -> str:
    text = given or experiment.outcome
    if text is None:
        raise ExperimentError("say what is compared: --outcome 'CONDITION or METRIC'")
    return dated(text, experiment.as_of, cutoff.zone)


def _arms(prepared: Prepared, name: str) -> pd.Series[Any]:
    import pandas as pd

    with prepared.store.session() as session:
        rows = session.exec(select(ExperimentArm).where(ExperimentArm.experiment == name)).all()
    return pd.Series({row.customer_id: row.arm for row in rows}).sort_index()


def _attributes(prepared: Prepared, outcome: str) -> list[str]:
    """Attributes with few values that are not personal and not in the outcome."""
    kinds = prepared.data.meta.attributes
    return [n for n, a in kinds.items() if a.type in ("text", "boolean") and not a.personal and n not in outcome]


def _table(prepared: Prepared, outcome: str, attributes: Sequence[str], cutoff: Cutoff) -> pd.DataFrame:
    from tagfolk_dsl.tree import Condition

    from tagfolk_engine.run.looking import evaluator

    tree = measured(prepared, outcome)
    trees = {"outcome": tree} | {f"by {n}": measured_attribute(prepared, n) for n in attributes}
    asked = evaluator(prepared, cutoff)
    try:
        frame: pd.DataFrame = asked.table(trees).to_pandas().set_index("customer_id")
    finally:
        asked.close()
    if isinstance(tree, Condition):
        frame["outcome"] = frame["outcome"].fillna(False).astype(float)
    try:
        frame["outcome"] = frame["outcome"].astype(float)
    except (TypeError, ValueError):
        raise ExperimentError(f"'{outcome}' is neither a condition nor a number; choose another outcome") from None
    return frame


def measured_attribute(prepared: Prepared, name: str) -> Any:
    """The attribute as a metric. Raises UnknownName."""
    from tagfolk_dsl.tree import Attribute

    from tagfolk_engine.run.errors import UnknownName

    if name not in prepared.vocabulary.attributes:
        raise UnknownName("attribute", name, prepared.vocabulary.attributes)
    return Attribute(name, prepared.vocabulary.attributes[name].type)


def _row(arm: str, treated: pd.Series[float], control: pd.Series[float]) -> dict[str, Any]:
    import numpy as np

    found = compare(np.asarray(treated, dtype=np.float64), np.asarray(control, dtype=np.float64))
    return {"arm": arm, **{name: _known(value) for name, value in zip(_NAMES, found, strict=True)}}


def _subgroups(
    arms: pd.Series[Any], table: pd.DataFrame, figures: pd.Series[float], attributes: Sequence[str],
    treatments: Sequence[str], control: str,
) -> list[dict[str, Any]]:  # fmt: skip
    """Each arm against the control within each value of each attribute; p-values corrected after Holm over all."""
    rows: list[dict[str, Any]] = []
    for name in attributes:
        column = table[f"by {name}"]
        if not 1 < column.nunique() <= MOST_VALUES:
            continue
        for value in sorted(column.dropna().unique(), key=str):
            here = column == value
            for arm in treatments:
                ours, theirs = figures[here & (arms == arm)], figures[here & (arms == control)]
                if len(ours) > 1 and len(theirs) > 1:
                    rows.append({
                        "attribute": name, "value": str(value), "n_control": len(theirs), **_row(arm, ours, theirs),
                    })  # fmt: skip
    for row, p in zip(rows, holm([row["p"] for row in rows]), strict=True):
        row["p_corrected"] = p
    return rows


def _warning(srm: float, sizes: Sequence[int], experiment: Experiment) -> str | None:
    if srm >= SRM:
        return None
    said = ", ".join(f"{arm} {size}" for arm, size in zip(experiment.arms, sizes, strict=True))
    return f"the arms have {said}, which the planned shares do not give by chance: mend that before reading the result"


def _known(value: Any) -> Any:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value
