"""Random worlds: schema, customers, events, a cutoff and rules as an admin would type them.

One seed is one world. Times lie on purpose on the edges of windows (exactly T − n units, an instant before and
after), on month ends and on the days when clocks change; figures repeat, so that ranks and ties have work.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from support.naive.world import Event, Spell, World, step
from tagfolk_dsl.tree import Type, Unit
from tagfolk_dsl.vocabulary import EventInfo, FieldInfo, Vocabulary

ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin")
CATEGORIES = ("tea", "coffee", "juice")
CITIES = ("Shanghai", "Beijing", "New York")
UNITS = ("day", "week", "month", "quarter", "year", "hour")
PAST_TAG = "seen_before"
"""A tag that the stored history knows, for ``had`` and ``has … for``."""


@dataclass
class Case:
    """One world with its rules; ``text`` is the rule file."""

    seed: int
    vocabulary: Vocabulary
    world: World
    rules: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.rules) + "\n"


def vocabulary() -> Vocabulary:
    """Three events, six attributes of every type."""
    number, text = Type.NUMBER, Type.TEXT

    def fields(*pairs: tuple[str, Type]) -> dict[str, FieldInfo]:
        return {name: FieldInfo(name, type_) for name, type_ in pairs}

    return Vocabulary(
        events={
            "purchase": EventInfo(
                "purchase", ("购买",), fields(("amount", number), ("category", text), ("cups", number), ("gift", Type.BOOLEAN))
            ),
            "visit": EventInfo("visit", ("访问",), fields(("page", text), ("seconds", number), ("category", text))),
            "complaint": EventInfo("complaint", ("投诉",), fields(("topic", text))),
        },
        attributes=fields(
            ("age", number), ("city", text), ("company", text), ("joined", Type.DATE), ("birthday", Type.DATE),
            ("member", Type.BOOLEAN),
        ),
    )  # fmt: skip


class Maker:
    """Draws one world from one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.r = random.Random(seed)
        self.zone = ZoneInfo(self.r.choice(ZONES))
        self.cutoff = self._cutoff()
        self.granted: list[str] = []
        self.valued: list[str] = []

    # --- data -----------------------------------------------------------------------------------------------------

    def _cutoff(self) -> datetime:
        day = self.r.choice(
            [date(2024, 3, 1), date(2024, 3, 31), date(2024, 7, 1), date(2023, 11, 6), date(2024, 3, 11), date(2024, 1, 1),
             date(2024, 5, 31), date(2023, 2, 28), date(2024, 2, 29)]
        )  # fmt: skip
        time = self.r.choice([timedelta(0), timedelta(0), timedelta(hours=13, minutes=30)])
        return (datetime(day.year, day.month, day.day, tzinfo=self.zone) + time).astimezone(UTC)

    def moment(self) -> datetime:
        """An instant around T, often on an edge."""
        r = self.r
        local = self.cutoff.astimezone(self.zone).replace(tzinfo=None)
        unit = r.choice([Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.QUARTER, Unit.YEAR])
        if r.random() < 0.45:
            edge = step(local, unit, -r.randint(0, 4))
            if r.random() < 0.3:
                edge = edge.replace(hour=0, minute=0, second=0)
            when = edge.replace(tzinfo=self.zone).astimezone(UTC)
            return when + r.choice(
                [timedelta(0), timedelta(0), timedelta(microseconds=-1), timedelta(seconds=1), timedelta(hours=-1)]
            )
        return self.cutoff - timedelta(
            seconds=r.choice([r.randint(-86400, 86400 * 3), r.randint(0, 86400 * 40), r.randint(0, 86400 * 800)])
        )

    def maybe(self, value: object, missing: float = 0.12) -> object:
        return None if self.r.random() < missing else value

    def customers(self) -> dict[str, dict[str, object]]:
        r = self.r
        local = self.cutoff.astimezone(self.zone).date()
        found: dict[str, dict[str, object]] = {}
        for i in range(r.randint(1, 14)):
            joined = local - timedelta(days=r.choice([0, 1, 29, 30, 31, 365, 366, r.randint(-10, 900)]))
            birthday = r.choice(
                [
                    date(2000, 2, 29),
                    date(1990, local.month, min(local.day, 28)),
                    date(1985, r.randint(1, 12), r.randint(1, 28)),
                ]
            )
            found[f"crm:{i:02d}"] = {
                "age": self.maybe(r.choice([19, 20, 35, 36, r.randint(1, 90)])),
                "city": self.maybe(r.choice(CITIES)),
                "company": self.maybe(r.choice(["a", "b"])),
                "joined": self.maybe(joined),
                "birthday": self.maybe(birthday),
                "member": self.maybe(r.random() < 0.5),
            }
        return found

    def events(self, customers: list[str]) -> dict[str, list[Event]]:
        r = self.r
        rows: dict[str, list[Event]] = {"purchase": [], "visit": [], "complaint": []}
        for customer in customers:
            shared = [self.moment() for _ in range(2)]
            for name, many in (("purchase", 7), ("visit", 6), ("complaint", 2)):
                for _ in range(r.choice([0, 1, r.randint(0, many)])):
                    when = r.choice(shared) if r.random() < 0.15 else self.moment()
                    rows[name].append(Event(customer, when, self._properties(name)))
        return rows

    def _properties(self, name: str) -> dict[str, object]:
        r = self.r
        if name == "purchase":
            return {
                "amount": self.maybe(r.choice([0.1, 0.2, 0.3, 10.0, 20.0, -5.0, r.randint(0, 5000) / 100])),
                "category": self.maybe(r.choice(CATEGORIES)),
                "cups": self.maybe(float(r.randint(1, 3))),
                "gift": self.maybe(r.random() < 0.5),
            }
        if name == "visit":
            return {
                "page": self.maybe(r.choice(["menu", "story"])),
                "seconds": self.maybe(float(r.randint(1, 5) * 10)),
                "category": self.maybe(r.choice(CATEGORIES)),
            }
        return {"topic": self.maybe(r.choice(["taste", "price"]))}

    def history(self, customers: list[str]) -> list[Spell]:
        r = self.r
        spells: list[Spell] = []
        for customer in customers:
            if r.random() < 0.6:
                since = min(self.moment(), self.cutoff - timedelta(days=1))
                until = None if r.random() < 0.5 else since + timedelta(days=r.randint(1, 60))
                if until is not None and until >= self.cutoff:
                    until = None
                spells.append(Spell(customer, PAST_TAG, None, since, until))
        return spells

    # --- the language ---------------------------------------------------------------------------------------------

    def duration(self, units: tuple[str, ...] = UNITS) -> str:
        unit = self.r.choice(units)
        n = {"day": 45, "week": 9, "month": 7, "quarter": 3, "year": 2, "hour": 40}[unit]
        amount = self.r.randint(1, n)
        return f"{amount} {unit}{'s' if amount != 1 else ''}"

    def day(self) -> str:
        return (self.cutoff.astimezone(self.zone).date() - timedelta(days=self.r.randint(-3, 400))).isoformat()

    def window(self) -> str:
        r = self.r
        kind = r.randint(0, 9)
        if kind <= 3:
            return r.choice(["in ", "in the last ", "last ", "within "]) + self.duration()
        if kind == 4:
            return r.choice(["this", "last"]) + " " + r.choice(["week", "month", "quarter", "year"])
        if kind == 5:
            return r.choice(["today", "yesterday", "ever"])
        if kind == 6:
            far, near = r.randint(3, 8), r.randint(0, 2)
            unit = r.choice(["months", "weeks", "days", "quarters"])
            return f"from {far} to {max(near, 1)} {unit} ago"
        if kind == 7:
            return f"since {self.day()}"
        if kind == 8:
            return f"before {self.day()}"
        a, b = sorted([self.day(), self.day()])
        return r.choice([f"between {a} and {b}", f"on {a}"])

    def where(self, event: str) -> str:
        r = self.r
        options = {
            "purchase": [
                f"category = {r.choice(CATEGORIES)}", f"category != {r.choice(CATEGORIES)}", f"amount {self.comparison()} {r.choice(['0.3', '10', '20', '-5'])}",
                f"category in ({r.choice(CATEGORIES)}, {r.choice(CATEGORIES)})", "category known", "amount missing", "gift = yes",
                f"amount {r.choice(['0.3..20', '..10', '10..'])}", f'category like "{r.choice(["t*", "?e*", "*e"])}"', f'category contains "{r.choice(["e", "of"])}"',
                f"hour(time) {self.comparison()} {r.randint(0, 23)}", f"weekday(time) in ({r.choice(['mon', 'tue'])}, sat, sun)",
                f"month(time) = {r.randint(1, 12)}", f"category not in ({r.choice(CATEGORIES)})",
            ],
            "visit": [f"page = {r.choice(['menu', 'story'])}", f"seconds >= {r.choice([10, 30])}", "page known", f"hour(time) < {r.randint(1, 23)}"],
            "complaint": ["topic = taste", "topic != taste", "topic missing"],
        }[event]  # fmt: skip
        if r.random() < 0.3:
            a, b = r.sample(options, 2)
            return f" where ({a} {r.choice(['and', 'or', 'and not'])} {b})"
        return f" where {r.choice(options)}"

    def comparison(self) -> str:
        return self.r.choice(["=", "!=", "<", "<=", ">", ">="])

    def event(self) -> str:
        return self.r.choice(["purchase", "purchase", "visit", "complaint"])

    def aggregate(self, windowed: bool = True) -> str:
        """An aggregate with a number for a value."""
        r = self.r
        event = self.event()
        where = self.where(event) if r.random() < 0.35 else ""
        numbers = {"purchase": ["amount", "cups"], "visit": ["seconds"], "complaint": []}[event]
        texts = {"purchase": "category", "visit": "page", "complaint": "topic"}[event]
        options = [f"count({event}{where})", f"{event}s{where}", f"distinct({event}.{texts}{where})"]
        for p in numbers:
            f = r.choice(["sum", "sum", "avg", "min", "max", "median"])
            options += [f"{f}({event}.{p}{where})", f"{f}({event}.{p}){where}"]
        window = " " + self.window() if windowed and r.random() < 0.8 else ""
        return r.choice(options) + window

    def number(self) -> str:
        """Any metric with a number for a value."""
        r = self.r
        kind = r.random()
        if kind < 0.6:
            return self.aggregate()
        if kind < 0.7:
            # unbracketed, arithmetic after a 'where' would belong to its comparison
            return f"(({self.aggregate()}) {r.choice('+-*/')} {r.choice([self.aggregate(), '2', '3'])})"
        if kind < 0.8:
            which, unit = r.choice(["first", "last"]), r.choice(["days", "months", "weeks", "years"])
            return f"{unit} since {which} {self.event()}"
        if kind < 0.87:
            return f"{r.choice(['days', 'months', 'years'])} since {r.choice(['joined', 'birthday'])}"
        return "age"

    def text(self) -> tuple[str, tuple[str, ...]]:
        r = self.r
        if r.random() < 0.4:
            return "city", ("Shanghai", "Beijing", '"New York"')
        f = r.choice(["first", "last", "most_common"])
        return f"{f}(purchase.category) {self.window()}", CATEGORIES

    def condition(self, depth: int = 2) -> str:
        r = self.r
        if depth and r.random() < 0.4:
            a, b = self.condition(depth - 1), self.condition(depth - 1)
            joined = f"{a} {r.choice(['and', 'or'])} {b}"
            return r.choice([joined, f"({joined})", f"not ({joined})"])
        return self.leaf()

    def leaf(self) -> str:
        r = self.r
        event = self.event()
        where = self.where(event) if r.random() < 0.3 else ""
        metric, values = self.text()
        options = [
            lambda: f"no {event}{where} {self.window()}",
            lambda: f"{event}{where} {self.window()}",
            lambda: f"ever {event}{where}",
            lambda: f"{self.number()} {self.comparison()} {r.choice(['0', '1', '2', '10', '0.3', '30'])}",
            lambda: f"{self.number()} {self.comparison()} {self.aggregate()}",
            lambda: f"{self.number()} {r.choice(['1..3', '..2', '20..', 'between 1 and 30'])}",
            lambda: f"{metric} {r.choice(['=', '!='])} {r.choice(values)}",
            lambda: f"{metric} {r.choice(['in', 'not in'])} ({r.choice(values)}, {r.choice(values)})",
            lambda: f"{r.choice(['age', 'city', 'joined', 'member'])} {r.choice(['missing', 'known'])}",
            lambda: f"joined {r.choice(['in 30 days', 'this month', 'before ' + self.day(), 'since ' + self.day()])}",
            lambda: f"joined {r.choice(['more', 'less'])} than {self.duration(('day', 'month', 'year'))} ago",
            lambda: f"{r.choice(['top', 'bottom'])} {r.choice(['20%', '50%', '33%', '2', '1'])} by {self.aggregate()}",
            lambda: f"{r.choice(['top', 'bottom'])} {r.choice(['40%', '3'])} by age",
            lambda: f'city {r.choice(["like", "contains"])} "{r.choice(["*h*", "S*", "ei"])}"',
            lambda: f"member = {r.choice(['yes', 'no'])}",
        ]
        if self.granted:
            options += [lambda: f"{r.choice(['has', 'lacks'])} {r.choice(self.granted)}"] * 2
        if self.valued:
            options.append(
                lambda: f"{r.choice(self.valued)} {r.choice(['=', '!='])} {r.choice(['high', 'low', 'tea'])}"
            )
        if self.r.random() < WIDE:
            options = self.wide(event, where)
        return r.choice(options)()

    def wide(self, event: str, where: str) -> list:  # type: ignore[type-arg]
        """The conditions and metrics beyond the everyday ones."""
        r = self.r
        short = ("day", "hour", "week")
        return [
            lambda: f"every {event}{where or self.where(event)} {self.window()}",
            lambda: f"first {event}{where} {self.window().replace('ever', 'today')}",
            lambda: f"{event}{where} in at least {r.randint(1, 3)} of the last {r.randint(3, 5)} {r.choice(['weeks', 'months', 'days'])}",
            lambda: f"birthday in next {self.duration(('day', 'week', 'month'))}",
            lambda: f"{self.aggregate(False)} {r.choice(['in ' + self.duration(('day', 'week', 'month')), 'this month', 'last month', 'last week', 'this quarter'])} {r.choice(['fell', 'rose'])} {r.choice(['0%', '20%', '50%'])}",
            lambda: f"top {r.choice(['50%', '2'])} by {self.aggregate()} among ({self.leaf()})",
            lambda: f"visit{self.where('visit') if r.random() < 0.3 else ''} then purchase within {self.duration(short)} {self.window()}",
            lambda: f"visit then purchase{self.where('purchase') if r.random() < 0.3 else ''}",
            lambda: f"visit then no purchase {'matching category ' if r.random() < 0.4 else ''}within {self.duration(short)}",
            lambda: f"visit then purchase then complaint within {self.duration(short)}{' of the first' if r.random() < 0.3 else ''}",
            lambda: "visit directly then purchase",
            lambda: "visit then purchase without complaint",
            lambda: f"at least {r.randint(2, 3)} {event}{where} within {self.duration(short)} {self.window()}",
            lambda: f"{r.choice(['some', 'every', 'no'])} customer of company ({self.leaf()})",
            lambda: f"had {PAST_TAG} {r.choice([self.duration(('day', 'month')) + ' ago', 'in ' + self.duration(('day', 'month'))])}",
            lambda: f"days with {event} {self.window()} >= {r.randint(1, 3)}",
            lambda: f"{r.choice(['weeks', 'months'])} with {event} >= {r.randint(1, 3)}",
            lambda: f"{r.choice(['avg_gap', 'median_gap', 'first_gap'])}({event}) {r.choice(['<', '>='])} {r.choice([1, 10, 30])}",
            lambda: f"days from first visit to {r.choice(['first', 'last'])} purchase {r.choice(['<', '>='])} {r.choice([0, 1, 20])}",
            lambda: f"share(purchase{self.where('purchase')}) {self.window()} >= {r.choice(['50%', '0', '0.3'])}",
            lambda: f"share(sum(purchase.cups){self.where('purchase')}) > {r.choice(['50%', '0.2'])}",
            lambda: f"stddev(purchase.cups) {self.window()} > 0.5",
            lambda: f"{self.aggregate()} > overall {r.choice(['avg', 'max'])}(purchase.amount) in 6 months",
            lambda: f"age >= across customers {r.choice(['avg', 'median', 'min'])}(age)",
            lambda: f"bucket({r.choice([2, 10])}, \"{r.choice(['a', 'b'])}\") < {r.randint(1, 5)}",
        ]  # fmt: skip

    def rule(self, number: int) -> str:
        """One rule; the names it grants may be looked at by later rules only, so that no circle arises."""
        r = self.r
        condition, other = self.condition(), self.condition(1)
        kind = r.random()
        if kind < 0.62 or number < 2:
            self.granted.append(f"t{number}")
            return f"{condition} -> t{number}"
        if kind < 0.88:
            return self.valued_rule(number, condition, other, kind)
        if kind < 0.94:
            self.valued.append(f"k{number}")
            return f"classify k{number}:\n    {condition} -> high\n    {other} -> low"
        victim = r.choice(self.granted or [PAST_TAG])
        own = f" and {r.choice(['has', 'lacks'])} {victim}" if r.random() < 0.3 else ""
        # a withholding rule may only look at events and at its victim, so that no circle can arise
        return f"({self.without_tags()}){own} -> not {victim}"

    def valued_rule(self, number: int, condition: str, other: str, kind: float) -> str:
        """A rule, or a classify, that gives a tag with a value."""
        r = self.r
        if kind < 0.72:
            text = f"{condition} -> v{number} = {r.choice(['high', 'low'])}\n{other} -> v{number} = tea\n    priority {r.randint(-1, 1)}"
            self.valued.append(f"v{number}")
            return text
        if kind < 0.80:
            self.valued.append(f"m{number}")
            return f"{condition} -> m{number} = {r.choice(['most_common', 'last'])}(purchase.category) {self.window()}"
        self.valued.append(f"c{number}")
        return (
            f"classify c{number} by {self.aggregate()}:\n    top {r.choice(['30%', '1'])} -> high\n"
            f"    {r.choice(['top 60%', '>= 1', '0..2', '< 2'])} -> low\n    otherwise -> rest"
        )

    def without_tags(self) -> str:
        granted, valued = self.granted, self.valued
        self.granted, self.valued = [], []
        condition = self.condition(1)
        self.granted, self.valued = granted, valued
        return condition

    def case(self, rules: int = 20) -> Case:
        customers = self.customers()
        ids = list(customers)
        world = World(customers, self.events(ids), self.cutoff, self.zone, self.history(ids))
        head = [f"tag {PAST_TAG}:", '    title "seen before"', f"no purchase 1 day and age < 0 -> {PAST_TAG}"]
        return Case(self.seed, vocabulary(), world, head + [self.rule(i) for i in range(rules)])


WIDE = 0.35
"""How often a leaf is one of the less common conditions."""


def make_case(seed: int, rules: int = 20) -> Case:
    """The world of a seed."""
    return Maker(seed).case(rules)
