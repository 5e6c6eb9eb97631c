"""Numbers with their comparison and unit: ``over 35``, ``3次以上``, ``between 20 and 35``, ``twice or more``."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tagfolk_bots.understand.numerals import plain
from tagfolk_bots.understand.spans import Span


@dataclass(frozen=True)
class Quantity:
    """A compared number over spans [first, last]. ``said``: a comparison was said, not only a number."""

    first: int
    last: int
    operator: str
    low: str
    high: str = ""
    unit: str = ""
    said: bool = True
    value: Decimal = Decimal(0)
    percent: bool = False


_UNITS = ("times", "years_old", "money")
_BEFORE = {"more": ">", "at_least": ">=", "less": "<", "at_most": "<=", "exactly": "=", "only": "="}
_AFTER = {"and_more": ">=", "and_less": "<="}
_COUNTED = {"one_time": 1, "two_times": 2, "three_times": 3}


def quantities(text: str, spans: list[Span], used: set[int]) -> list[Quantity]:
    """All quantities among the spans not yet used, in order; ranks (``top 10``) are not among them."""
    found: list[Quantity] = []
    i = 0
    while i < len(spans):
        quantity = None if i in used else _at(text, spans, i, used)
        if quantity:
            found.append(quantity)
        i = quantity.last + 1 if quantity else i + 1
    return found


def _value(spans: list[Span], i: int) -> Decimal | None:
    span = spans[i]
    if span.numeral:
        return span.numeral.value
    return next((Decimal(n) for code, n in _COUNTED.items() if code in span.codes), None)


def _at(text: str, spans: list[Span], i: int, used: set[int]) -> Quantity | None:
    value = _value(spans, i)
    if value is None:
        return None
    unit = "times" if spans[i].numeral is None else ""
    first, last = i, i
    if i > 0 and spans[i - 1].has("money") and i - 1 not in used:
        unit, first = "money", i - 1
    last, unit = _unit_after(spans, last, unit)
    ranged = _range(text, spans, i, last, unit)
    if ranged:
        high, last, unit, lead = ranged
        first = min(first, lead)
        low_value, high_value = sorted((value, high))
        return Quantity(first, last, "range", plain(low_value), plain(high_value), unit, True, value)
    operator, said = "=", False
    if last + 1 < len(spans) and spans[last + 1].has(*_AFTER) and last + 1 not in used:
        operator = next(o for c, o in _AFTER.items() if c in spans[last + 1].codes)
        last, said = last + 1, True
        if not unit:
            last, unit = _unit_after(spans, last, unit)
    before = first - 1
    while before >= 0 and spans[before].stop and not spans[before].codes and before > first - 3:
        before -= 1
    if before >= 0 and before not in used and not spans[before].content:
        said_before = next((o for c, o in _BEFORE.items() if c in spans[before].codes), None)
        negated = before > 0 and spans[before - 1].has("not") and spans[before].has("more", "less")
        if said_before and not said:
            if negated:
                said_before, before = {">": "<=", "<": ">="}[said_before], before - 1
            operator, first, said = said_before, before, True
            older = any(w in spans[before].text.lower() for w in ("older", "younger"))
            unit = unit or ("years_old" if older else "")
        elif said and said_before == "=":
            first = before
        elif said_before is None and spans[before].has("years_old"):
            first, unit = before, unit or "years_old"
            if before > 0 and spans[before - 1].has("more", "less", "at_least", "at_most"):
                operator = next(o for c, o in _BEFORE.items() if c in spans[before - 1].codes)
                first, said = before - 1, True
    numeral = spans[i].numeral
    percent = numeral is not None and numeral.percent
    return Quantity(first, last, operator, plain(value), "", unit, said, value, percent)


def _unit_after(spans: list[Span], last: int, unit: str) -> tuple[int, str]:
    while last + 1 < len(spans):
        said = next((n for n in _UNITS if spans[last + 1].has(n) and (not unit or unit == n)), None)
        if said is None:
            break
        last, unit = last + 1, said
    return last, unit


def _range(text: str, spans: list[Span], i: int, last: int, unit: str) -> tuple[Decimal, int, str, int] | None:
    """(upper number, last span, unit, first span) where a second number follows as an upper end."""
    led = i > 0 and spans[i - 1].has("between")
    j = last + 1
    if j < len(spans) and spans[j].numeral and text[spans[j - 1].end : spans[j].start].strip() in ("-", "~", "--"):
        joined = True
    elif j + 1 < len(spans) and spans[j].has("or") and _value(spans, j + 1) is not None and unit == "times":
        other = _value(spans, j + 1)
        end, _ = _unit_after(spans, j + 1, unit)
        return other or Decimal(0), end, unit, i
    elif j + 1 < len(spans) and spans[j + 1].numeral and (spans[j].has("to") or (led and spans[j].has("and"))):
        joined, j = True, j + 1
    else:
        joined = False
    if not joined or spans[j].numeral is None:
        return None
    high = spans[j].numeral.value  # type: ignore[union-attr]
    end, unit = _unit_after(spans, j, unit)
    if end + 1 < len(spans) and spans[end + 1].text in ("之间", "间"):
        end += 1
    lead = i
    if i > 0 and (spans[i - 1].has("between") or spans[i - 1].has("years_old")):
        lead = i - 1
        unit = unit or ("years_old" if spans[i - 1].has("years_old") else "")
        if lead > 0 and spans[lead - 1].has("years_old"):
            lead, unit = lead - 1, "years_old"
    return high, end, unit, lead
