"""Small workspaces loaded for a test, to be asked with SQL."""

import json
from pathlib import Path
from typing import Any

import duckdb
from tagfolk_engine.intake import LoadReport, load
from tagfolk_engine.lake import Lake
from tagfolk_engine.workspace import open_workspace

HEAD = '[workspace]\ntimezone = "Asia/Shanghai"\n[identity]\nphone_region = "CN"\n'
CRM = '[sources.crm]\nplugin = "csv"\npath = "crm.csv"\n[[customers]]\nfrom = "crm"\nid = "id"\n'
POS = '[sources.pos]\nplugin = "csv"\npath = "pos.csv"\n[[events]]\nname = "purchase"\nfrom = "pos"\n'


class Loaded:
    """A loaded workspace, to be asked with SQL."""

    def __init__(self, root: Path) -> None:
        self.workspace = open_workspace(root)
        self.report: LoadReport = load(self.workspace)
        self.json: dict[str, Any] = json.loads(json.dumps(self.report.as_json()))
        self.snapshot = Lake(self.workspace.lake_path).current()
        assert self.snapshot is not None
        self.connection = duckdb.connect()
        self.snapshot.attach(self.connection)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()


def loaded(root: Path, config: str, **files: str) -> Loaded:
    (root / "tagfolk.toml").write_text(config, encoding="utf-8")
    for name, text in files.items():
        (root / f"{name}.csv").write_text(text, encoding="utf-8")
    return Loaded(root)


def rejected(root: Path, source: str) -> list[dict[str, str]]:
    path = root / ".tagfolk" / "rejected" / f"{source}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
