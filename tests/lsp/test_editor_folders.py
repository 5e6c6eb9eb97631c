"""What ``docs/editors`` gives editors: the generated grammar, and folders that say the truth."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

EDITORS = Path(__file__).parents[2] / "docs" / "editors"
CODE = EDITORS / "vscode"
PACKAGE = "vscode-tmgrammar-test@0.1.3"


def test_the_grammar_is_up_to_date():
    done = subprocess.run(
        [sys.executable, str(EDITORS / "generate.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_check_notices_a_grammar_that_is_not(tmp_path: Path):
    shutil.copytree(EDITORS, tmp_path / "editors")
    grammar = tmp_path / "editors" / "vscode" / "syntaxes" / "tagfolk.tmLanguage.json"
    grammar.write_text(grammar.read_text("utf-8").replace("purchase", "").replace("标签", "票签"), "utf-8")
    script = str(tmp_path / "editors" / "generate.py")
    assert subprocess.run([sys.executable, script, "--check"], capture_output=True, check=False).returncode == 1
    assert subprocess.run([sys.executable, script], check=False).returncode == 0
    assert subprocess.run([sys.executable, script, "--check"], capture_output=True, check=False).returncode == 0


def test_the_files_that_the_extension_names_exist():
    package = json.loads((CODE / "package.json").read_text("utf-8"))
    named = [package["main"], package["contributes"]["languages"][0]["configuration"]]
    named += [grammar["path"] for grammar in package["contributes"]["grammars"]]
    assert all((CODE / one).is_file() for one in named)
    grammar = json.loads((CODE / package["contributes"]["grammars"][0]["path"]).read_text("utf-8"))
    assert grammar["scopeName"] == package["contributes"]["grammars"][0]["scopeName"]
    assert package["contributes"]["languages"][0]["extensions"] == [".tags"]
    json.loads((CODE / "language-configuration.json").read_text("utf-8"))
    assert package["devDependencies"]["vscode-tmgrammar-test"] == f"^{PACKAGE.rpartition('@')[2]}"


def test_every_editor_starts_the_command_that_there_is():
    from tagfolk_engine.cli.table import COMMANDS

    assert "lsp" in COMMANDS
    package = json.loads((CODE / "package.json").read_text("utf-8"))
    assert package["contributes"]["configuration"]["properties"]["tagfolk.command"]["default"] == ["tagfolk", "lsp"]
    helix = tomllib.loads((EDITORS / "helix" / "languages.toml").read_text("utf-8"))
    server = helix["language-server"]["tagfolk"]
    assert [server["command"], *server["args"]] == ["tagfolk", "lsp"]
    assert 'cmd = { "tagfolk", "lsp" }' in (EDITORS / "neovim" / "tagfolk.lua").read_text("utf-8")


def program() -> Path:
    """vscode-tmgrammar-test, installed once into the user's cache."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = home / "tagfolk" / PACKAGE.replace("@", "-")
    found = cache / "node_modules" / ".bin" / "vscode-tmgrammar-test"
    if not found.exists():
        cache.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(cache), PACKAGE]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, cwd=cache, check=False)
        if done.returncode:
            pytest.skip(f"npm could not install {PACKAGE}: {done.stderr.strip()[-200:]}")
    return found


@pytest.mark.emulator
@pytest.mark.parametrize("name", ["english.tags", "chinese.tags"])
def test_the_grammar_colours_what_it_should(name: str):
    done = subprocess.run(
        [str(program()), f"tests/{name}"], cwd=CODE, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.emulator
def test_a_wrong_colour_is_noticed(tmp_path: Path):
    """The tool really looks: the same cases against a grammar without keywords fail."""
    shutil.copytree(CODE, tmp_path / "vscode")
    path = tmp_path / "vscode" / "syntaxes" / "tagfolk.tmLanguage.json"
    grammar = json.loads(path.read_text("utf-8"))
    grammar["repository"]["keyword"]["match"] = "never"
    path.write_text(json.dumps(grammar), "utf-8")
    done = subprocess.run(
        [str(program()), "tests/english.tags"], cwd=tmp_path / "vscode", capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
