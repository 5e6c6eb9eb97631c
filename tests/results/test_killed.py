"""SIGKILL at any moment of writing leaves the state as it was, and the next run needs no repair."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support import killed_run
from support.stored import day, rows, run
from tagfolk_engine.results.membership import Memberships
from tagfolk_engine.results.store import Store

FIRST = {(f"c{i:05}", "vip", None) for i in range(1000)}


def second_run(url: str, lake: Path, step: int, when: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(Path(killed_run.__file__)), url, str(lake), str(step), when, *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("step", "when"), [(1, "before"), (3, "after"), (6, "after"), (7, "before")])
def test_killed_before_the_commit(store_url: str, tmp_path: Path, step: int, when: str) -> None:
    store = Store(store_url)
    run(store, tmp_path, day(1), FIRST)
    before = rows(store)
    killed = second_run(store_url, tmp_path, step, when)
    assert killed.returncode == -9, killed.stderr
    assert rows(store) == before
    assert len(before) == 1000
    done = second_run(store_url, tmp_path, 0, "never")
    assert (done.returncode, done.stdout) == (0, "8"), done.stderr
    after = rows(store)
    assert len(after) == 1500
    assert {r[0] for r in after if r[4] is None} == {r[0] for r in killed_run.SECOND}
    store.dispose()


@pytest.mark.parametrize(("step", "when"), [(3, "after"), (7, "before")])
def test_killed_while_a_process_of_its_own_writes(tmp_path: Path, step: int, when: str) -> None:
    url = f"sqlite:///{tmp_path / 'results.db'}"
    store = Store(url)
    run(store, tmp_path, day(1), FIRST)
    before = rows(store)
    killed = second_run(url, tmp_path, step, when, "bulk")
    assert killed.returncode == -9, killed.stderr
    assert rows(store) == before
    done = second_run(url, tmp_path, 0, "never", "bulk")
    assert (done.returncode, done.stdout) == (0, "8"), done.stderr
    assert len(rows(store)) == 1500
    store.dispose()


@pytest.mark.parametrize(("step", "when"), [(7, "after"), (8, "before")])
def test_killed_after_the_commit(store_url: str, tmp_path: Path, step: int, when: str) -> None:
    store = Store(store_url)
    run(store, tmp_path, day(1), FIRST)
    killed = second_run(store_url, tmp_path, step, when)
    assert killed.returncode == -9, killed.stderr
    assert len(rows(store)) == 1500
    now = Memberships(store, tmp_path).now()
    assert set(now["customer_id"].to_pylist()) == {r[0] for r in killed_run.SECOND}
    run(store, tmp_path, day(3), FIRST, "time")
    assert {r[0] for r in rows(store) if r[4] is None} == {r[0] for r in FIRST}
    store.dispose()
