"""The contract of sinks as a test suite: subclass it, say how to make a sink and how to read what it wrote."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagfolk_plugins.api.errors import SinkError
from tagfolk_plugins.api.sink import Sink, SinkArguments
from tagfolk_plugins.testing.source_contract import assert_for_people

if TYPE_CHECKING:
    import pyarrow as pa


def members(*ids: str) -> pa.Table:
    """A table as a sink gets it: ``customer_id`` and one further column."""
    import pyarrow as pa

    return pa.table({
        "customer_id": pa.array(list(ids), pa.string()), "city": pa.array([f"city of {i}" for i in ids], pa.string()),
    })  # fmt: skip


class SinkContract(ABC):
    """Every rule of a sink. Each test makes its own sink in its own folder."""

    @abstractmethod
    def sink(self, tmp_path: Path) -> Sink:
        """A sink that works; made twice with one folder it is the same other side."""

    @abstractmethod
    def broken(self, tmp_path: Path) -> Sink:
        """A sink whose other side does not take anything."""

    @abstractmethod
    def held(self, tmp_path: Path) -> set[str]:
        """The customer ids that the other side holds now."""

    def test_it_has_a_name_and_checks_its_arguments(self, tmp_path: Path) -> None:
        kind = type(self.sink(tmp_path))
        assert kind.name.isidentifier()
        assert issubclass(kind.Arguments, SinkArguments)
        from pydantic import ValidationError

        with pytest.raises(ValidationError):
            kind.Arguments.model_validate({"no_such_argument_of_anybody": 1})

    def test_the_other_side_holds_the_current_members(self, tmp_path: Path) -> None:
        taken = self.sink(tmp_path).sync(members("a", "b"), members(), members("a", "b"))
        assert isinstance(taken, int)
        assert taken >= 0
        assert self.held(tmp_path) == {"a", "b"}

    def test_those_who_left_are_gone(self, tmp_path: Path) -> None:
        self.sink(tmp_path).sync(members("a", "b"), members(), members("a", "b"))
        self.sink(tmp_path).sync(members("c"), members("a"), members("b", "c"))
        assert self.held(tmp_path) == {"b", "c"}

    def test_the_same_call_twice_does_no_harm(self, tmp_path: Path) -> None:
        for _ in range(2):
            self.sink(tmp_path).sync(members("a", "b"), members(), members("a", "b"))
        assert self.held(tmp_path) == {"a", "b"}

    def test_nobody_is_a_segment_too(self, tmp_path: Path) -> None:
        self.sink(tmp_path).sync(members("a"), members(), members("a"))
        self.sink(tmp_path).sync(members(), members("a"), members())
        assert self.held(tmp_path) == set()

    def test_ids_arrive_letter_by_letter(self, tmp_path: Path) -> None:
        odd = ("crm:007", 'say "hi", please', "张三", "a\tb")
        self.sink(tmp_path).sync(members(*odd), members(), members(*odd))
        assert self.held(tmp_path) == set(odd)

    def test_a_refusal_is_a_sink_error(self, tmp_path: Path) -> None:
        with pytest.raises(SinkError) as found:
            self.broken(tmp_path).sync(members("a"), members(), members("a"))
        assert_for_people(found.value)
