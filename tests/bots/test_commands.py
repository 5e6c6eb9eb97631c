"""``ask`` and ``chat`` as the shell runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from tagfolk_bots import commands
from typer.testing import CliRunner

APP = typer.Typer()
APP.command("ask")(commands.ask)
APP.command("chat")(commands.chat)


def test_ask_prints_one_json_document(shop: Path) -> None:
    done = CliRunner().invoke(APP, ["ask", "有多少流失风险客户", "--json", "--workspace", str(shop)])
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert (answer["intent"], answer["value"], answer["language"]) == ("count", 4, "zh")


def test_a_thread_from_the_shell(shop: Path) -> None:
    run = CliRunner()
    run.invoke(APP, ["ask", "how many women", "--thread", "x1", "--workspace", str(shop)])
    done = run.invoke(APP, ["ask", "and in Shanghai?", "--thread", "x1", "--json", "--workspace", str(shop)])
    assert json.loads(done.stdout)["value"] == 3


def test_a_batch_answers_line_by_line_and_names_broken_lines(shop: Path, tmp_path: Path) -> None:
    lines = [
        {"id": "a", "thread": "t", "question": "how many women"},
        {"id": "b", "thread": "t", "question": "and in Shanghai?"},
        {"id": "c", "question": "list the VIPs", "user": "U_VIEW"},
    ]
    file = tmp_path / "batch.jsonl"
    file.write_text("\n".join([json.dumps(x) for x in lines] + ["{broken", ""]), "utf-8")
    done = CliRunner().invoke(APP, ["ask", "--batch", str(file), "--workspace", str(shop)])
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(f.get("id"), f.get("value"), f.get("intent")) for f in found[:3]] == [
        ("a", 7, "count"), ("b", 3, "count"), ("c", None, "refuse"),
    ]  # fmt: skip
    assert found[3]["line"] == 4
    assert done.exit_code == 1


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "x", "--batch", "y"]])
def test_wrong_usage_is_exit_2(arguments: list[str], shop: Path) -> None:
    assert CliRunner().invoke(APP, [*arguments, "--workspace", str(shop)]).exit_code == 2


def test_no_workspace_is_said_without_a_traceback(tmp_path: Path) -> None:
    done = CliRunner().invoke(APP, ["ask", "how many", "--workspace", str(tmp_path)])
    assert done.exit_code == 1
    assert "Traceback" not in done.output


def test_chat_answers_until_the_input_ends(shop: Path) -> None:
    done = CliRunner().invoke(
        APP, ["chat", "--workspace", str(shop)], input="how many women\nand in Shanghai?\n/list\n"
    )
    assert done.exit_code == 0
    assert "7 customers." in done.output
    assert "3 customers." in done.output
    assert "crm:1" in done.output
