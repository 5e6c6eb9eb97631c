"""Why a customer holds a tag or not: each condition of each rule with the customer's own figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from tagfolk_dsl.tree import NOWHERE, Condition, Effect, Has, Metric, Node, Span, TagValue

from tagfolk_engine.evaluate.cutoff import Cutoff
from tagfolk_engine.evaluate.errors import EvaluationError
from tagfolk_engine.evaluate.evaluator import Evaluator
from tagfolk_engine.evaluate.leaves import figure, leaves

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class ConditionReason:
    """One condition with the figure that it looks at. ``condition`` is the tree, for wording."""

    condition: Condition
    value: object
    matched: bool


@dataclass(frozen=True)
class RuleReason:
    """One rule (a band or line has the name of its statement): did it match, and why."""

    rule: str
    text: str
    matched: bool
    withholds: bool
    points: int | None
    conditions: tuple[ConditionReason, ...]
    span: Span = NOWHERE
    """Where the whole condition stands, whose text is ``text``."""


@dataclass(frozen=True)
class NextChange:
    """When a tag comes or goes if nothing more happens: ``on`` is the first day whose run shows it."""

    on: date
    change: str


@dataclass(frozen=True)
class TagReason:
    """A tag of a customer: whether it holds, its value, since when by the stored history, and its rules."""

    holds: bool
    value: str | list[str] | None
    since: datetime | None
    rules: tuple[RuleReason, ...]
    next: NextChange | None


@dataclass(frozen=True)
class Explanation:
    """The reasons of some tags of one customer at T."""

    customer: str
    cutoff: Cutoff
    tags: dict[str, TagReason]

    def as_json(self, language: Language = "en") -> dict[str, object]:
        """The ``explain`` shape of the commands."""
        return {
            "customer": self.customer,
            "as_of": self.cutoff.label,
            "tags": {name: self._tag(reason, language) for name, reason in self.tags.items()},
        }

    def _tag(self, reason: TagReason, language: Language) -> dict[str, object]:
        since = None if reason.since is None else Cutoff.of(reason.since, self.cutoff.zone).label
        coming = None if reason.next is None else {"on": reason.next.on.isoformat(), "change": reason.next.change}
        return {
            "holds": reason.holds, "value": reason.value, "since": since,
            "rules": [self._rule(rule, language) for rule in reason.rules], "next": coming,
        }  # fmt: skip

    def _rule(self, rule: RuleReason, language: Language) -> dict[str, object]:
        from tagfolk_dsl.formatter import format_condition

        made: dict[str, object] = {
            "rule": rule.rule, "text": rule.text, "matched": rule.matched,
            "conditions": [
                {
                    "text": _written(rule, reason.condition) or format_condition(reason.condition, language),
                    "value": shown(reason.value, self.cutoff),
                    "matched": reason.matched,
                }
                for reason in rule.conditions
            ],
        }  # fmt: skip
        if rule.withholds:
            made["withholds"] = True
        if rule.points is not None:
            made["points"] = rule.points
        return made


def shown(value: object, cutoff: Cutoff) -> object:
    """A figure as JSON has it: instants in local time, whole numbers without a point."""
    if isinstance(value, datetime):
        return cutoff.local(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def _written(rule: RuleReason, condition: Condition) -> str | None:
    """A condition in the words of its rule, where it stands on the rule's line as a whole."""
    whole, part = rule.span, condition.span
    one_line = whole.line and (whole.file, whole.line, whole.line) == (part.file, part.line, part.end_line)
    if not one_line or whole.end_line != whole.line or len(rule.text) != whole.end_column - whole.column:
        return None
    if not whole.column <= part.column < part.end_column <= whole.end_column:
        return None
    return rule.text[part.column - whole.column : part.end_column - whole.column]


@dataclass(frozen=True)
class _Part:
    """A condition of the program that has a say about a tag."""

    rule: str
    text: str
    condition: Condition
    withholds: bool = False
    points: int | None = None


def parts(evaluator: Evaluator, tag: str) -> list[_Part]:
    """Every rule, band and line that grants or withholds a tag, as written, in file order."""
    program = evaluator.program
    found: list[tuple[int, _Part]] = []
    for rule in program.rules:
        for withholds in sorted({effect.withhold for effect in rule.effects if effect.tag == tag}):
            part = _Part(rule.name, rule.text or _say(rule.condition), rule.condition, withholds)
            found.append((program.positions.get(rule.name, 0), part))
    for classify in program.classifies:
        for band in classify.bands if classify.name == tag else ():
            part = _Part(classify.name, band.text or _say(band.condition), band.condition)
            found.append((program.positions.get(classify.name, 0), part))
    for score in program.scores:
        position = program.positions.get(score.name, 0)
        for line in score.lines if score.name == tag else ():
            part = _Part(score.name, line.text or _say(line.condition), line.condition, False, line.points)
            found.append((position, part))
        for grant in score.grants:
            for effect in grant.effects:
                if isinstance(effect, Effect) and effect.tag == tag:
                    part = _Part(score.name, _say(grant.condition), grant.condition, effect.withhold)
                    found.append((position, part))
    return [part for _, part in sorted(found, key=lambda item: item[0])]


def _say(condition: Condition) -> str:
    from tagfolk_dsl.formatter import format_condition

    return format_condition(condition)


def explain(
    evaluator: Evaluator, customer: str, tags: Sequence[str] | None = None, *, coming: bool = True
) -> Explanation:
    """The reasons of a customer's tags (all of them, or some). EvaluationError where the customer is not known."""
    wanted = list(evaluator.program.tags) if tags is None else list(tags)
    for tag in wanted:
        if tag not in evaluator.program.tags:
            raise EvaluationError(f"no tag is called '{tag}'")
    by_tag = {tag: parts(evaluator, tag) for tag in wanted}
    columns = _columns(evaluator, by_tag)
    rows = evaluator.table({name: tree for name, (tree, _) in columns.items()}, customers=[customer]).to_pylist()
    if not rows:
        raise EvaluationError(f"no customer has the id '{customer}'")
    found = {key: rows[0][name] for name, (_, key) in columns.items()}
    since = _since(evaluator, customer)
    many = _many_values(evaluator, customer, [tag for tag in wanted if evaluator.program.tags[tag].many])
    held = {tag: bool(found["holds", tag, -1, -1]) for tag in wanted}
    days = _coming(evaluator, customer, held) if coming else {}
    reasons = {}
    for tag, holds in held.items():
        value: Any = many.get(tag) if tag in many else found.get(("value", tag, -1, -1))
        rules = tuple(_rule(part, tag, index, found) for index, part in enumerate(by_tag[tag]))
        change = NextChange(days[tag], "loses" if holds else "gains") if tag in days else None
        reasons[tag] = TagReason(holds, _text(value, evaluator) if holds else None, since.get(tag), rules, change)
    return Explanation(customer, evaluator.cutoff, reasons)


_Key = tuple[str, str, int, int]


def _columns(evaluator: Evaluator, by_tag: dict[str, list[_Part]]) -> dict[str, tuple[Metric | Condition, _Key]]:
    """One column for each condition and figure. Rules that withhold a tag see it before withholding."""
    made: list[tuple[Node, _Key]] = []
    reading = evaluator.reading()
    for tag, found in by_tag.items():
        made.append((Has(tag), ("holds", tag, -1, -1)))
        info = evaluator.program.tags[tag]
        if info.type is not None and not info.many:
            made.append((TagValue(tag, info.type), ("value", tag, -1, -1)))
        for index, part in enumerate(found):
            seen = evaluator.withheld_by(part.rule)
            made.append((reading.read(part.condition, seen), ("rule", tag, index, -1)))
            for place, leaf in enumerate(leaves(part.condition)):
                read = reading.read(leaf, seen)
                made.append((read, ("leaf", tag, index, place)))
                metric = figure(read)
                if metric is not None:
                    made.append((metric, ("figure", tag, index, place)))
    return {f"c{i}": (tree, key) for i, (tree, key) in enumerate(made)}  # type: ignore[misc]


def _rule(part: _Part, tag: str, index: int, found: dict[_Key, Any]) -> RuleReason:
    conditions = tuple(
        ConditionReason(leaf, found.get(("figure", tag, index, place)), bool(found["leaf", tag, index, place]))
        for place, leaf in enumerate(leaves(part.condition))
    )
    matched = bool(found["rule", tag, index, -1])
    return RuleReason(part.rule, part.text, matched, part.withholds, part.points, conditions, part.condition.span)


def _since(evaluator: Evaluator, customer: str) -> dict[str, datetime]:
    if evaluator.history is None:
        return {}
    import pyarrow.compute as pc

    now = evaluator.history.now()
    rows = now.filter(pc.equal(now.column("customer_id"), customer)).select(["tag", "since"]).to_pylist()
    return {row["tag"]: row["since"] for row in rows if row["since"] is not None}


def _many_values(evaluator: Evaluator, customer: str, tags: Sequence[str]) -> dict[str, list[str]]:
    """The values of tags that keep many."""
    if not tags:
        return {}
    return evaluator.values_of(customer, tags)


def _text(value: Any, evaluator: Evaluator) -> str | list[str] | None:
    if value is None or isinstance(value, list):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    made = shown(value, evaluator.cutoff)
    return repr(made) if isinstance(made, float) else str(made)


def _coming(evaluator: Evaluator, customer: str, holds: dict[str, bool]) -> dict[str, date]:
    from tagfolk_engine.evaluate.coming import next_changes

    return next_changes(evaluator, customer, holds)


__all__ = ["ConditionReason", "Explanation", "NextChange", "RuleReason", "TagReason", "explain", "shown"]
