"""The process that writes SQLite in bulk: one transaction, told on stdin, answered on stdout.

Each message is a line of JSON; ``append`` and ``stage`` are followed by an Arrow IPC stream. When stdin ends without
``commit`` (the run was interrupted or killed) SQLite undoes everything.
"""

from __future__ import annotations

import json
import sys
from typing import IO

from tagfolk_engine.results.adbc import Error, Transaction


def serve(path: str, incoming: IO[bytes], outgoing: IO[bytes]) -> int:
    """Answer messages until the end of ``incoming``; each answer is ``{}`` or ``{"error": …}``."""
    transaction = Transaction("sqlite", path)
    try:
        for pragma in ("busy_timeout=60000", "cache_size=-200000", "temp_store=MEMORY"):
            transaction.execute(f"PRAGMA {pragma}")
        transaction.begin()
        while line := incoming.readline():
            try:
                _do(json.loads(line), transaction, incoming)
                answer: dict[str, str] = {}
            except Error as error:
                answer = {"error": str(error)}
            outgoing.write(json.dumps(answer).encode() + b"\n")
            outgoing.flush()
            if answer:
                return 1
    finally:
        transaction.close()
    return 0


def _do(message: dict[str, str], transaction: Transaction, incoming: IO[bytes]) -> None:
    import pyarrow as pa

    match message["do"]:
        case "append":
            transaction.ingest(message["table"], pa.ipc.open_stream(incoming), temporary=False)
        case "stage":
            transaction.ingest(message["table"], pa.ipc.open_stream(incoming), temporary=True)
        case "execute":
            transaction.execute(message["statement"])
        case "commit":
            transaction.commit()
        case other:
            raise ValueError(f"unknown message {other!r}")


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer))
