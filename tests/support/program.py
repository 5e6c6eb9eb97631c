"""The program as another program calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def tagfolk(root: Path, *arguments: str) -> dict[str, object]:
    """A command's JSON document."""
    done = subprocess.run(
        [sys.executable, "-m", "tagfolk_engine.cli.main", *arguments, "--workspace", str(root), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found
