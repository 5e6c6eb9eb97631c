"""The nearest known name to a misspelt one, or none where nothing is near."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name with the fewest slips (a letter wrong, missing, too many, or two swapped).

    At most one slip per three letters counts as near; of equally near ones the first.

    >>> nearest("purchas", ["visit", "purchase"])
    'purchase'
    >>> nearest("xyz", ["visit", "purchase"]) is None
    True
    """
    folded = word.casefold()
    best: str | None = None
    fewest = allowed(word) + 1
    for name in known:
        if name.casefold() == folded and name != word:
            return name
        if abs(len(name) - len(word)) < fewest and name != word:
            slips = distance(folded, name.casefold(), fewest)
            if slips < fewest and slips < max(len(name), len(word)):
                best, fewest = name, slips
    return best


def allowed(word: str) -> int:
    """How many slips a word of this length may have and still be recognised."""
    if any("\u4e00" <= c <= "\u9fff" for c in word):
        return max(1, len(word) // 2)
    return max(1, (len(word) + 1) // 3)


def distance(a: str, b: str, limit: int) -> int:
    """Optimal string alignment distance; ``limit`` where it is that or more."""
    before: list[int] = []
    above = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        row = [i]
        for j, right in enumerate(b, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) >= limit:
            return limit
        before, above = above, row
    return min(above[-1], limit)
