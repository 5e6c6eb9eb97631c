"""Writing a new plugin with its tests into a workspace: small, working, to be changed."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from string import Template

KINDS = ("source", "method", "sink")


class NameTaken(Exception):
    """There is a file of that name already."""


def write(root: Path, name: str, kind: str) -> list[Path]:
    """``plugins/NAME.py`` and ``plugins/tests/test_NAME.py``; the files. Raises NameTaken, OSError."""
    words = {"name": name, "Class": "".join(part.title() for part in name.split("_"))}
    made = {
        root / "plugins" / f"{name}.py": f"{kind}.txt",
        root / "plugins" / "tests" / f"test_{name}.py": f"{kind}_test.txt",
    }
    for path in made:
        if path.exists():
            raise NameTaken(f"{path.relative_to(root)} is there already")
    for path, template in made.items():
        text = files("tagfolk_engine.cli").joinpath("templates", template).read_text(encoding="utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(text).substitute(words), encoding="utf-8")
    beside = root / "plugins" / "tests" / "conftest.py"
    if not beside.exists():
        beside.write_text(
            '"""The plugins lie one folder up."""\n\nimport sys\nfrom pathlib import Path\n\n'
            "sys.path.insert(0, str(Path(__file__).parents[1]))\n",
            encoding="utf-8",
        )
    return list(made)
