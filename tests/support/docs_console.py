"""A page that is typed and answered: its files are written, its commands run, its answers compared."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from support.docs_pages import Block

TAGFOLK = Path(sys.executable).parent / "tagfolk"


@dataclass(frozen=True)
class Typed:
    """One command of a ``console`` block and the lines that must answer it."""

    command: str
    answer: str
    line: int


def typed(block: Block) -> list[Typed]:
    """The commands of a block."""
    found: list[Typed] = []
    for number, line in enumerate(block.text.splitlines()):
        if line.startswith("$ "):
            found.append(Typed(line[2:], "", block.line + number))
        else:
            last = found[-1]
            found[-1] = Typed(last.command, f"{last.answer}{line}\n", last.line)
    return found


@dataclass
class Shell:
    """A folder to stand in; knows ``cd`` and ``tagfolk``."""

    folder: Path

    def run(self, command: str) -> str:
        """What the command writes, both streams."""
        words = shlex.split(command)
        if words[0] == "cd":
            self.folder = self.folder / words[1]
            return ""
        assert words[0] == "tagfolk", f"only cd and tagfolk can be typed in the pages: {command}"
        done = subprocess.run(
            [TAGFOLK, *words[1:]], cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            timeout=120, check=False, env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
        )  # fmt: skip
        return "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n" * bool(done.stdout)


def fits(answer: str, found: str) -> bool:
    """Whether the answer on the page, with ``…`` for anything, is what was written.

    >>> fits("run … as of 2024\\n", "run 1 as of 2024\\n"), fits("a\\n", "b\\n")
    (True, False)
    """
    pattern = ".*".join(re.escape(part) for part in answer.strip().split("…"))
    return re.fullmatch(pattern, found.strip(), re.DOTALL) is not None
