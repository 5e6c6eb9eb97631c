"""Only the language server knows the protocol's packages, and only once it serves."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOME = ROOT / "dsl" / "tagfolk_dsl" / "language_server"


def imported(path: Path) -> set[str]:
    """The packages that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_nobody_else_imports_the_protocol():
    users = {
        path
        for room in ("dsl", "engine", "plugins", "bots")
        for path in (ROOT / room).rglob("*.py")
        if imported(path) & {"pygls", "lsprotocol"}
    }
    assert users
    assert {path for path in users if HOME not in path.parents} == set()


def test_the_door_does_not_import_it_either():
    code = "import sys, tagfolk_dsl.language_server, tagfolk_engine.cli.lsp; print('pygls' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
