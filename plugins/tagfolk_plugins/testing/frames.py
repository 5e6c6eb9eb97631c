"""A MethodContext over data frames: what a method's author tests with, no engine and no workspace needed.

>>> import pandas as pd
>>> from datetime import datetime, timezone
>>> shop = FrameContext(
...     customers=pd.DataFrame({"customer_id": ["a", "b"], "age": [30, None]}),
...     events={"purchase": pd.DataFrame({"customer_id": ["a"], "time": [datetime(2024, 1, 1)], "amount": [5.0]})},
...     as_of=datetime(2024, 2, 1, tzinfo=timezone.utc),
... )
>>> spend = metric("spend", lambda c: c.events("purchase", ["amount"]).groupby("customer_id")["amount"].sum())
>>> shop.metrics([spend])[0].tolist()
[5.0, nan]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tagfolk_plugins.api.method import ColumnType, MethodContext, Reference
from tagfolk_plugins.api.sql import view
from tagfolk_plugins.api.time import naive_utc, step

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


def metric(text: str, figure: Callable[[FrameContext], Any]) -> Reference:
    """A metric or condition for tests: ``figure(context)`` gives a series by ``customer_id`` (missing: left out)."""
    return Reference(text, figure)


def where(text: str, fits: Callable[[pd.DataFrame], Any]) -> Reference:
    """A ``where`` for tests: ``fits(events)`` gives a boolean series for the frame of events."""
    return Reference(text, fits)


def window(amount: int, unit: str) -> Reference:
    """``12 months`` for tests: [T − 12 months, T)."""
    return Reference(f"{amount} {unit}s", (amount, unit))


class FrameContext(MethodContext):
    """The context of a method over frames held in memory.

    ``customers`` has ``customer_id`` and attributes; each frame of ``events`` has ``customer_id``, ``time`` (naive UTC
    or aware) and properties; ``members`` are the ids that hold each tag. Customers that only events know are added.
    """

    def __init__(
        self,
        customers: pd.DataFrame | None = None,
        events: Mapping[str, pd.DataFrame] | None = None,
        *,
        as_of: datetime,
        zone: str = "UTC",
        state: Any = None,
        settings: Mapping[str, Any] | None = None,
        members: Mapping[str, Sequence[str]] | None = None,
        due: bool = True,
    ) -> None:
        self.as_of, self.zone, self.state, self.settings, self.due = as_of, ZoneInfo(zone), state, settings or {}, due
        self.messages: list[tuple[float, str]] = []
        self._members = {name: frozenset(ids) for name, ids in (members or {}).items()}
        self._events = {name: self._event(frame) for name, frame in (events or {}).items()}
        self._customers = self._people(customers)
        self._connection: duckdb.DuckDBPyConnection | None = None

    def _event(self, frame: pd.DataFrame) -> pd.DataFrame:
        import pandas as pd

        times = pd.to_datetime(frame["time"], utc=True)
        local = times.dt.tz_convert(str(self.zone)).dt.tz_localize(None)
        rest = frame.drop(columns=["time", "customer_id"]).reset_index(drop=True)
        head = pd.DataFrame({
            "customer_id": frame["customer_id"].astype(object).to_numpy(),
            "time": times.dt.tz_localize(None).astype("datetime64[us]").to_numpy(),
            "local": local.astype("datetime64[us]").to_numpy(),
        })  # fmt: skip
        return pd.concat([head, rest], axis=1).sort_values(["customer_id", "time"], kind="stable", ignore_index=True)

    def _people(self, customers: pd.DataFrame | None) -> pd.DataFrame:
        import pandas as pd

        known = pd.DataFrame({"customer_id": []}, dtype=object) if customers is None else customers
        ids = set(known["customer_id"]).union(*(set(f["customer_id"]) for f in self._events.values()))
        frame = known.set_index("customer_id").reindex(sorted(ids))
        frame.index = frame.index.astype(object)
        return frame.rename_axis("customer_id")

    def _seen(self, event: str) -> pd.DataFrame:
        frame = self._events[event]
        return frame[frame["time"] < naive_utc(self.as_of)]

    def metrics(self, metrics: Sequence[Reference]) -> pd.DataFrame:
        """Each reference's own function, for all customers."""
        import pandas as pd

        columns = {i: pd.Series(m.tree(self)).reindex(self._customers.index) for i, m in enumerate(metrics)}
        return pd.DataFrame(columns, index=self._customers.index)

    def events(
        self,
        event: str,
        properties: Sequence[str] = (),
        window: Reference | None = None,
        where: Reference | None = None,
    ) -> pd.DataFrame:
        """The events before T, in the window, that fit."""
        start, end = self.bounds(window)
        frame = self._seen(event)
        frame = frame[frame["time"] < end]
        if start is not None:
            frame = frame[frame["time"] >= start]
        if where is not None:
            frame = frame[where.tree(frame).astype(bool)]
        return frame[["customer_id", "time", "local", *properties]].reset_index(drop=True)

    def sql(self, query: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """DuckDB over the frames."""
        if self._connection is None:
            self._connection = self._connect()
        return self._connection.execute(query, list(parameters)).df()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        connection = duckdb.connect()
        people = self._customers.reset_index()
        people.insert(0, "customer", range(len(people)))
        keys = dict(zip(people["customer_id"], people["customer"]))
        connection.register("customers", people)
        for name in self._events:
            frame = self._seen(name)
            frame = frame.drop(columns="customer_id").assign(customer=frame["customer_id"].map(keys).astype("int32"))
            connection.register("given", frame)
            connection.execute(f"create table {view(name)} as select * from given")
            connection.unregister("given")
        return connection

    def bounds(self, window: Reference | None) -> tuple[datetime | None, datetime]:
        """The window from T."""
        start = None if window is None else naive_utc(step(self.as_of, window.tree, self.zone, -1))
        return start, naive_utc(self.as_of)

    def at(self, as_of: datetime) -> FrameContext:
        """The same frames, seen earlier."""
        members = {name: sorted(ids) for name, ids in self._members.items()}
        frames = {name: frame.drop(columns="local") for name, frame in self._events.items()}
        people = self._customers.reset_index()
        return FrameContext(
            people, frames, as_of=as_of, zone=str(self.zone), settings=self.settings, members=members, due=self.due
        )

    def attributes(self) -> Mapping[str, ColumnType]:
        """By the types of the columns."""
        return {str(name): _kind(self._customers[name]) for name in self._customers.columns}

    def event_properties(self) -> Mapping[str, Mapping[str, ColumnType]]:
        """By the types of the columns."""
        fixed = {"customer_id", "time", "local"}
        return {
            event: {str(c): _kind(frame[c]) for c in frame.columns if c not in fixed}
            for event, frame in self._events.items()
        }

    def customers(self, attributes: Sequence[str] = ()) -> pd.DataFrame:
        """All of them."""
        return self._customers[list(attributes)].copy()

    def members(self, name: str) -> pd.Series[bool]:
        """Who was named."""
        import pandas as pd

        return pd.Series(self._customers.index.isin(self._members[name]), index=self._customers.index)

    def tags(self) -> Sequence[str]:
        """Those that were named."""
        return sorted(self._members)

    def progress(self, part: float, message: str = "") -> None:
        """Kept in ``messages``."""
        self.messages.append((part, message))


def _kind(column: pd.Series[Any]) -> ColumnType:
    import pandas as pd

    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_numeric_dtype(column):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "time"
    return "text"
