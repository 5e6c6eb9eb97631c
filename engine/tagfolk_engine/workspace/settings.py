"""``tagfolk.toml`` as pydantic models, one per table. An unknown key is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, field_validator, model_validator
from tagfolk_dsl.diagnostics import Diagnostic

TypeName = Literal["integer", "number", "text", "date", "time", "boolean"]
SOURCE_NAME = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w-]*")
"""A source's name stands in ids and in file names."""
NAME = re.compile(r"[A-Za-z_\u4e00-\u9fff]\w*")


def _listed(value: object) -> object:
    """One text where several may stand."""
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[str], BeforeValidator(_listed)]
Sql = str
"""A SQL expression over a source's columns (DuckDB's dialect)."""


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class WorkspaceTable(Table):
    """``[workspace]``."""

    name: str = "workspace"
    timezone: str = "UTC"
    language: Literal["en", "zh"] = "en"
    currency: str = ""
    customers_from_events: bool = True
    as_of: date | datetime | None = None
    """The T of a run that is not told another one: for data that no longer grow. Not said: now."""

    @field_validator("as_of", mode="before")
    @classmethod
    def _day_or_instant(cls, value: object) -> object:
        if isinstance(value, str):
            text = value.strip()
            return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"unknown time zone '{value}'") from None
        return value


class StoreTable(Table):
    """``[store]``: where results live."""

    url: str = "sqlite:///.tagfolk/results.db"


class EngineTable(Table):
    """``[engine]``: where rules run. ``memory`` and ``threads`` limit DuckDB ("2GB")."""

    backend: Literal["duckdb", "postgres", "spark"] = "duckdb"
    url: str | None = None
    memory: str | None = Field(default=None, pattern=r"^\d+(\.\d+)?\s*([KMGT]i?B|%)$")
    threads: int | None = Field(default=None, ge=1)


class PluginTable(Table):
    """A block that names a plugin; ``arguments`` is everything else, checked by the plugin's own model."""

    plugin: str
    timeout: float | None = Field(default=None, gt=0)
    arguments: Mapping[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        own = {k: v for k, v in value.items() if k in ("plugin", "timeout")}
        return own | {"arguments": {k: v for k, v in value.items() if k not in own}}


class SourceTable(PluginTable):
    """``[sources.NAME]``."""


class SinkTable(PluginTable):
    """``[sinks.NAME]``."""


class CustomersTable(Table):
    """``[[customers]]``: where customers are described."""

    from_: str = Field(alias="from")
    id: Sql
    anchors: dict[str, Sql] = Field(default_factory=dict)
    attributes: dict[str, Sql] = Field(default_factory=dict)
    personal: Texts = Field(default_factory=list)
    where: Sql | None = None


class EventsTable(Table):
    """``[[events]]``: what customers did."""

    name: str
    also: Texts = Field(default_factory=list)
    from_: str = Field(alias="from")
    of: str | None = None
    customer: Sql | None = None
    anchors: dict[str, Sql] = Field(default_factory=dict)
    time: Sql
    properties: dict[str, Sql] = Field(default_factory=dict)
    group_by: Texts = Field(default_factory=list)
    key: Texts = Field(default_factory=list)
    where: Sql | None = None
    customers_from_events: bool | None = None


class AttributeTable(Table):
    """``[attributes.NAME]`` and ``[properties."EVENT.NAME"]``: type, meaning, tidying."""

    type: TypeName | None = None
    also: Texts = Field(default_factory=list)
    about: str = ""
    format: str | None = None
    valid: str | list[str | int | float] | None = None
    values: dict[str, Texts] = Field(default_factory=dict)
    personal: bool = False

    @field_validator("valid")
    @classmethod
    def _a_range(cls, value: str | list[str | int | float] | None) -> str | list[str | int | float] | None:
        if isinstance(value, str) and (".." not in value or not value.replace(".", "").strip()):
            raise ValueError("expected a range such as '0..120', '0..' or '..2024-12-31', or a list of values")
        return value


class FuzzyTable(Table):
    """``[identity.fuzzy]``: records that are alike in these attributes or anchors. Pairs at least as probable as
    ``merge`` are one customer, those from ``review`` on wait for a person; only pairs that agree on all fields of one
    list of ``block`` are looked at (none: chosen by the data)."""

    compare: Texts = Field(min_length=2)
    merge: float = Field(default=0.99, gt=0.5, le=1)
    review: float = Field(default=0.5, gt=0, le=1)
    block: list[Texts] = Field(default_factory=list)
    seed: int = 7

    @model_validator(mode="after")
    def _in_order(self) -> FuzzyTable:
        if self.review > self.merge:
            raise ValueError(f"review ({self.review:g}) must not be more than merge ({self.merge:g})")
        for name in (name for fields in self.block for name in fields):
            if name not in self.compare:
                raise ValueError(f"block names '{name}', which compare does not")
        return self


class IdentityTable(Table):
    """``[identity]``."""

    phone_region: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    max_shared: int = Field(default=10, ge=1)
    fuzzy: FuzzyTable | None = None
    salt: str = ""
    """Comes into the hash that names customers known by anchors only: with a secret one (``${NAME}``) nobody can find
    a phone number from such a name by trying all of them. Names change with it."""
    customers_from_events: bool = True


class TranslateTable(Table):
    """``[bot] translate``: an OpenAI-compatible endpoint that may guess what a question means. Off where not said.

    ``url`` up to and with ``/v1``; ``timeout`` in seconds.
    """

    url: str = Field(pattern=r"^https?://")
    model: str
    key: str | None = Field(default=None, repr=False)
    timeout: float = Field(default=8.0, gt=0, le=60)


class BotTable(Table):
    """``[bot]``: who may do what, by Slack user or user group ids; ``channels`` that rules may notify.

    The Slack app's tokens are read from the environment first (``SLACK_BOT_TOKEN`` …), else from here.
    """

    viewers: Texts = Field(default_factory=list)
    analysts: Texts = Field(default_factory=list)
    stewards: Texts = Field(default_factory=list)
    admins: Texts = Field(default_factory=list)
    channels: Texts | None = None
    translate: TranslateTable | None = None
    slack_bot_token: str | None = Field(default=None, repr=False)
    slack_app_token: str | None = Field(default=None, repr=False)
    slack_signing_secret: str | None = Field(default=None, repr=False)
    slack_api_url: str | None = None


class MethodTable(Table):
    """``[methods.NAME]``: how long a method may take, in seconds; how often a new fit is due (every run, if not
    said); and tables of the method's own, such as ``[methods.rfm.segments.ours]``."""

    model_config = ConfigDict(extra="allow", frozen=True)

    timeout: float | None = Field(default=None, gt=0)
    refresh: Literal["daily", "weekly", "monthly", "quarterly", "half-yearly", "yearly"] | None = None

    @model_validator(mode="after")
    def _tables_only(self) -> MethodTable:
        for name, value in (self.model_extra or {}).items():
            if not isinstance(value, dict):
                raise ValueError(f"unknown key '{name}': a method takes timeout, refresh and tables of its own")
        return self


class MeasuresTable(Table):
    """``[measures]``: what the named measures are about, where it is not found by name: the purchase event, its
    ``amount`` and (several events one order) the ``order`` property, a survey's ``score``, the event of a promotion
    that was ``sent``, ``costs`` of winning customers by month, or the property that holds them (``cost``)."""

    event: str | None = None
    amount: str | None = None
    order: str | None = None
    score: str | None = None
    sent: str | None = None
    cost: str | None = None
    costs: dict[str, float] = Field(default_factory=dict)


class QualityTable(Table):
    """``[quality.NAME]``: limits of a source, event, attribute or ``"event.property"``. Shares at least: ``filled``,
    ``valid``, ``rows`` (of the load before); at most: ``rejected``, ``duplicates``; ``drift`` (PSI) at most;
    ``freshness`` ("2 days") of the newest event. Broken limits warn; with ``stop`` they stop the run."""

    filled: float | None = Field(default=None, ge=0, le=1)
    valid: float | None = Field(default=None, ge=0, le=1)
    rows: float | None = Field(default=None, ge=0)
    rejected: float | None = Field(default=None, ge=0, le=1)
    duplicates: float | None = Field(default=None, ge=0, le=1)
    drift: float | None = Field(default=None, gt=0)
    freshness: str | None = Field(default=None, pattern=r"^\s*\d+(\.\d+)?\s*(minute|hour|day|week|month|year)s?\s*$")
    stop: bool = False


class Settings(Table):
    """The whole of ``tagfolk.toml``, ``${ENV}`` replaced."""

    workspace: WorkspaceTable = Field(default_factory=WorkspaceTable)
    store: StoreTable = Field(default_factory=StoreTable)
    engine: EngineTable = Field(default_factory=EngineTable)
    sources: dict[str, SourceTable] = Field(default_factory=dict)
    customers: list[CustomersTable] = Field(default_factory=list)
    events: list[EventsTable] = Field(default_factory=list)
    attributes: dict[str, AttributeTable] = Field(default_factory=dict)
    properties: dict[str, AttributeTable] = Field(default_factory=dict)
    identity: IdentityTable = Field(default_factory=IdentityTable)
    bot: BotTable = Field(default_factory=BotTable)
    methods: dict[str, MethodTable] = Field(default_factory=dict)
    measures: MeasuresTable = Field(default_factory=MeasuresTable)
    sinks: dict[str, SinkTable] = Field(default_factory=dict)
    quality: dict[str, QualityTable] = Field(default_factory=dict)
    _warnings: tuple[Diagnostic, ...] = PrivateAttr(default=())

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What is doubtful but stops nothing, such as secrets in clear."""
        return self._warnings

    @property
    def zone(self) -> ZoneInfo:
        """The workspace's time zone."""
        return ZoneInfo(self.workspace.timezone)

    def makes_customers(self, event: EventsTable) -> bool:
        """Whether events of unknown customers make customers of their own."""
        if event.customers_from_events is not None:
            return event.customers_from_events
        return self.workspace.customers_from_events and self.identity.customers_from_events
