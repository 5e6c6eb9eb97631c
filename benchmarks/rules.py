"""The rules of the benchmarks: of the kinds that marketing departments write, 100 or any other number of them."""

from __future__ import annotations

DAYS = (7, 14, 30, 60, 90, 120, 180, 270, 365)


def rules(count: int = 100) -> list[str]:
    """``count`` rules; each says something of its own."""
    found: list[str] = []
    number = 0
    while len(found) < count:
        days = DAYS[number % len(DAYS)]
        step = number // len(DAYS)
        found.append(_rule(step % 12, days, step // 12 + 1, len(found)))
        number += 1
    return found


def _rule(kind: int, days: int, level: int, number: int) -> str:
    tag = f"t{number}"
    half = max(days // 2, 1)
    return (
        f"no purchase {days} days and ever purchase and purchases >= {level} -> {tag}",
        f"purchases in {days} days >= {2 + level} -> {tag}",
        f"sum(purchase.amount) in {days} days > {100 * level} -> {tag}",
        f"visits in {days} days >= {5 * level} and no purchase {days} days -> {tag}",
        f"avg(purchase.amount) in {days} days > {20 + 10 * level} and gender = female -> {tag}",
        f"purchases where channel = app in {days} days >= {level} -> {tag}",
        f"distinct(purchase.category) in {days} days >= {2 + level} -> {tag}",
        f"age 20..35 and purchases where category = category{level} in {days} days >= 1 -> {tag}",
        f"max(purchase.amount) in {days} days >= {80 + 10 * level} -> {tag}",
        f"sum(visit.seconds) in {days} days > {600 * level} and city = city{level} -> {tag}",
        f"sum(purchase.amount) in {half} days > sum(purchase.amount) from {days} to {half} days ago + {level} -> {tag}",
        f"sum(purchase.amount) in {days} days top {min(10 * level, 95)}% -> {tag}",
    )[kind]


def rule_file(count: int = 100) -> str:
    """The rules as a rule file."""
    return "\n".join(rules(count)) + "\n"
