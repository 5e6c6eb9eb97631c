"""Features of customers from everything there is, point in time: for ``churn`` and ``similar``.

Per event: days since the last and the first, counts in 30, 90, 365 days and ever, the trend (the last 90 days against
the 90 before), per number property its sum in 90 days and mean, per text property how many different values. Then the
attributes that are not personal; texts as one column per common value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tagfolk_plugins.api.errors import ArgumentError, MethodError
from tagfolk_plugins.api.method import ColumnType, MethodContext, Reference
from tagfolk_plugins.api.sql import quoted, view
from tagfolk_plugins.api.time import naive_utc

if TYPE_CHECKING:
    import pandas as pd

MOST_VALUES = 12
"""A text attribute gives a column to each of its commonest values, up to so many; one with more than 50 none."""


def features(
    wanted: Any, context: MethodContext, *, leave_out: Collection[str] = (), attributes: bool = True
) -> pd.DataFrame:
    """All customers × features, numbers with NaN where missing. ``wanted`` is ``auto`` or metrics."""
    if wanted != "auto":
        return given(wanted, context)
    frames = [of_event(event, kinds, context) for event, kinds in context.event_properties().items()]
    if attributes:
        frames.append(of_attributes(context, leave_out))
    import pandas as pd

    everybody = context.customers().index
    frame = pd.concat([f.reindex(everybody) for f in frames], axis=1) if frames else pd.DataFrame(index=everybody)
    varied = [c for c in frame.columns if frame[c].nunique(dropna=False) > 1]
    if not varied:
        raise MethodError(
            "there is nothing that tells customers apart: no events, no attributes that differ",
            "map more attributes or events in tagfolk.toml",
        )
    return frame[varied]


def given(wanted: Sequence[Reference], context: MethodContext) -> pd.DataFrame:
    """The metrics that were asked for, texts as one column per value."""
    import pandas as pd

    if not wanted:
        raise ArgumentError("features", "'features' names no metric", "for example features = (purchases, age)")
    raw = context.metrics(wanted)
    raw.columns = pd.Index([m.text for m in wanted])
    for name in raw.columns:
        if not raw[name].notna().any():
            raise MethodError(f"the feature '{name}' is missing for every customer", "leave it out of 'features'")
        if raw[name].nunique(dropna=False) == 1:
            raise MethodError(f"the feature '{name}' is the same for all customers", "leave it out of 'features'")
    return pd.concat([spread(raw[name]) for name in raw.columns], axis=1)


def of_event(event: str, kinds: Mapping[str, ColumnType], context: MethodContext) -> pd.DataFrame:
    """The features of one event, by a query of one pass."""
    now = naive_utc(context.as_of)
    parts = [f"epoch(?::timestamp - max(time)) / 86400 as {quoted(f'days since last {event}')}",
             f"epoch(?::timestamp - min(time)) / 86400 as {quoted(f'days since first {event}')}"]  # fmt: skip
    parameters: list[Any] = [now, now]

    def recent(days: int, until: int = 0) -> str:
        parameters.extend([now, now])
        return f"(time >= ?::timestamp - interval {int(days)} day and time < ?::timestamp - interval {int(until)} day)"

    for days in (30, 90, 365):
        parts.append(f"count(*) filter (where {recent(days)})::double as {quoted(f'{event} in {days} days')}")
    parts.append(f"count(*)::double as {quoted(event)}")
    now90, before90 = recent(90), recent(180, 90)
    trend = f"(1.0 + count(*) filter (where {now90})) / (1.0 + count(*) filter (where {before90}))"
    parts.append(f"{trend} as {quoted(f'trend of {event}')}")
    for name, kind in kinds.items():
        if kind == "number":
            total = f"coalesce(fsum({quoted(name)}) filter (where {recent(90)}), 0)"
            parts.append(f"{total} as {quoted(f'sum of {event}.{name} in 90 days')}")
            parts.append(f"avg({quoted(name)})::double as {quoted(f'mean of {event}.{name}')}")
        elif kind == "text":
            parts.append(f"count(distinct {quoted(name)})::double as {quoted(f'different {event}.{name}')}")
    query = f"select customer_id, e.* from (select customer, {', '.join(parts)} from {view(event)} group by customer) e"
    frame = context.sql(f"{query} join customers using (customer) order by customer_id", parameters)
    frame = frame.set_index("customer_id").drop(columns="customer").astype(float)
    frame = frame.reindex(context.customers().index)
    counted = [c for c in frame.columns if not c.startswith(("days since", "mean of", "trend of"))]
    frame[counted] = frame[counted].fillna(0.0)
    return frame


def of_attributes(context: MethodContext, leave_out: Collection[str] = ()) -> pd.DataFrame:
    """The attributes as numbers; dates as days before T."""
    import pandas as pd

    kinds = {n: k for n, k in context.attributes().items() if n not in leave_out}
    people = context.customers(list(kinds))
    frames = [pd.DataFrame(index=people.index)]
    for name, kind in kinds.items():
        column = people[name]
        if kind in ("date", "time"):
            days = (pd.Timestamp(naive_utc(context.as_of)) - pd.to_datetime(column)).dt.total_seconds() / 86400
            frames.append(days.rename(f"days since {name}").to_frame())
        else:
            frames.append(spread(column))
    return pd.concat(frames, axis=1)


def spread(column: pd.Series[Any]) -> pd.DataFrame:
    """A column as numbers: itself, or one column of 0 and 1 per common value of a text."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        return column.astype(float).to_frame()
    counts = column.value_counts()
    if len(counts) > 50:
        return pd.DataFrame(index=column.index)
    values = list(counts.index[:MOST_VALUES])
    return pd.DataFrame({f"{column.name} = {value}": (column == value).astype(float) for value in values})
