"""Records and frames → Arrow tables of exactly the types that a store's columns take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tagfolk_engine.results.columns import Json, Record, UtcTime

if TYPE_CHECKING:
    import pyarrow as pa


def table_of(records: Sequence[Record]) -> pa.Table:
    """Records of one model as an Arrow table."""
    import pyarrow as pa

    table = type(records[0]).__table__  # type: ignore[attr-defined]
    columns: dict[str, Any] = {}
    for column in table.columns:
        values = [getattr(record, column.name) for record in records]
        if isinstance(column.type, Json):
            values = [None if v is None else json.dumps(v, ensure_ascii=False, sort_keys=True) for v in values]
        columns[column.name] = pa.array(values, type=_type(column.type, "postgresql"))
    return pa.table(columns)


def stored(table: sa.Table, data: pa.Table | pa.RecordBatchReader, dialect: str) -> pa.RecordBatchReader:
    """``data`` with the columns of ``table`` that it has, in the types that the store takes in bulk."""
    import pyarrow as pa

    if isinstance(data, pa.Table):
        data = data.to_reader(max_chunksize=100_000)
    schema = pa.schema([(name, _type(table.columns[name].type, dialect)) for name in data.schema.names])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in data:
            columns = [_cast(array, field.type) for array, field in zip(batch.columns, schema, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _type(kind: sa.types.TypeEngine[Any], dialect: str) -> pa.DataType:
    import pyarrow as pa

    sqlite = dialect == "sqlite"
    if isinstance(kind, UtcTime):
        return pa.string() if sqlite else pa.timestamp("us", "UTC")
    if isinstance(kind, sa.Boolean):
        return pa.int64() if sqlite else pa.bool_()
    if isinstance(kind, sa.BigInteger):
        return pa.int64()
    if isinstance(kind, sa.Integer):
        return pa.int64() if sqlite else pa.int32()
    return pa.string()


def _cast(array: pa.Array, to: pa.DataType) -> pa.Array:
    """An array in the store's type; an instant becomes UTC text of fixed length where that is asked."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(array.type) and pa.types.is_string(to):
        return pc.strftime(array.cast(pa.timestamp("us")), format="%Y-%m-%d %H:%M:%S")
    if pa.types.is_timestamp(array.type) and array.type.tz is None:
        array = pc.assume_timezone(array, "UTC")
    return array.cast(to)
