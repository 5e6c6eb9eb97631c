"""The base class of data sources."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import pyarrow as pa


class SourceArguments(BaseModel):
    """What ``[sources.NAME]`` may say beside ``plugin``. Subclass it; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class SourceContext:
    """Where a source works: its name in ``tagfolk.toml``, the workspace's folder and time zone (IANA name)."""

    name: str
    root: Path
    timezone: str = "UTC"


@dataclass(frozen=True)
class RejectedRecord:
    """A record that could not be read: where it stood (file and line), its text, and why."""

    place: str
    record: str
    reason: str


@dataclass
class SourceNotes:
    """What a source found out while reading; shown by ``tagfolk load``.

    ``findings`` are plain lines ("encoding: Mac Roman"); ``rejected`` holds the records that could not be read, a
    generator or a list (it may be long: the engine writes it to a file as it comes).
    """

    findings: list[str] = field(default_factory=list)
    rejected: list[RejectedRecord] = field(default_factory=list)


class Source(ABC):
    """One table of data outside tagfolk.

    A plugin gives the class; the engine makes one object per ``[sources.NAME]`` block. Column names and types are
    the source's own: mapping, tidying and joining are the engine's work.
    """

    name: ClassVar[str]
    """What ``plugin = "…"`` says."""
    Arguments: ClassVar[type[SourceArguments]] = SourceArguments
    rereadable: ClassVar[bool] = False
    """Whether the relation of ``scan`` may be read several times, cheaply and column by column, with the same rows each
    time. It then has ``tagfolk_file`` and ``tagfolk_row`` (BIGINT: rising in the order of the rows, without gaps within
    a file), it is not copied, and ``finish`` is called once at the end of the load (False: the data changed)."""

    def __init__(self, arguments: Any, context: SourceContext) -> None:
        self.arguments = arguments
        self.context = context
        self.notes = SourceNotes()

    @abstractmethod
    def schema(self) -> pa.Schema:
        """The columns and their types, from headers and a sample, never from the whole table.

        Text columns whose types the engine shall find out (as in CSV, where all is text):
        ``{"tagfolk": "untyped"}`` in the schema's metadata.

        Raises SourceError where the data cannot be reached.
        """

    @abstractmethod
    def read(
        self, columns: Sequence[str] | None = None, since: object = None
    ) -> Iterator[pa.RecordBatch | pd.DataFrame]:
        """The rows, in batches that fit in memory.

        ``columns``: only these are needed (None: all). ``since``: a value that ``cursor`` had after an earlier read:
        rows before it may be left out. Raises SourceError.
        """

    @property
    def cursor(self) -> object:
        """How far the last ``read`` came, for the next one's ``since``; None where a source cannot tell."""
        return None

    def scan(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation | None:
        """For speed: the table as a DuckDB relation of ``connection``, or None to be read in batches."""
        return None

    def sample(self) -> pa.Table:
        """Some first rows, for ``tagfolk check``; a source that can do better than begin to read says how."""
        import pyarrow as pa

        for batch in self.read():
            if isinstance(batch, pa.RecordBatch):
                return pa.Table.from_batches([batch])
            return pa.Table.from_pandas(batch, preserve_index=False)
        return self.schema().empty_table()

    def finish(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """After a scanned relation was read to its end; False: ``scan`` again, what was read is not whole."""
        del connection
        return True

    def places(self, file: str, records: Sequence[int]) -> dict[int, str]:
        """Where records of a scanned relation stand, for people: record number (from 0, ascending) in ``file`` (the
        value of the relation's column ``tagfolk_file``) to a place such as "data/pos.csv:17"."""
        del file, records
        return {}
