"""What plugins give, by name. A class that is not what its hook promises is left out and said so."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tagfolk_plugins.api.errors import PluginError

T = TypeVar("T")


@dataclass(frozen=True)
class Origin:
    """Where a plugin comes from: its module (or file) and its distribution with version, where it has one."""

    plugin: str
    place: str
    distribution: str = ""

    def __str__(self) -> str:
        """For people.

        >>> print(Origin("rfm", "tagfolk_plugins.methods.rfm", "tagfolk 0.1.0"))
        tagfolk_plugins.methods.rfm (tagfolk 0.1.0)
        """
        return f"{self.place} ({self.distribution})" if self.distribution else self.place


class PluginClash(PluginError):
    """Two plugins give a thing of one kind and one name."""


class Registry(Mapping[str, type[T]], Generic[T]):
    """The classes of one kind by name, with where each comes from."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.origins: dict[str, Origin] = {}
        self._classes: dict[str, type[T]] = {}

    def add(self, name: str, item: type[T], origin: Origin) -> None:
        """Take a class in. Raises PluginClash where the name is taken."""
        if name in self._classes and self._classes[name] is not item:
            raise PluginClash(
                f"two plugins give a {self.kind} called '{name}': {self.origins[name]} and {origin}",
                "rename one of them, or uninstall the package (remove the file) that you do not need",
            )
        self._classes[name] = item
        self.origins[name] = origin

    def __getitem__(self, name: str) -> type[T]:
        return self._classes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._classes))

    def __len__(self) -> int:
        return len(self._classes)


def misfit(item: Any, base: type[Any], kind: str) -> str | None:
    """Why something is not a class of that kind that can be used; None where it is.

    >>> misfit(3, dict, "source")
    'a source must be a subclass of dict, this is 3'
    """
    if not (inspect.isclass(item) and issubclass(item, base)):
        return f"a {kind} must be a subclass of {base.__name__}, this is {item!r}"
    name = getattr(item, "name", None)
    if not (isinstance(name, str) and name.isidentifier()):
        return f"{item.__name__}.name must be a word (letters, digits, _), it is {name!r}"
    left = sorted(getattr(item, "__abstractmethods__", ()))
    if left:
        return f"{item.__name__} lacks {', '.join(left)}"
    return None
