"""Which snapshot no writer may sweep away: the one that the last run read, to tell what came since."""

from __future__ import annotations

from pathlib import Path

KEEP = "KEEP"


def keep(lake: Path, name: str) -> None:
    """Have a snapshot kept, instead of the one before it that was kept so."""
    beside = lake / f"{KEEP}.new"
    beside.write_text(name + "\n", encoding="utf-8")
    beside.replace(lake / KEEP)


def kept(lake: Path) -> set[str]:
    """The name of the snapshot to keep, if any."""
    try:
        name = (lake / KEEP).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return set()
    return {name} if name else set()
