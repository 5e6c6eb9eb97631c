"""Drivers: what sets the customers of a tag or segment apart.

For each value of each attribute (numbers in quarters) and each other tag: its share among the members, its share among
the others, and the lift (the one over the other) with its 95 % interval (log method) and the two-sided p-value of a
z-test with pooled variance. Rows with the strongest evidence come first. Errors: nobody, or everybody, is a member.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import MethodError
from tagfolk_plugins.api.figures import two_sided
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, Method, MethodContext, MethodResult
from tagfolk_plugins.methods._charts import Draw, bars, figure, percent

if TYPE_CHECKING:
    import pandas as pd

MOST_VALUES = 50
Z95 = 1.959963984540054


class Drivers(Method):
    """What sets members apart."""

    name = "drivers"
    meaning = "What sets the customers of a tag or segment apart: attributes and other tags"
    arguments = (
        Argument("of", "tag", required=True, meaning="the tag or segment"),
        Argument("among", "condition", meaning="only customers who meet this are looked at"),
    )

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Compare members with the others, value by value."""
        import pandas as pd

        member = context.members(arguments["of"])
        if arguments["among"] is not None:
            member = member[context.metrics([arguments["among"]])[0].reindex(member.index).astype(bool)]
        inside, outside = int(member.sum()), int((~member).sum())
        if not inside or not outside:
            found = "nobody" if not inside else "everybody"
            raise MethodError(
                f"{found} of the {inside + outside} customers has '{arguments['of']}': there is nothing to compare",
                "run the rules first, or choose another tag",
            )
        rows = [
            (name, value, *_compare(int((mask & member).sum()), inside, int((mask & ~member).sum()), outside))
            for name, value, mask in _masks(arguments["of"], member, context)
        ]
        names = ["driver", "value", "share_in", "share_out", "lift", "low", "high", "p"]
        table = pd.DataFrame(rows, columns=names).sort_values(["p", "lift"], ascending=[True, False], kind="stable")
        fit = {"members": inside, "others": outside}
        nobody = pd.DataFrame(index=member.index[:0])
        return MethodResult(nobody, {"drivers": table.reset_index(drop=True)}, fit)

    def chart(self, result: MethodResult) -> Draw | None:
        """The strongest drivers."""
        found = result.tables["drivers"]
        if not len(found):
            return None
        labels = [f"{d}: {v}" for d, v in zip(found["driver"], found["value"], strict=True)]
        inside, outside = found["share_in"].tolist(), found["share_out"].tolist()
        lifts = found["lift"].tolist()
        return bars(
            labels, lifts, "What sets them apart, with 95 % interval", "lift", centre=1.0,
            spans=list(zip(found["low"], found["high"], strict=True)),
            say=lambda i: f"{figure(lifts[i])} ({percent(inside[i])} against {percent(outside[i])})",
        )  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Drivers]


def _masks(of: str, member: pd.Series[bool], context: MethodContext) -> Iterator[tuple[str, str, pd.Series[bool]]]:
    """Every attribute value and tag with who has it."""
    import pandas as pd

    kinds = context.attributes()
    people = context.customers(list(kinds)).reindex(member.index)
    for name, kind in kinds.items():
        column = people[name]
        if kind == "number" and column.nunique() > 8:
            column = pd.qcut(column, 4, duplicates="drop").astype(object)
        elif kind in ("date", "time"):
            column = pd.to_datetime(column).dt.year.astype("Int64").astype(object)
        if 1 < column.nunique() <= MOST_VALUES:
            for value in sorted(column.dropna().unique(), key=str):
                yield name, str(value), column == value
    for tag in context.tags():
        if tag != of:
            yield tag, "yes", context.members(tag).reindex(member.index)


def _compare(
    a: int, n: int, b: int, m: int
) -> tuple[float, float, float | None, float | None, float | None, float | None]:
    """Shares, lift, interval, p of ``a`` of ``n`` against ``b`` of ``m``."""
    inside, outside = a / n, b / m
    pooled = (a + b) / (n + m)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    p = two_sided((inside - outside) / spread) if spread else None
    if not a or not b:
        return inside, outside, (0.0 if not a and b else None), None, None, p
    width = Z95 * math.sqrt(max(0.0, 1 / a - 1 / n + 1 / b - 1 / m))
    lift = inside / outside
    return inside, outside, lift, lift * math.exp(-width), lift * math.exp(width), p
