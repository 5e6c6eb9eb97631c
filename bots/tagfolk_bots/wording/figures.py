"""Numbers, shares, days and money as people read them."""

from __future__ import annotations


def number(value: object, language: str = "en") -> str:
    """A number with separators and at most two decimals (more where it is small); text stays.

    >>> number(8911407.9), number(3), number(0.00123), number(None)
    ('8,911,407.9', '3', '0.00123', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        if value.is_integer():
            return f"{int(value):,}"
        if abs(value) < 0.01:
            return f"{value:.3g}"
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return str(value)


def percent(value: float | None) -> str:
    """A fraction as people read it.

    >>> percent(0.39), percent(0.3333), percent(1.0), percent(None)
    ('39%', '33.3%', '100%', '–')
    """
    if value is None:
        return "–"
    text = f"{value * 100:.1f}".removesuffix(".0")
    return "<0.1%" if 0 < value < 0.0005 else text + "%"


def money(value: object, currency: str, language: str = "en") -> str:
    """A number with its currency, where there is one."""
    text = number(value, language)
    return f"{text} {currency}" if currency and isinstance(value, (int, float)) else text
