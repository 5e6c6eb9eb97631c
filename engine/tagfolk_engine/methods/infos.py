"""What the language must know of the methods: names, arguments, columns with their types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tagfolk_dsl.tree import Type
from tagfolk_dsl.vocabulary import ArgumentInfo, MethodInfo

if TYPE_CHECKING:
    from tagfolk_plugins.api.method import Method


def method_infos(methods: Mapping[str, type[Method]]) -> dict[str, MethodInfo]:
    """The methods of a registry as the vocabulary holds them."""
    return {
        name: MethodInfo(
            name,
            {
                a.name: ArgumentInfo(a.name, a.kind, a.required, a.default, tuple(a.choices), a.meaning)
                for a in method.arguments
            },
            {column: Type(kind) for column, kind in method.columns.items()},
            method.meaning,
        )
        for name, method in methods.items()
    }
