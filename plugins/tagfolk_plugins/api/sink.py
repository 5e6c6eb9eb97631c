"""The base class of sinks: where segments go."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    import pyarrow as pa


class SinkArguments(BaseModel):
    """What ``[sinks.NAME]`` may say beside ``plugin``. Subclass it; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class SinkContext:
    """Where a sink works: its name in ``tagfolk.toml``, the workspace's folder, the segment's name and title."""

    name: str
    root: Path
    segment: str
    title: str = ""


class Sink(ABC):
    """Takes the members of a segment somewhere: a file, a CRM, an ad audience."""

    name: ClassVar[str]
    Arguments: ClassVar[type[SinkArguments]] = SinkArguments

    def __init__(self, arguments: Any, context: SinkContext) -> None:
        self.arguments = arguments
        self.context = context

    @abstractmethod
    def sync(self, entered: pa.Table, left: pa.Table, current: pa.Table) -> int:
        """Make the other side hold ``current``. Each table has ``customer_id`` and the columns that may be shown.

        The same call twice does no harm. Gives the number of rows the other side took. Raises SinkError.
        """
