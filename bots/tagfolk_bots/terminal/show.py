"""A reply on a terminal: text, a table, a chart of bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagfolk_bots.messages import ChartSpec, Reply
from tagfolk_bots.wording import number

if TYPE_CHECKING:
    from rich.console import Console

ROWS = 20
BAR = 32


def show(reply: Reply, console: Console | None = None, *, chart: bool = False) -> None:
    """Print a reply. Text of people and data is never read as markup."""
    from rich.console import Console
    from rich.text import Text

    out = console or Console(highlight=False, soft_wrap=True)
    head, *rest = reply.text.split("\n")
    out.print(Text(head, style="bold"))
    for line in rest:
        out.print(Text(line, style="dim"))
    if reply.chart is not None and (chart or reply.chart.kind == "bar"):
        bars(reply.chart, out)
    elif reply.table is not None and reply.answer.get("intent") not in ("profile", "explain"):
        table(reply, out)


def table(reply: Reply, out: Console) -> None:
    """The first rows of an answer."""
    from rich.table import Table
    from rich.text import Text

    assert reply.table is not None
    columns, rows = reply.table
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        shown.add_column(Text(column))
    for row in rows[:ROWS]:
        shown.add_row(*(Text(number(cell, reply.language)) for cell in row))
    out.print(shown)
    if len(rows) > ROWS:
        out.print(Text(f"… {len(rows) - ROWS:,}"))


def bars(chart: ChartSpec, out: Console) -> None:
    """A simple bar chart in text; negative figures have no bar."""
    from rich.cells import cell_len
    from rich.text import Text

    _, values = chart.series[0]
    most = max((v for v in values), default=0) or 1
    wide = min(24, max(cell_len(name) for name in chart.labels))
    for name, value in list(zip(chart.labels, values))[:ROWS]:
        label = Text(name)
        label.truncate(wide, pad=True)
        bar = "█" * max(0, round(BAR * value / most)) or ("▏" if value > 0 else "")
        figure = number(int(value) if float(value).is_integer() else value)
        out.print(Text.assemble(label, " ", (bar, "cyan"), " ", figure, f" {chart.unit}" if chart.unit else ""))
