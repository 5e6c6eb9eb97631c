"""One at a time: the second says who holds the lock; a dead holder's lock is free."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tagfolk_engine.results.errors import StoreLocked
from tagfolk_engine.results.lock import store_lock, workspace_lock
from tagfolk_engine.results.store import Store

HOLDER = """
import sys, time
from pathlib import Path
from tagfolk_engine.results.lock import store_lock, workspace_lock
from tagfolk_engine.results.store import Store
if sys.argv[1] == "workspace":
    lock = workspace_lock(Path(sys.argv[2]), "run")
else:
    lock = store_lock(Store(sys.argv[2]).engine, "run")
with lock:
    print("held", flush=True)
    time.sleep(60)
"""


def holder(kind: str, where: str) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, kind, where], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def eventually(attempt: Callable[[], None]) -> None:
    """The server notices a dead client in its own time."""
    for _ in range(50):
        try:
            return attempt()
        except StoreLocked:
            time.sleep(0.1)
    return attempt()


def test_the_second_says_who_holds_it_and_takes_a_dead_one_s(tmp_path: Path) -> None:
    process = holder("workspace", str(tmp_path))
    with pytest.raises(StoreLocked) as error, workspace_lock(tmp_path, "load"):
        pass
    assert error.value.pid == process.pid
    assert error.value.host == socket.gethostname()
    assert error.value.since is not None
    assert f"process {process.pid} on {socket.gethostname()} is at work (run), since" in str(error.value)
    end(process)
    with workspace_lock(tmp_path, "load") as descriptor:
        os.fstat(descriptor)


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), workspace_lock(tmp_path, "run"):
        raise RuntimeError
    with workspace_lock(tmp_path, "run"):
        pass


def test_a_shared_store_has_a_lock_of_its_own(postgres: str) -> None:
    process = holder("store", postgres)
    store = Store(postgres)
    with pytest.raises(StoreLocked) as error, store_lock(store.engine, "run"):
        pass
    assert error.value.pid == process.pid
    assert error.value.doing == "run"
    end(process)

    def take() -> None:
        with store_lock(store.engine, "run"):
            pass

    eventually(take)
    store.dispose()
