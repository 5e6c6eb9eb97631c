"""The commands as a shell sees them: output, exit codes, one JSON document, no traceback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.interrupting import hear_ctrl_c
from support.teashop import RULES, Teashop


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Teashop:
    """A shop after a run; tests only look at it."""
    shop = Teashop.make(tmp_path_factory.mktemp("ran") / "shop")
    shop.run("2024-06-30")
    return shop


@pytest.fixture
def shop(tmp_path: Path) -> Teashop:
    return Teashop.make(tmp_path / "shop")


def document(shop: Teashop, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> dict[str, object]:
    assert shop.cli(*words, "--json") == code
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    return json.loads(out)  # type: ignore[no-any-return]


def test_help_lists_every_command_without_importing_it() -> None:
    code = (
        "import sys, time; t = time.perf_counter()\n"
        "from tagfolk_engine.cli.main import run\n"
        "run(['--help'])\n"
        "names = ('duckdb', 'pandas', 'pyarrow', 'sqlmodel', 'sqlglot', 'lark', 'pydantic')\n"
        "heavy = [name for name in names if name in sys.modules]\n"
        "print('HEAVY', heavy)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert "HEAVY []" in done.stdout
    for name in ("init", "demo", "check", "fmt", "load", "run", "preview", "explain", "ask", "chat", "slack", "tags",
                 "segments", "history", "plugins", "export"):  # fmt: skip
        assert f"\n  {name} " in done.stdout


def test_every_command_of_the_table_exists_and_has_the_common_options() -> None:
    from tagfolk_engine.cli.lazy import real
    from tagfolk_engine.cli.table import COMMANDS

    for name in COMMANDS:
        command = real(name)
        for one in getattr(command, "commands", {"": command}).values():
            options = {option for parameter in one.params for option in parameter.opts}
            assert {"--workspace", "--json"} <= options, (name, one.name)


def test_check_of_a_sound_workspace(ran: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(ran, capsys, "check")
    assert found["errors"] == []
    assert [(w["code"], w["line"]) for w in found["warnings"]] == [("W010", 2)]  # type: ignore[attr-defined]


def test_check_lists_all_errors_with_their_places(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.rules("no purchas 6 months -> churn\nage > 30 and citty = x -> y\n")
    found = document(shop, capsys, "check", code=1)
    errors = found["errors"]
    assert isinstance(errors, list)
    first = errors[0]
    assert (first["code"], first["file"], first["line"], first["column"]) == ("T021", "rules/shop.tags", 1, 4)
    assert {e["line"] for e in errors} == {1, 2}
    assert shop.cli("check") == 1
    assert "^^^^^^^" in capsys.readouterr().out


def test_check_of_a_broken_config(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.config("timezone =", "timezon =")
    errors = document(shop, capsys, "check", code=1)["errors"]
    assert isinstance(errors, list)
    assert (errors[0]["file"], errors[0]["line"]) == ("tagfolk.toml", 3)


def test_check_explains_a_code(capsys: pytest.CaptureFixture[str], ran: Teashop) -> None:
    assert ran.cli("check", "--explain", "T021") == 0
    assert "unknown event" in capsys.readouterr().out
    assert ran.cli("check", "--explain", "T999") == 2


def test_run_without_data_says_what_to_do(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    assert shop.cli("run", "--no-load") == 1
    assert "tagfolk load" in capsys.readouterr().err


def test_load_and_run_documents(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    loaded = document(shop, capsys, "load")
    assert loaded["customers"] == 4
    assert loaded["events"] == {"purchase": 4}
    found = document(shop, capsys, "run", "--no-load", "--as-of", "2024-06-30")
    assert found["as_of"] == "2024-06-30"
    assert isinstance(found["run"], int)


def test_a_broken_rule_file_refuses(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.rules(RULES + "no purchas 6 months -> churn\n")
    found = document(shop, capsys, "run", code=1)
    assert found["errors"]
    assert not (shop.root / ".tagfolk" / "lake" / "CURRENT").exists()


def test_preview(ran: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(ran, capsys, "preview", "purchase ever -> bought", "--as-of", "2024-06-30")
    assert (found["customers"], found["of"], found["entered"], found["left"]) == (3, 4, 3, 0)
    assert found["sample"] == ["crm:a", "crm:b", "crm:c"]
    assert found["overlap"]["active"] == 2  # type: ignore[index]


def test_explain(ran: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    found = document(ran, capsys, "explain", "a", "big")
    reason = found["tags"]["big"]  # type: ignore[index]
    assert (reason["holds"], reason["since"]) == (True, "2024-06-30")
    assert reason["rules"][0]["conditions"][0]["value"] == 150
    assert ran.cli("explain", "crm:a", "bigg") == 2
    assert ran.cli("explain", "nobody") == 2


def test_listings(ran: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    tags = document(ran, capsys, "tags")["tags"]
    assert {row["tag"]: row["customers"] for row in tags} == {"active": 2, "quiet": 2, "big": 1, "place": 4}  # type: ignore[attr-defined]
    segments = document(ran, capsys, "segments")["segments"]
    assert [(row["segment"], row["customers"]) for row in segments] == [("call_them", 1)]  # type: ignore[attr-defined]
    runs = document(ran, capsys, "history")["runs"]
    assert [row["as_of"] for row in runs] == ["2024-06-30"]  # type: ignore[attr-defined]
    mine = document(ran, capsys, "history", "a")["history"]
    assert {row["tag"] for row in mine} == {"active", "big", "place"}  # type: ignore[attr-defined]
    for command in ("tags", "segments", "history"):
        assert ran.cli(command) == 0
    assert "call_them" in capsys.readouterr().out
    kinds = {row["kind"] for row in document(ran, capsys, "plugins")["plugins"]}  # type: ignore[attr-defined]
    assert {"source", "method", "sink"} <= kinds


def test_export(ran: Teashop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "out.csv"
    assert document(ran, capsys, "export", "call_them", "--to", str(file))["rows"] == 1
    assert file.read_text(encoding="utf-8") == "customer_id,city,age\ncrm:c,Shanghai,20\n"
    assert document(ran, capsys, "export", "call_them", "--to", str(file), "--personal")["rows"] == 1
    assert "Cem" in file.read_text(encoding="utf-8")


def test_export_to_nowhere(ran: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran.cli("export", "call_them", "--to", "crm9") == 2
    assert ran.cli("export", "call_me", "--to", "x.csv") == 2
    assert "did you mean 'call_them'?" in capsys.readouterr().err


def test_examples(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    example = """
example "bought last week" at 2024-07-01:
    age 30
    purchase 2024-06-25 amount 120
    expect active
    expect big
    expect not quiet
    expect place = young
"""
    shop.rules(RULES + example)
    assert document(shop, capsys, "test") == {"passed": 1, "failed": [], "untouched": ["quiet"]}
    shop.rules(RULES + example.replace("expect big", "expect not big"))
    failed = document(shop, capsys, "test", code=1)["failed"]
    assert [(f["example"], f["file"]) for f in failed] == [("bought last week", "rules/shop.tags")]  # type: ignore[attr-defined]
    assert failed[0]["line"] == RULES.count("\n") + 6  # type: ignore[index]


def test_init(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tagfolk_engine.cli.main import run

    assert run(["init", str(tmp_path / "mine"), "--json"]) == 0
    assert run(["check", "--workspace", str(tmp_path / "mine")]) == 0
    assert run(["init", str(tmp_path / "mine")]) == 2
    assert run(["init", str(tmp_path / "other"), "--from", "coffee"]) == 2
    assert "tea, cdnow, empty" in capsys.readouterr().err


def test_wrong_usage_is_2_and_no_workspace_is_1(tmp_path: Path) -> None:
    from tagfolk_engine.cli.main import run

    assert run(["nope"]) == 2
    assert run(["run", "--nope"]) == 2
    assert run(["check", "--workspace", str(tmp_path)]) == 1


def test_a_store_that_cannot_be_reached(shop: Teashop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.config("sqlite:///.tagfolk/results.db", "postgresql://u:geheim@127.0.0.1:1/x")
    assert shop.cli("run") == 3
    err = capsys.readouterr().err
    assert "127.0.0.1" in err
    assert "geheim" not in err
    assert "Traceback" not in err


def test_a_missing_source_file_is_3_and_changes_nothing(shop: Teashop) -> None:
    shop.run("2024-06-30")
    before = shop.assignments()
    (shop.root / "data" / "orders.csv").unlink()
    done = shop.process("run")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert shop.assignments() == before


def test_two_runs_at_once(shop: Teashop) -> None:
    holder = (
        "import sys, time; from pathlib import Path\n"
        "from tagfolk_engine.results.lock import workspace_lock\n"
        "with workspace_lock(Path(sys.argv[1]), 'run'):\n    print('held', flush=True); time.sleep(60)\n"
    )
    first = subprocess.Popen([sys.executable, "-c", holder, str(shop.root / ".tagfolk")], stdout=subprocess.PIPE)
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        second = shop.process("run")
        assert second.returncode == 3
        assert f"process {first.pid} on {socket.gethostname()}" in second.stderr
    finally:
        first.kill()
        first.communicate()
    assert shop.process("run", "--as-of", "2024-06-30").returncode == 0


def test_ctrl_c_leaves_a_whole_state(shop: Teashop) -> None:
    shop.run("2024-06-30")
    before = shop.assignments()
    (shop.root / "plugins").mkdir()
    (shop.root / "plugins" / "slow.py").write_text(
        "import time\nfrom pathlib import Path\nfrom tagfolk_plugins import hookimpl\n"
        "@hookimpl\ndef tagfolk_run_started(run):\n"
        "    Path(run['workspace'], 'begun').touch()\n    time.sleep(30)\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "tagfolk_engine.cli.main", "run", "--workspace", str(shop.root)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ}, preexec_fn=hear_ctrl_c)
    for _ in range(600):
        if (shop.root / "begun").exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert shop.assignments() == before


def test_a_bug_has_no_traceback_without_debug(
    ran: Teashop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("tagfolk_engine.run.listing.list_tags", broken)
    assert ran.cli("tags") == 3
    assert "--debug" in capsys.readouterr().err
    with pytest.raises(ZeroDivisionError):
        ran.cli("tags", "--debug")
