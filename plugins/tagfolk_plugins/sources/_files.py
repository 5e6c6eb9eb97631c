"""Finding the files of a source: a path or glob from the workspace's folder, plain or gzipped."""

from __future__ import annotations

import glob
import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

from tagfolk_plugins import SourceError


def find_files(patterns: str | Sequence[str], root: Path, source: str) -> list[Path]:
    """The files in name order. Raises SourceError naming what is there instead, where none fits."""
    found: dict[Path, None] = {}
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        whole = str(root / Path(pattern).expanduser())
        # Path.glob takes no absolute pattern
        several = glob.has_magic(whole) and not Path(whole).exists()
        names = glob.glob(whole, recursive=True) if several else [whole]  # noqa: PTH207
        files = sorted(path for name in names if (path := Path(name)).is_file())
        if not files:
            raise SourceError(f"source '{source}': there is no file {pattern}", _instead(Path(whole)))
        found.update(dict.fromkeys(files))
    return list(found)


def _instead(path: Path) -> str:
    """What stands in the folder that was looked in, as the next step."""
    folder = path.parent
    while glob.has_magic(str(folder)):
        folder = folder.parent
    if not folder.is_dir():
        return f"the folder {folder} does not exist: mend path in tagfolk.toml"
    names = sorted(p.name for p in folder.iterdir() if p.is_file())[:8]
    return f"in {folder} there is: {', '.join(names)}" if names else f"the folder {folder} is empty"


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, gunzipped where its first bytes say so."""
    with path.open("rb") as handle:
        zipped = handle.read(2) == b"\x1f\x8b"
    return cast("IO[bytes]", gzip.open(path, "rb")) if zipped else path.open("rb")


def unreadable(source: str, path: Path, error: Exception) -> SourceError:
    """An operating system's refusal in words."""
    reason = getattr(error, "strerror", None) or str(error)
    return SourceError(f"source '{source}': {path.name} cannot be read: {reason}", "check the file and its permissions")
