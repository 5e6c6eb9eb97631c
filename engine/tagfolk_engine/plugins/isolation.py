"""Running a piece of a plugin so that what goes wrong in it stays its own.

A plugin may raise, exit, or never come back. Its work is done in a thread of its own when it has a time limit; a
thread that outlives the limit is asked to stop (an exception is planted in it) and left behind as a daemon, so that
the run goes on and the process can end.
"""

from __future__ import annotations

import ctypes
import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from tagfolk_plugins.api.errors import PluginError

T = TypeVar("T")

SOURCE_TIMEOUT = 300.0
"""Seconds a source may take for its schema or for one batch, where ``timeout`` says nothing else."""
METHOD_TIMEOUT = 3600.0
"""Seconds one use of a method may take."""
SINK_TIMEOUT = 300.0
"""Seconds a sink may take for one segment."""
ANSWER_TIMEOUT = 10.0
"""Seconds a chat answer or a translation may take: a person is waiting."""


@dataclass(frozen=True)
class PluginFailure:
    """What went wrong in a plugin: whose, in its own words, and the next step where it named one.

    ``kind``: ``raised`` (an error of its own or a PluginError), ``timeout``, ``shape`` (it gave back the wrong thing).
    """

    plugin: str
    message: str
    hint: str = ""
    kind: Literal["raised", "timeout", "shape"] = "raised"

    def __str__(self) -> str:
        """One line for people.

        >>> print(PluginFailure("crm", "the server refused the key", "set CRM_KEY"))
        plugin 'crm' failed: the server refused the key (set CRM_KEY)
        """
        return f"plugin '{self.plugin}' failed: {self.message}" + (f" ({self.hint})" if self.hint else "")


class PluginFailed(Exception):
    """A plugin failed in the middle of a stream. ``failure`` says whose and why."""

    def __init__(self, failure: PluginFailure) -> None:
        super().__init__(str(failure))
        self.failure = failure


class _Stop(BaseException):
    """Planted in a thread that outlived its limit; no plugin's ``except Exception`` swallows it."""


def words(error: BaseException) -> str:
    """What an error says, with its kind where the text alone tells little.

    >>> words(KeyError("amount")), words(PluginError("no such table"))
    ("KeyError: 'amount'", 'no such table')
    """
    if isinstance(error, PluginError):
        return error.message
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def failure_of(plugin: str, error: BaseException) -> PluginFailure:
    """The failure that an exception of a plugin is."""
    return PluginFailure(plugin, words(error), error.hint if isinstance(error, PluginError) else "")


def _too_slow(plugin: str, limit: float) -> PluginFailure:
    return PluginFailure(
        plugin, f"gave no answer within {limit:g} seconds", "make it faster, or give it a longer 'timeout'", "timeout"
    )


def call(
    plugin: str,
    function: Callable[..., T],
    *arguments: Any,
    timeout: float | None = None,
    interrupt: Callable[[], object] | None = None,
    **named: Any,
) -> T | PluginFailure:
    """``function(*arguments, **named)`` of a plugin: its result, or a PluginFailure with its name and its words.

    ``timeout`` in seconds (None: as long as it takes, in this thread). ``interrupt`` is called when the time is up,
    to break a wait that only its owner can break (a running query, a socket).
    """
    if timeout is None:
        try:
            return function(*arguments, **named)
        except (Exception, SystemExit) as error:  # whatever a stranger's code raises is reported, by its name
            return failure_of(plugin, error)
    box: list[T | PluginFailure] = []

    def work() -> None:
        try:
            box.append(function(*arguments, **named))
        except (Exception, SystemExit) as error:  # as above
            box.append(failure_of(plugin, error))
        except _Stop:
            pass

    thread = threading.Thread(target=work, name=f"plugin {plugin}", daemon=True)
    thread.start()
    thread.join(timeout)
    if box:
        return box[0]
    if interrupt is not None:
        interrupt()
    _stop(thread)
    return _too_slow(plugin, timeout)


def each(plugin: str, items: Callable[[], Iterable[T]], timeout: float | None = None) -> Iterator[T]:
    """The items that a plugin gives one after the other, each within ``timeout`` seconds.

    All of its code runs in one thread (a database connection may belong to it), two items ahead of the reader.
    Raises PluginFailed.
    """
    ready: queue.Queue[tuple[str, Any]] = queue.Queue(maxsize=2)
    ended = threading.Event()

    def put(kind: str, item: Any) -> bool:
        while not ended.is_set():
            try:
                ready.put((kind, item), timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def work() -> None:
        try:
            for item in items():
                if not put("item", item):
                    return
            put("end", None)
        except (Exception, SystemExit) as error:  # whatever a stranger's code raises is reported, by its name
            put("failure", failure_of(plugin, error))
        except _Stop:
            pass

    thread = threading.Thread(target=work, name=f"plugin {plugin}", daemon=True)
    thread.start()
    try:
        while True:
            try:
                kind, item = ready.get(timeout=timeout)
            except queue.Empty:
                _stop(thread)
                raise PluginFailed(_too_slow(plugin, timeout or 0.0)) from None
            if kind == "end":
                return
            if kind == "failure":
                raise PluginFailed(item)
            yield item
    finally:
        ended.set()


def _stop(thread: threading.Thread) -> None:
    """Ask a thread to end: it does at its next step of Python code."""
    if thread.ident is not None and thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_Stop))
