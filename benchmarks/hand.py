"""The benchmark's rules said once more by hand, as the aggregates and predicates a careful SQL author would write.

Nothing here knows tagfolk. From this list come the fused SQL (one pass a table and window tier), the naive one
query per rule, and the data frame versions; and the number of customers of each tag, to compare with ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.rules import DAYS


@dataclass(frozen=True)
class Figure:
    """One aggregate of a table: events from ``far`` to ``near`` days before the end (far 0: since ever)."""

    table: str
    function: str
    column: str = "*"
    where: str = ""
    far: int = 0
    near: int = 0

    @property
    def name(self) -> str:
        """A column name of its own."""
        raw = f"{self.table}_{self.function}_{self.column}_{self.where}_{self.far}_{self.near}"
        return "".join(c if c.isalnum() else "_" for c in raw)

    def case(self, end: str) -> str:
        """The aggregate with its window and filter inside a CASE; the events end before ``end``."""
        tests = [f"happened >= TIMESTAMP '{end}' - INTERVAL {self.far} DAY"] if self.far else []
        tests += [f"happened < TIMESTAMP '{end}' - INTERVAL {self.near} DAY"] if self.near else []
        tests += [self.where] if self.where else []
        value = "1" if self.column == "*" else self.column
        inner = f"CASE WHEN {' AND '.join(tests)} THEN {value} END" if tests else value
        if self.function == "distinct":  # categories are few and numbered: a bit each
            bit = f"CASE WHEN {' AND '.join(tests or ['TRUE'])} THEN 1 << CAST(substr({self.column}, 9) AS INTEGER) END"
            return f"bit_count(bit_or({bit})) AS {self.name}"
        return f"{self.function}({inner}) AS {self.name}"


@dataclass(frozen=True)
class HandRule:
    """A tag, the figures it looks at, and the predicate over them (``{0}``, ``{1}`` … are the figures)."""

    tag: str
    figures: tuple[Figure, ...]
    predicate: str
    top: float | None = None

    def sql(self) -> str:
        """The predicate with its columns; counts and sums of nobody are 0."""
        names = [
            f"coalesce({f.name}, 0)" if f.function in ("count", "sum", "distinct") else f.name for f in self.figures
        ]
        return self.predicate.format(*names)


def hand_rules(count: int = 100) -> list[HandRule]:
    """The same rules as ``benchmarks.rules.rules``, in the same order."""
    found: list[HandRule] = []
    number = 0
    while len(found) < count:
        step = number // len(DAYS)
        found.append(_rule(step % 12, DAYS[number % len(DAYS)], step // 12 + 1, f"t{len(found)}"))
        number += 1
    return found


def _rule(kind: int, days: int, level: int, tag: str) -> HandRule:
    half = max(days // 2, 1)
    orders = Figure("orders", "count")
    recent = Figure("orders", "count", far=days)
    spend = Figure("orders", "sum", "amount", far=days)
    return (
        HandRule(tag, (recent, orders), f"{{0}} = 0 AND {{1}} >= 1 AND {{1}} >= {level}"),
        HandRule(tag, (recent,), f"{{0}} >= {2 + level}"),
        HandRule(tag, (spend,), f"{{0}} > {100 * level}"),
        HandRule(tag, (Figure("visits", "count", far=days), recent), f"{{0}} >= {5 * level} AND {{1}} = 0"),
        HandRule(
            tag, (Figure("orders", "avg", "amount", far=days),), f"{{0}} > {20 + 10 * level} AND gender = 'female'"
        ),
        HandRule(tag, (Figure("orders", "count", "*", "channel = 'app'", days),), f"{{0}} >= {level}"),
        HandRule(tag, (Figure("orders", "distinct", "category", far=days),), f"{{0}} >= {2 + level}"),
        HandRule(
            tag,
            (Figure("orders", "count", "*", f"category = 'category{level}'", days),),
            "age BETWEEN 20 AND 35 AND {0} >= 1",
        ),
        HandRule(tag, (Figure("orders", "max", "amount", far=days),), f"{{0}} >= {80 + 10 * level}"),
        HandRule(
            tag, (Figure("visits", "sum", "seconds", far=days),), f"{{0}} > {600 * level} AND city = 'city{level}'"
        ),
        HandRule(
            tag,
            (Figure("orders", "sum", "amount", far=half), Figure("orders", "sum", "amount", far=days, near=half)),
            f"{{0}} - {{1}} > {level} + 1e-6",
        ),
        HandRule(tag, (spend, recent), "", top=min(level / 10, 0.95)),
    )[kind]


TIERS = (30, 92, 182, 366, 0)
"""Windows up to so many days are aggregated over only so old events; 0: all."""


def tier(figure: Figure) -> int:
    """The tier a figure belongs to."""
    if not figure.far:
        return 0
    return next((t for t in TIERS[:-1] if figure.far <= t), 0)


def fused(rules: list[HandRule], end: str, tables: dict[str, str]) -> list[str]:
    """The statements of the fused way: a temporary table per table and tier, a wide join, one row a (customer, tag)."""
    figures = dict.fromkeys(f for r in rules for f in r.figures)
    statements: list[str] = []
    joined: list[str] = []
    for table, source in tables.items():
        for days in TIERS:
            mine = [f for f in figures if f.table == table and tier(f) == days]
            if not mine:
                continue
            name = f"hand_{table}_{days}"
            limit = f" WHERE happened < TIMESTAMP '{end}'"
            limit += f" AND happened >= TIMESTAMP '{end}' - INTERVAL {days} DAY" if days else ""
            columns = ", ".join(f.case(end) for f in mine)
            statements.append(
                f"CREATE TEMP TABLE {name} AS SELECT customer, {columns} FROM {source}{limit} GROUP BY customer"
            )
            joined.append(name)
    joins = " ".join(f"LEFT JOIN {name} USING (customer)" for name in joined)
    statements.append(f"CREATE TEMP TABLE hand_wide AS SELECT * FROM customers {joins}")
    columns = ", ".join(f"{_predicate(r)} AS {r.tag}" for r in rules)
    statements.append(f"CREATE TEMP TABLE hand_flags AS SELECT customer, {columns} FROM hand_wide")
    statements.append(
        "CREATE TEMP TABLE hand_rows AS SELECT customer, tag FROM hand_flags"
        " UNPIVOT (held FOR tag IN (COLUMNS(* EXCLUDE customer))) WHERE held"
    )
    return statements


def _predicate(rule: HandRule) -> str:
    if rule.top is None:
        return f"coalesce({rule.sql()}, FALSE)"
    spend, count = (f.name for f in rule.figures)
    ranked = f"CASE WHEN {count} > 0 THEN coalesce({spend}, 0) END"
    cut = (
        f"(SELECT min(v) FROM (SELECT {ranked} AS v FROM hand_wide WHERE {count} > 0 ORDER BY v DESC LIMIT "
        f"(SELECT CAST(ceil({rule.top} * count(*) - 1e-9) AS BIGINT) FROM hand_wide WHERE {count} > 0)))"
    )
    return f"coalesce({ranked} >= {cut}, FALSE)"


def per_rule(rule: HandRule, end: str, tables: dict[str, str]) -> str:
    """One query for one rule, as somebody writes who knows one rule at a time: counts the customers."""
    selects: list[str] = []
    for table, source in tables.items():
        mine = [f for f in rule.figures if f.table == table]
        if not mine:
            continue
        limit = f" WHERE happened < TIMESTAMP '{end}'"
        if all(f.far for f in mine):
            limit += f" AND happened >= TIMESTAMP '{end}' - INTERVAL {max(f.far for f in mine)} DAY"
        columns = ", ".join(f.case(end) for f in mine)
        selects.append(
            f"LEFT JOIN (SELECT customer, {columns} FROM {source}{limit} GROUP BY customer) USING (customer)"
        )
    wide = f"WITH hand_wide AS (SELECT * FROM customers {' '.join(selects)})"
    return f"{wide} SELECT customer FROM hand_wide WHERE {_predicate(rule)}"
