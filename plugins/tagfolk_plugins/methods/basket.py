"""Basket analysis: what is bought together (association rules, Agrawal & Srikant 1994).

A basket is all events with the same ``group`` (without one: a customer's local day). Items and pairs are counted in the
engine; longer itemsets grow from the pairs, by the baskets that hold them. Comparisons are exact: a rule at exactly
``support`` or ``confidence`` is in. ``next_best`` is the item with the highest lift that follows from what the customer
has bought and is not among it.

Errors: no baskets, nothing common enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import ArgumentError, MethodError
from tagfolk_plugins.api.figures import need, number_between
from tagfolk_plugins.api.hookspecs import hookimpl
from tagfolk_plugins.api.method import Argument, Method, MethodContext, MethodResult
from tagfolk_plugins.api.sql import quoted, split, view
from tagfolk_plugins.methods._charts import Draw, bars, figure, percent

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Itemsets = dict[tuple[str, ...], int]

LINES = """
with lines as (select distinct {group} as basket, {item}::varchar as item, customer from {view}
               where {item} is not null and {known})
"""
RULES_FOR_NEXT = 500
"""The next best item is looked for among so many rules of the highest lift."""


class Basket(Method):
    """What is bought together."""

    name = "basket"
    meaning = "What is bought together, and what each customer is likely to want next"
    arguments = (
        Argument("event", "event", required=True, meaning="the event whose items are in the basket"),
        Argument("item", "property", required=True, meaning="the item"),
        Argument("group", "property", meaning="what makes one basket (default: a customer's day)"),
        Argument("support", "number", default=0.01, meaning="the least part of baskets that hold the items"),
        Argument("confidence", "number", default=0.3, meaning="the least part of baskets with A that also hold B"),
        Argument("max_length", "number", default=6, meaning="the most items of a rule"),
        Argument("lift", "number", default=0, meaning="the least lift"),
    )
    columns = {"next_best": "text", "next_best_lift": "number"}

    def run(self, arguments: Mapping[str, Any], context: MethodContext) -> MethodResult:
        """Count itemsets, make rules, look what each customer lacks."""
        number_between("support", arguments["support"], 1e-9, 1)
        number_between("confidence", arguments["confidence"], 0, 1)
        number_between("max_length", arguments["max_length"], 2, 20, whole=True)
        number_between("lift", arguments["lift"], 0, float("inf"))
        lines = _Lines(arguments, context)
        need(lines.baskets, 1, f"basket of {arguments['event']} with a known item", "basket")
        least = -(-_exact(arguments["support"]) * lines.baskets // 1)
        itemsets = lines.itemsets(int(max(1, least)), int(arguments["max_length"]))
        if not itemsets:
            raise MethodError(
                f"no item is in {arguments['support']:.3g} of the {lines.baskets} baskets", "lower 'support'"
            )
        rules = _rules(itemsets, lines.baskets, arguments)
        sets = [(_said(s), len(s), n, n / lines.baskets) for s, n in itemsets.items()]
        sets.sort(key=lambda row: (-row[2], row[1], row[0]))
        tables = {"rules": _frame(rules), "itemsets": _table(sets, ["items", "length", "count", "support"])}
        fit = {"baskets": lines.baskets, "itemsets": len(sets), "rules": len(rules)}
        return MethodResult(_next_best(rules, lines), tables, fit)

    def chart(self, result: MethodResult) -> Draw | None:
        """The rules with the highest lift."""
        rules = result.tables["rules"]
        if not len(rules):
            return None
        labels = [f"{a} → {c}" for a, c in zip(rules["antecedent"], rules["consequent"], strict=True)]
        lifts, shares = rules["lift"].tolist(), rules["confidence"].tolist()
        return bars(
            labels, lifts, "What is bought together", "lift", centre=1.0,
            say=lambda i: f"{figure(lifts[i])} (confidence {percent(shares[i])})",
        )  # fmt: skip


@hookimpl
def tagfolk_methods() -> Sequence[type[Method]]:
    """Give the method."""
    return [Basket]


class _Lines:
    """The lines of all baskets, in the engine."""

    def __init__(self, arguments: Mapping[str, Any], context: MethodContext) -> None:
        event, item = split(arguments["item"], arguments["event"])
        owner, group = split(arguments["group"], event) if arguments["group"] else (event, "")
        if {event, owner} != {arguments["event"]}:
            raise ArgumentError("item", f"'item' and 'group' must be properties of {arguments['event']}")
        key = quoted(group) if group else "customer::varchar || ' ' || local::date::varchar"
        known = f"{quoted(group)} is not null" if group else "true"
        self.context = context
        self.head = LINES.format(group=key, item=quoted(item), view=view(event), known=known)
        self.baskets = int(context.sql(self.head + "select count(distinct basket) as n from lines")["n"][0])

    def itemsets(self, least: int, longest: int) -> Itemsets:
        """Every itemset in at least ``least`` baskets, with how many hold it."""
        distinct = "select distinct basket, item from lines"
        single = self.context.sql(
            f"{self.head} select item, count(*) as n from ({distinct}) group by 1 having n >= ? order by 1", [least]
        )
        found: Itemsets = {(item,): int(n) for item, n in zip(single["item"], single["n"])}
        pairs = self.context.sql(
            f"""{self.head}, often as (select basket, item from (select *, count(*) over (partition by item) as n
            from ({distinct})) where n >= ?)
            select a.item as a, b.item as b, count(*) as n from often a join often b
            on a.basket = b.basket and a.item < b.item group by 1, 2 having n >= ? order by 1, 2""",
            [least, least],
        )
        level: Itemsets = {(a, b): int(n) for a, b, n in zip(pairs["a"], pairs["b"], pairs["n"])}
        found |= level
        if longest > 2 and level:
            found |= self._longer(level, least, longest)
        return found

    def _longer(self, pairs: Itemsets, least: int, longest: int) -> Itemsets:
        """Longer itemsets, each grown from two that share all but their last item (Apriori over basket lists)."""
        import numpy as np

        wanted = sorted({item for pair in pairs for item in pair})
        rows = self.context.sql(f"{self.head} select distinct item, hash(basket) as b from lines order by 1, 2")
        rows = rows[rows["item"].isin(wanted)]
        lists: dict[tuple[str, ...], NDArray[np.uint64]] = {
            (str(item),): np.sort(part.to_numpy(dtype=np.uint64)) for item, part in rows.groupby("item")["b"]
        }
        level = {s: np.intersect1d(lists[s[:1]], lists[s[1:]], assume_unique=True) for s in pairs}
        found: Itemsets = {}
        for length in range(3, longest + 1):
            grown = {}
            for one, two in _joinable(sorted(level)):
                together = (*one, two[-1])
                if all(part in level for part in combinations(together, length - 1)):
                    baskets = np.intersect1d(level[one], level[two], assume_unique=True)
                    if len(baskets) >= least:
                        grown[together] = baskets
            found |= {s: len(baskets) for s, baskets in grown.items()}
            level = grown
            if not level:
                break
        return found

    def owned(self, items: Sequence[str]) -> pd.DataFrame:
        """Who ever bought which of these items."""
        marks = ", ".join("?" * len(items))
        query = f"select distinct customer_id, item from lines join customers using (customer) where item in ({marks})"
        return self.context.sql(f"{self.head} {query} order by 1, 2", list(items))


def _joinable(sets: list[tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Pairs of sorted itemsets that differ in their last item only."""
    for i, one in enumerate(sets):
        for two in sets[i + 1 :]:
            if two[:-1] != one[:-1]:
                break
            yield one, two


def _exact(number: float) -> Fraction:
    """A number as it was written: 0.1 is a tenth."""
    return Fraction(repr(number))


def _rules(itemsets: Itemsets, n: int, arguments: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """A ⇒ B for every split of every itemset that is sure and lifting enough."""
    confidence, lift = _exact(arguments["confidence"]), _exact(arguments["lift"])
    rules = []
    for items, count in itemsets.items():
        for size in range(1, len(items)):
            for left in combinations(items, size):
                right = tuple(i for i in items if i not in left)
                a, b = itemsets[left], itemsets[right]
                sure, lifted = Fraction(count, a), Fraction(count * n, a * b)
                if sure >= confidence and lifted >= lift:
                    rules.append(
                        (left, right, count, count / n, float(sure), float(lifted), *_measures(count, a, b, n))
                    )
    return sorted(rules, key=lambda r: (-r[5], -r[4], -r[2], r[0], r[1]))


def _measures(count: int, a: int, b: int, n: int) -> tuple[float, float | None]:
    """Leverage, and conviction (missing where the rule always holds: it is infinite)."""
    leverage = float(Fraction(count, n) - Fraction(a, n) * Fraction(b, n))
    conviction = None if count == a else float((1 - Fraction(b, n)) / (1 - Fraction(count, a)))
    return leverage, conviction


def _said(items: Sequence[str]) -> str:
    return ", ".join(items)


def _table(rows: list[tuple[Any, ...]], names: list[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=names)


def _frame(rules: list[tuple[Any, ...]]) -> pd.DataFrame:
    names = ["antecedent", "consequent", "count", "support", "confidence", "lift", "leverage", "conviction"]
    return _table([(_said(r[0]), _said(r[1]), *r[2:]) for r in rules], names)


def _next_best(rules: list[tuple[Any, ...]], lines: _Lines) -> pd.DataFrame:
    """For each customer the single item of the best rule whose left side they bought and whose right side not."""
    import numpy as np
    import pandas as pd

    single = [r for r in rules if len(r[1]) == 1][:RULES_FOR_NEXT]
    empty = pd.DataFrame({"next_best": [], "next_best_lift": []}).rename_axis("customer_id")
    if not single:
        return empty.astype({"next_best": object, "next_best_lift": float})
    items = sorted({i for r in single for i in (*r[0], *r[1])})
    owned = lines.owned(items)
    codes, customers = pd.factorize(owned["customer_id"], sort=True)
    holders = {str(item): np.unique(codes[rows]) for item, rows in owned.groupby("item").indices.items()}
    best = np.full(len(customers), None, dtype=object)
    lift = np.full(len(customers), np.nan)
    for left, right, *figures in single:
        fits = reduce(np.intersect1d, [holders[item] for item in left])
        fits = np.setdiff1d(fits, holders[right[0]], assume_unique=True)
        fits = fits[np.isnan(lift[fits])]
        best[fits], lift[fits] = right[0], figures[3]
    index = pd.Index(customers, name="customer_id")
    return pd.DataFrame({"next_best": best, "next_best_lift": lift}, index=index)
