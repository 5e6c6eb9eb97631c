"""Snapshots: switched to in one step, whole after SIGKILL at any moment, never taken away from a reader."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from tagfolk_engine.intake import load
from tagfolk_engine.lake import Lake, LakeBusy, LakeError, SnapshotMeta
from tagfolk_engine.workspace import open_workspace

META = SnapshotMeta(loaded_at="2024-01-01T00:00:00+00:00", zone="UTC", customers=0)
CONFIG = """[sources.pos]
plugin = "csv"
path = "pos.csv"
[[events]]
name = "purchase"
from = "pos"
customer = "who"
time = "at"
"""


def write(lake: Lake, number: int) -> str:
    with lake.writer() as writer:
        duckdb.sql(f"SELECT {number} AS customer, '{number}' AS customer_id").write_parquet(
            str(writer.file("customers"))
        )
        return writer.commit(META).name


def value(lake: Lake) -> int:
    snapshot = lake.current()
    assert snapshot is not None
    connection = duckdb.connect()
    snapshot.attach(connection)
    row = connection.execute("SELECT customer FROM customers").fetchone()
    assert row is not None
    return int(row[0])


def test_the_new_one_is_seen_and_the_one_before_kept(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert lake.current() is None
    first, second = write(lake, 1), write(lake, 2)
    current = lake.current()
    assert current is not None
    assert current.name == second
    before = current.previous()
    assert before is not None
    assert before.name == first
    write(lake, 3)
    assert len([p for p in tmp_path.iterdir() if p.is_dir()]) == 3  # the first is still held by `before`
    del before, current
    write(lake, 4)
    assert value(lake) == 4
    assert len([p for p in tmp_path.iterdir() if p.is_dir()]) == 2


def test_a_reader_keeps_its_snapshot(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    write(lake, 1)
    held = lake.current()
    assert held is not None
    connection = duckdb.connect()
    held.attach(connection)
    for number in range(2, 6):
        write(lake, number)
    assert connection.execute("SELECT customer FROM customers").fetchone() == (1,)


def test_a_writer_that_gives_up_changes_nothing(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    write(lake, 1)
    with pytest.raises(ZeroDivisionError), lake.writer() as writer:
        writer.file("customers").write_bytes(bytes(1 // (len(str(writer.folder)) - len(str(writer.folder)))))
    assert value(lake) == 1
    assert not list(tmp_path.glob("new-*"))


def test_two_writers_the_second_learns_who_holds_the_lock(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with lake.writer(), pytest.raises(LakeBusy) as raised:
        lake.writer()
    assert str(os.getpid()) in raised.value.message
    write(lake, 1)


def test_a_lake_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("a file where the folder should be")
    with pytest.raises(LakeError) as raised:
        Lake(tmp_path / "lake").writer()
    assert "cannot be written" in raised.value.message


def test_a_snapshot_of_another_format_asks_for_a_load(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    name = write(lake, 1)
    meta = tmp_path / name / "meta.json"
    meta.write_text(meta.read_text().replace('"format": 1', '"format": 99'))
    current = lake.current()
    assert current is not None
    with pytest.raises(LakeError, match="format 99"):
        _ = current.meta
    assert write(lake, 2)
    assert value(lake) == 2


def test_killed_at_any_moment_the_old_snapshot_stays(tmp_path: Path) -> None:
    (tmp_path / "tagfolk.toml").write_text(CONFIG)
    (tmp_path / "pos.csv").write_text(
        "who,at\n" + "".join(f"{n % 999},2024-01-01 10:00:{n % 60:02}\n" for n in range(3000))
    )
    workspace = open_workspace(tmp_path)
    load(workspace)
    code = (
        "import sys; from pathlib import Path; from tagfolk_engine.intake import load; "
        "from tagfolk_engine.workspace import open_workspace; "
        "print('up', flush=True); load(open_workspace(Path(sys.argv[1])))"
    )
    for delay in (0.05, 0.2, 0.4, 0.7, 1.0):
        child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        current = Lake(workspace.lake_path).current()
        assert current is not None
        assert current.meta.events["purchase"].rows == 3000
    report = load(workspace)
    assert report.events == {"purchase": 3000}
    assert not list((tmp_path / ".tagfolk" / "tmp").glob("load-*"))
    assert not list(workspace.lake_path.glob("new-*"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs file size limits of POSIX")
def test_a_full_disk_is_said_and_the_old_snapshot_stays(tmp_path: Path) -> None:
    (tmp_path / "tagfolk.toml").write_text(CONFIG)
    (tmp_path / "pos.csv").write_text("who,at\n1,2024-01-01\n")
    workspace = open_workspace(tmp_path)
    load(workspace)
    (tmp_path / "pos.csv").write_text(
        "who,at\n" + "".join(f"{n},2024-01-01 10:00:{n % 60:02}\n" for n in range(200_000))
    )
    code = """
import resource, signal, sys
from pathlib import Path
from tagfolk_engine.intake import load
from tagfolk_engine.lake import LakeError
from tagfolk_engine.workspace import open_workspace
workspace = open_workspace(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    load(workspace)
except LakeError as error:
    print(error.message)
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert "untouched" in done.stdout, done.stdout + done.stderr
    current = Lake(workspace.lake_path).current()
    assert current is not None
    assert current.meta.events["purchase"].rows == 1
