"""The plugin manager: finding, dropping, naming, tracing, keeping apart."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tagfolk_engine.plugins import (
    PluginClash,
    PluginFailed,
    PluginFailure,
    call,
    each,
    forget,
    manager,
    plugins,
    tell,
    translate,
)  # fmt: skip
from tagfolk_plugins import PluginError

GOOD = """
import pyarrow as pa
from tagfolk_plugins import FunctionPlugin, AnswerPlugin, AnswerReply, Sink, Source, Translation, hookimpl

class Ours(Source):
    name = "{name}"
    def schema(self): return pa.schema([("a", pa.int64())])
    def read(self, columns=None, since=None): yield from ()

class Out(Sink):
    name = "out_there"
    def sync(self, entered, left, current): return current.num_rows

class Weather(AnswerPlugin):
    name = "weather"
    words = {{"en": ["weather"], "zh": ["天气"]}}
    def answer(self, question, condition, ask): return AnswerReply({{"en": "fine"}})

class Basket(FunctionPlugin):
    name = "basket_size"
    meaning = "sum(purchase.quantity) / purchases"

told = []

@hookimpl
def tagfolk_sources(): return [Ours]
@hookimpl
def tagfolk_sinks(): return [Out]
@hookimpl
def tagfolk_answers(): return [Weather]
@hookimpl
def tagfolk_functions(): return [Basket]
@hookimpl
def tagfolk_translate(question, vocabulary): return Translation("has vip") if "vip" in question else None
@hookimpl
def tagfolk_run_started(run): told.append(("started", run["run"]))
@hookimpl
def tagfolk_run_finished(run): told.append(("finished", run["run"]))
"""


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    forget()
    yield
    forget()


def write(root: Path, name: str, text: str) -> None:
    (root / "plugins").mkdir(exist_ok=True)
    (root / "plugins" / name).write_text(text, encoding="utf-8")


def test_a_file_of_the_workspace_gives_each_kind(tmp_path: Path) -> None:
    write(tmp_path, "ours.py", GOOD.format(name="ours"))
    found = plugins(tmp_path)
    assert found.sources["ours"].__name__ == "Ours"
    assert found.sources.origins["ours"].place == "plugins/ours.py"
    assert found.sinks["out_there"].name == "out_there"
    assert found.answers["weather"].words["zh"] == ["天气"]
    assert found.function_rules() == {
        "plugin ours: basket_size": "let basket_size = sum(purchase.quantity) / purchases\n"
    }
    assert found.all_warnings() == () or all("ours" not in w.message for w in found.all_warnings())


def test_built_in_methods_come_by_entry_points() -> None:
    assert {"rfm", "kmeans"} <= set(plugins().methods)
    assert plugins().methods.origins["rfm"].distribution.startswith("tagfolk ")


def test_run_hooks_reach_every_plugin_and_failures_are_named(tmp_path: Path) -> None:
    write(tmp_path, "ours.py", GOOD.format(name="ours"))
    write(
        tmp_path, "aa.py",
        "from tagfolk_plugins import hookimpl\n@hookimpl\ndef tagfolk_run_started(run): raise ValueError('no run')\n",
    )  # fmt: skip
    found = plugins(tmp_path)
    assert tell(found, "tagfolk_run_started", {"run": 4}) == [PluginFailure("aa", "ValueError: no run")]
    assert tell(found, "tagfolk_run_finished", {"run": 4}) == []
    module = found.manager.get_plugin("plugins/ours.py")
    assert module.told == [("started", 4), ("finished", 4)]


def test_translate_takes_the_first_reading(tmp_path: Path) -> None:
    write(tmp_path, "ours.py", GOOD.format(name="ours"))
    write(
        tmp_path, "aa.py",
        "from tagfolk_plugins import hookimpl\n@hookimpl\ndef tagfolk_translate(question, vocabulary): return 7\n",
    )  # fmt: skip
    reading, failures = translate(plugins(tmp_path), "who is vip", {})
    assert reading is not None
    assert reading.condition == "has vip"
    assert [f.plugin for f in failures] == ["aa"]
    assert failures[0].kind == "shape"
    assert translate(plugins(tmp_path), "who", {})[0] is None


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("x = 1\nraise RuntimeError('the key is gone')\n", "RuntimeError: the key is gone", 2),
        ("def broken(:\n", "SyntaxError", 1),
        ("import a_module_that_is_not_there\n", "No module named 'a_module_that_is_not_there'", 1),
        ("x = 1\n", "it has no hook", 0),
        (
            "from tagfolk_plugins import hookimpl\n@hookimpl\ndef tagfolk_sourcs(): return []\n",
            "did you mean 'tagfolk_sources'?", 0,
        ),
        (
            "from tagfolk_plugins import hookimpl\n@hookimpl\ndef tagfolk_sources(wrong): return []\n",
            "wrong", 0,
        ),
        (
            "from tagfolk_plugins import hookimpl\n@hookimpl\ndef tagfolk_sources(): return [3]\n",
            "a source must be a subclass of Source, this is 3", 0,
        ),
        (
            "from tagfolk_plugins import hookimpl, Source\nclass A(Source):\n    name='a'\n"
            "@hookimpl\ndef tagfolk_sources(): return [A]\n",
            "A lacks read, schema", 0,
        ),
        (
            "from tagfolk_plugins import hookimpl\n@hookimpl\ndef tagfolk_sources(): return 5\n",
            "must give a list of classes, it gave 5", 0,
        ),
        (
            "from tagfolk_plugins import hookimpl\n@hookimpl\ndef tagfolk_sources(): raise OSError('disk')\n",
            "OSError: disk", 0,
        ),
    ],
)  # fmt: skip
def test_a_broken_one_is_dropped_with_its_own_words(tmp_path: Path, text: str, words: str, line: int) -> None:
    write(tmp_path, "broken.py", text)
    write(tmp_path, "ours.py", GOOD.format(name="ours"))
    found = plugins(tmp_path)
    assert "ours" in found.sources
    mine = [w for w in found.all_warnings() if w.span.file == "plugins/broken.py"]
    assert len(mine) == 1
    assert "'broken'" in mine[0].message
    assert words in mine[0].message
    assert mine[0].severity == "warning"
    assert mine[0].span.line == line


def test_a_clash_names_both(tmp_path: Path) -> None:
    write(tmp_path, "one.py", GOOD.format(name="ours"))
    write(tmp_path, "two.py", GOOD.format(name="ours"))
    with pytest.raises(PluginClash, match=r"'ours': plugins/one\.py and plugins/two\.py"):
        plugins(tmp_path).sources  # noqa: B018


def test_a_workspace_file_cannot_shadow_a_built_in(tmp_path: Path) -> None:
    write(
        tmp_path, "mine.py",
        "from tagfolk_plugins import hookimpl, Method\nclass A(Method):\n    name='rfm'\n"
        "    def run(self, arguments, context): ...\n@hookimpl\ndef tagfolk_methods(): return [A]\n",
    )  # fmt: skip
    with pytest.raises(PluginClash, match=r"'rfm': tagfolk_plugins\.methods\.rfm \(tagfolk .*\) and plugins/mine\.py"):
        plugins(tmp_path).methods  # noqa: B018


def test_hook_calls_are_traced_on_demand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, "ours.py", GOOD.format(name="ours"))
    plugins(tmp_path).sources  # noqa: B018
    assert capsys.readouterr().err == ""
    forget()
    monkeypatch.setenv("TAGFOLK_TRACE_HOOKS", "1")
    plugins(tmp_path).sources  # noqa: B018
    assert "hook tagfolk_sources() -> plugins/ours.py" in capsys.readouterr().err


def test_manager_is_made_once_and_has_nothing_pending(tmp_path: Path) -> None:
    assert manager(tmp_path) is manager(tmp_path)
    manager(tmp_path).check_pending()


def test_call_gives_results_and_failures() -> None:
    def refuse() -> None:
        raise PluginError("the server said no", "ask for a key")

    assert call("p", lambda a: a + 1, 2) == 3
    assert call("p", lambda a: a + 1, 2, timeout=5) == 3
    assert call("p", refuse) == PluginFailure("p", "the server said no", "ask for a key")
    assert call("p", refuse, timeout=5) == PluginFailure("p", "the server said no", "ask for a key")
    assert call("p", exit, 3) == PluginFailure("p", "SystemExit: 3")


def test_a_call_that_hangs_is_left_and_stopped() -> None:
    alive = threading.Event()

    def hang() -> None:
        while True:
            alive.set()
            time.sleep(0.01)

    interrupted: list[bool] = []
    began = time.monotonic()
    failure = call("slow", hang, timeout=0.2, interrupt=lambda: interrupted.append(True))
    assert time.monotonic() - began < 5
    assert isinstance(failure, PluginFailure)
    assert failure.kind == "timeout"
    assert "0.2 seconds" in failure.message
    assert interrupted == [True]
    time.sleep(0.1)
    alive.clear()
    time.sleep(0.1)
    assert not alive.is_set(), "the thread goes on after its time"


def test_each_streams_in_one_thread_and_fails_by_name() -> None:
    threads: set[int] = set()

    def items() -> Iterator[int]:
        for i in range(5):
            threads.add(threading.get_ident())
            yield i
        raise KeyError("gone")

    got: list[int] = []
    with pytest.raises(PluginFailed, match="plugin 'crm' failed: KeyError: 'gone'"):
        got.extend(each("crm", items, timeout=5))
    assert got == [0, 1, 2, 3, 4]
    assert len(threads) == 1
    assert threads != {threading.get_ident()}


def test_each_stops_waiting() -> None:
    def items() -> Iterator[int]:
        yield 1
        time.sleep(3)
        yield 2

    with pytest.raises(PluginFailed, match=r"within 0\.2 seconds"):
        list(each("crm", items, timeout=0.2))


def test_each_can_be_left_early() -> None:
    ended = threading.Event()

    def items() -> Iterator[int]:
        try:
            i = 0
            while True:
                yield (i := i + 1)
        finally:
            ended.set()

    stream = each("crm", items, timeout=5)
    assert next(stream) == 1
    stream.close()
    assert ended.wait(3)
