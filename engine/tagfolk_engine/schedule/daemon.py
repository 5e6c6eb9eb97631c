"""The daemon: the clock, the worker and the door, begun and ended together."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tagfolk_engine.run.opening import prepare
from tagfolk_engine.schedule.errors import MissingPackages
from tagfolk_engine.schedule.spool import FOLDER, Spool
from tagfolk_engine.schedule.watch import Watch
from tagfolk_engine.schedule.worker import Worker
from tagfolk_engine.workspace import Workspace

if TYPE_CHECKING:
    from uvicorn import Server

TOKEN = "TAGFOLK_SERVE_TOKEN"
_PATIENCE = 60.0
"""So many seconds a run that is being made may take to end when the daemon is stopped."""


def serve(workspace: Workspace, host: str, port: int, *, once: bool = False) -> int:
    """Work until SIGTERM or SIGINT. ``once``: work off what is due and end. The exit code."""
    watch = Watch()
    worker = Worker(workspace.root, watch)
    prepared = prepare(workspace)
    program = prepared.program  # broken rules are said now, not at midnight
    if once:
        worker.work_once()
        return 3 if watch.last_error else 0
    events = {name: event for event, info in prepared.vocabulary.events.items() for name in (event, *info.also)}
    spool = Spool(workspace.root, events)
    _unread(workspace, watch, spool)
    token, where = _token(workspace)
    server = _server(spool, watch, token, worker.wake, host, port)
    with _clock(workspace, worker.wake), _signals(server):
        worker.start()
        worker.wake()
        watch.log("serving", host=host, port=port, tags=len(program.tags), token=where)
        server.run()
    watch.log("stopping")
    ended = worker.stop(_PATIENCE)
    watch.log("stopped", clean=ended)
    return 0 if ended else 3


def _token(workspace: Workspace) -> tuple[str, str]:
    """What senders of events have to show, and where it stands."""
    given = os.environ.get(TOKEN)
    if given:
        return given, TOKEN
    path = workspace.state / "serve.token"
    if not path.is_file():
        workspace.state.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text().strip(), str(path.relative_to(workspace.root))


def _unread(workspace: Workspace, watch: Watch, spool: Spool) -> None:
    """Make the files that sources read, and say of which events nobody would read what comes."""
    read = {str(table.arguments.get("path")) for table in workspace.settings.sources.values()}
    for name in dict.fromkeys(block.name for block in workspace.settings.events):
        path = f"{FOLDER}/{name}.jsonl"
        if path in read:
            spool.folder.mkdir(exist_ok=True)
            spool.path(name).touch()  # a source whose file is missing would fail
            continue
        watch.log(
            f"events '{name}' that come by HTTP are kept in {path}, but no source reads that file", "warning",
            hint=f'add [sources.live_{name}] plugin = "json", path = "{path}" and an [[events]] block from it',
        )  # fmt: skip


def _server(spool: Spool, watch: Watch, token: str, arrived: Callable[[], None], host: str, port: int) -> Server:
    try:
        import uvicorn

        from tagfolk_engine.schedule.door import application

        app = application(spool, watch, token, arrived)
    except ModuleNotFoundError as error:
        raise MissingPackages from error
    config = uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=5)

    class Quiet(uvicorn.Server):
        """Signals are ours: uvicorn would raise them again at its end."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    return Quiet(config)


@contextlib.contextmanager
def _signals(server: Server) -> Iterator[None]:
    def end(_: int, __: object) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _clock(workspace: Workspace, wake: Callable[[], None]) -> Iterator[None]:
    """Wake the worker when a day has begun, and every ten minutes for what was missed."""
    try:
        from apscheduler.schedulers.background import BackgroundScheduler
        from apscheduler.triggers.cron import CronTrigger
    except ModuleNotFoundError as error:
        raise MissingPackages from error
    clock = BackgroundScheduler(timezone=workspace.zone, job_defaults={"coalesce": True, "misfire_grace_time": 3600})
    clock.add_job(wake, CronTrigger(hour=0, minute=1, timezone=workspace.zone))
    clock.add_job(wake, CronTrigger(minute="*/10", timezone=workspace.zone))
    clock.start()
    try:
        yield
    finally:
        clock.shutdown(wait=False)
