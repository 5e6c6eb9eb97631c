"""The pytest plugin that plugin authors get with tagfolk: failed contracts explain themselves, and a fixture."""

from __future__ import annotations

from pathlib import Path

import pytest

for _suite in ("source_contract", "method_contract", "sink_contract"):
    pytest.register_assert_rewrite(f"tagfolk_plugins.testing.{_suite}")


@pytest.fixture
def tagfolk_plugin_folder(tmp_path: Path) -> Path:
    """A workspace's empty ``plugins`` folder, to drop a plugin's file into."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    return folder
