# ruff: noqa: E501  -- a table of cases
"""Who may see what, as arithmetic."""

from __future__ import annotations

import pytest
from tagfolk_engine.query.roles import Role, hide_small, role_of
from tagfolk_engine.workspace.settings import BotTable

BOT = BotTable(analysts=["U1", "S1"], stewards=["U2"], admins=["S9"])


@pytest.mark.parametrize(
    ("user", "groups", "granted", "role"),
    [
        (None, (), (), Role.ADMIN), ("U0", (), (), Role.VIEWER), ("U1", (), (), Role.ANALYST), ("U0", ("S1",), (), Role.ANALYST),
        ("U1", ("S9",), (), Role.ADMIN), ("U0", (), ("steward",), Role.STEWARD), ("U2", (), ("viewer", "nonsense"), Role.STEWARD),
    ],
)  # fmt: skip
def test_the_highest_role_counts(
    user: str | None, groups: tuple[str, ...], granted: tuple[str, ...], role: Role
) -> None:
    assert role_of(BOT, user, groups, granted) is role


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [([3, 9, 40], {0, 1}), ([3, 4, 40], {0, 1}), ([0, 9], set()), ([5, 9], set()), ([4], {0}), ([0, 4, 0], {1})],
)
def test_a_small_group_takes_another_with_it(counts: list[int], hidden: set[int]) -> None:
    assert hide_small(counts, Role.VIEWER) == hidden
    assert hide_small(counts, Role.ANALYST) == set()
