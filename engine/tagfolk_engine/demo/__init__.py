"""Workspaces to start from: ``tea`` (a generated chain with planted dirt), ``cdnow`` (a real log), ``empty``."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

KINDS: dict[str, str] = {
    "tea": "a chain of 50 milk-tea shops: six sources, dirt, rules in English and Chinese (generated, seeded)",
    "cdnow": "the CDNOW log: 69,659 real transactions of 23,570 customers of a music shop, 1997-98",
    "empty": "a commented tagfolk.toml, one source and one rule to make your own",
}


class DirectoryInUse(Exception):
    """The directory already holds files; nothing was written."""


def write(directory: Path, kind: str = "tea") -> None:
    """Write a workspace of one of the KINDS that runs as it stands.

    Raises DirectoryInUse where the directory is not empty, KeyError for an unknown kind, OSError where it cannot write.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise DirectoryInUse(f"{directory} is not empty")
    directory.mkdir(parents=True, exist_ok=True)
    template = resources.files("tagfolk_engine.demo").joinpath(kind, "workspace")
    with resources.as_file(template) as folder:
        shutil.copytree(folder, directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (directory / "rules").mkdir(exist_ok=True)
    if kind == "tea":
        from tagfolk_engine.demo.tea.files import write_data

        write_data(directory / "data")
