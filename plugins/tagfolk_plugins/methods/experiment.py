"""Experiment: did those who were treated do better than the control group, and is it more than chance.

``arm`` and ``control`` are tags or segments; with ``split`` (the part treated, e.g. 50%) and no ``control`` the members
of ``arm`` are split by a stable salted hash of their id. The outcome is a condition (shares are compared) or a metric
(means). Two-sided z-test with pooled variance; the interval is that of the difference. ``srm_p`` is the chi-square test
of the group sizes against the planned split: under 0.001 the groups were not filled as planned and the result means
nothing, which ``warning`` says. Subgroups by attribute carry p-values corrected after Holm.

Errors: an empty group, customers in both groups, an outcome that nobody has a value of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import ArgumentError, MethodError
from tagfolk_plugins.api.figures import number_between
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, Method, MethodContext, MethodResult, Reference
from tagfolk_plugins.api.trials import compare, holm, sample_ratio, share
from tagfolk_plugins.methods._charts import Draw, bars

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

SRM = 0.001
"""Under this the group sizes are not those of the plan."""
MOST_VALUES = 12


class Experiment(Method):
    """Treatment against control."""

    name = "experiment"
    meaning = "Whether those who were treated did better than the control group, with interval and p-value"
    arguments = (
        Argument("arm", "tag", required=True, meaning="the tag or segment that was treated, or is to be split"),
        Argument("control", "tag", meaning="the tag or segment that was not"),
        Argument("outcome", "metrics", required=True, meaning="a condition or metric to compare"),
        Argument("split", "number", default=0.5, meaning="the planned part that is treated"),
        Argument("salt", "text", default="tagfolk", meaning="another word, another split"),
    )
    columns = {"arm": "text"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Compare the groups, overall and by attribute."""
        import numpy as np
        import pandas as pd

        number_between("split", arguments["split"], 0.001, 0.999)
        outcome = _one(arguments["outcome"])
        arms = _arms(arguments, context)
        values = context.metrics([outcome])[0].reindex(arms.index)
        if not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values)):
            raise ArgumentError("outcome", f"'{outcome.text}' is neither a condition nor a number")
        figures = values.astype(float)
        if not figures.notna().any():
            raise MethodError(f"nobody has a value of '{outcome.text}'", "choose another outcome")
        treated, free = ((arms == name).to_numpy() for name in ("treatment", "control"))
        split = float(arguments["split"])
        srm = sample_ratio([int(treated.sum()), int(free.sum())], [split, 1 - split])
        x: NDArray[np.float64] = np.asarray(figures.to_numpy(), dtype=np.float64)
        rows = [("treatment", *compare(x[treated], x[free])), ("control", *_alone(x[free]))]
        names = ["arm", "n", "mean", "difference", "low", "high", "z", "p"]
        result = pd.DataFrame(rows, columns=names)
        warning = None
        if srm < SRM:
            sizes = f"{int(treated.sum())} to {int(free.sum())}"
            warning = f"the groups are {sizes}, which the planned split does not give by chance: mend that first"
        fit = {"srm_p": srm, "warning": warning, "treatment": int(treated.sum()), "control": int(free.sum())}
        tables = {"result": result, "subgroups": _subgroups(arms, np.asarray(x), outcome.text, context)}
        return MethodResult(arms.to_frame("arm"), tables, fit)

    def chart(self, result: MethodResult) -> Draw | None:
        """The differences with their intervals."""
        import pandas as pd

        overall, parts = result.tables["result"].iloc[:1], result.tables["subgroups"]
        found = pd.concat([overall.assign(corrected=overall["p"]), parts.assign(corrected=parts["p_corrected"])])
        found = found[["difference", "low", "high", "corrected"]].astype(float)
        labels = ["all", *(f"{a}: {v}" for a, v in zip(parts["attribute"], parts["value"], strict=True))]
        values, ps = found["difference"].tolist(), found["corrected"].tolist()
        return bars(
            labels, values, "Treatment less control, with 95 % interval", "difference",
            spans=list(zip(found["low"], found["high"], strict=True)),
            say=lambda i: f"{values[i]:+.3g} (p {ps[i]:.3g})" if values[i] == values[i] else "",
        )  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Experiment]


def _one(outcome: Any) -> Reference:
    """The one condition or metric (both may stand where metrics are taken)."""
    found = outcome if isinstance(outcome, tuple) else (outcome,)
    if len(found) != 1:
        raise ArgumentError("outcome", f"'outcome' must be one condition or metric, these are {len(found)}")
    return found[0]  # type: ignore[no-any-return]


def _arms(arguments: Mapping[str, Any], context: MethodContext) -> pd.Series[Any]:
    """Who is in which group; MethodError where the groups make no experiment."""
    import numpy as np
    import pandas as pd

    arm = context.members(arguments["arm"])
    if arguments["control"] is not None:
        control = context.members(arguments["control"])
        both = int((arm & control).sum())
        if both:
            raise MethodError(f"{both} customers are in both groups", "make 'control' leave out the treated")
    else:
        chosen = pd.Series([share(str(i), str(arguments["salt"])) < arguments["split"] for i in arm.index], arm.index)
        arm, control = arm & chosen, arm & ~chosen
    for name, group in (("treatment", arm), ("control", control)):
        if int(group.sum()) < 2:
            raise MethodError(f"the {name} group has {int(group.sum())} customers", "at least 2 are needed in each")
    both_groups = arm | control
    names = np.where(arm[both_groups].to_numpy(), "treatment", "control")
    return pd.Series(names.astype(object), index=arm.index[both_groups.to_numpy()])


def _alone(b: NDArray[np.float64]) -> tuple[Any, ...]:
    import numpy as np

    b = b[~np.isnan(b)]
    return (len(b), float(b.mean()) if len(b) else None, None, None, None, None, None)


def _subgroups(arms: pd.Series[Any], x: NDArray[np.float64], outcome: str, context: MethodContext) -> pd.DataFrame:
    """The comparison within each value of each attribute (but the outcome's own), p-values corrected after Holm."""
    import pandas as pd

    own = set(re.findall(r"\w+", outcome))
    kinds = [n for n, kind in context.attributes().items() if kind in ("text", "boolean") and n not in own]
    people = context.customers(kinds).reindex(arms.index)
    rows = []
    for name in kinds:
        if not 1 < people[name].nunique() <= MOST_VALUES:
            continue
        for value in sorted(people[name].dropna().unique(), key=str):
            here = (people[name] == value).to_numpy()
            a, b = (x[here & (arms == group).to_numpy()] for group in ("treatment", "control"))
            if len(a) > 1 and len(b) > 1:
                rows.append((name, str(value), len(b), *compare(a, b)))
    names = ["attribute", "value", "n_control", "n", "mean", "difference", "low", "high", "z", "p"]
    table = pd.DataFrame(rows, columns=names)
    table["p_corrected"] = holm(table["p"].tolist())
    return table
