"""The process that writes SQLite in bulk: one transaction, told on stdin, answered on stdout.

Each message is a line of JSON; ``append`` and ``stage`` are followed by an Arrow IPC stream. When stdin ends without
``commit`` (the run was interrupted or killed) SQLite undoes everything.
"""

from __future__ import annotations

import json
import sys
from typing import IO, Any


def serve(path: str, incoming: IO[bytes], outgoing: IO[bytes]) -> int:
    """Answer messages until the end of ``incoming``; each answer is ``{}`` or ``{"error": …}``."""
    import adbc_driver_sqlite.dbapi as adbc

    connection = adbc.connect(path)
    try:
        with connection.cursor() as cursor:
            for pragma in ("busy_timeout=60000", "cache_size=-200000", "temp_store=MEMORY"):
                cursor.execute(f"PRAGMA {pragma}")
                cursor.fetchall()
            while line := incoming.readline():
                try:
                    _do(json.loads(line), connection, cursor, incoming)
                    answer: dict[str, str] = {}
                except adbc.Error as error:
                    answer = {"error": str(error)}
                outgoing.write(json.dumps(answer).encode() + b"\n")
                outgoing.flush()
                if answer:
                    return 1
    finally:
        connection.close()
    return 0


def _do(message: dict[str, str], connection: Any, cursor: Any, incoming: IO[bytes]) -> None:
    import pyarrow as pa

    match message["do"]:
        case "append":
            cursor.adbc_ingest(message["table"], pa.ipc.open_stream(incoming), mode="append")
        case "stage":
            cursor.adbc_ingest(message["table"], pa.ipc.open_stream(incoming), mode="create", temporary=True)
        case "execute":
            cursor.execute(message["statement"])
        case "commit":
            connection.commit()
        case other:
            raise ValueError(f"unknown message {other!r}")


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer))
