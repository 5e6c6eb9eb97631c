"""The contract of methods as a test suite: subclass it, say what to run it on, and run pytest."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, get_args

import pytest

from tagfolk_plugins.api.errors import ArgumentError, MethodError
from tagfolk_plugins.api.method import ArgumentKind, ColumnType, Method, MethodResult
from tagfolk_plugins.testing.frames import FrameContext
from tagfolk_plugins.testing.source_contract import assert_for_people


class MethodContract(ABC):
    """Every rule of a method."""

    method: ClassVar[type[Method]]

    @abstractmethod
    def context(self) -> FrameContext:
        """A shop that the method can work on."""

    @abstractmethod
    def given(self) -> Mapping[str, Any]:
        """The arguments to run it with; those left out have their defaults."""

    @abstractmethod
    def too_little(self) -> FrameContext:
        """A shop that is too small (or too plain) for the method."""

    def _run(self, context: FrameContext) -> MethodResult:
        return self.method().run({**{a.name: a.default for a in self.method.arguments}, **self.given()}, context)

    def test_it_declares_itself(self) -> None:
        assert self.method.name.isidentifier()
        assert self.method.meaning.strip(), "say in one line what the method tells"
        names = [a.name for a in self.method.arguments]
        assert len(set(names)) == len(names)
        for argument in self.method.arguments:
            assert argument.kind in get_args(ArgumentKind)
            assert argument.meaning.strip(), f"say what '{argument.name}' means"
            assert argument.kind != "choice" or argument.choices, f"'{argument.name}' has no choices"
            assert not argument.required or argument.default is None
        assert set(self.method.columns.values()) <= set(get_args(ColumnType))
        assert set(self.given()) <= set(names)

    def test_it_gives_its_columns_for_known_customers_once(self) -> None:
        context = self.context()
        frame = self._run(context).customers
        assert set(self.method.columns) <= set(frame.columns)
        assert frame.index.is_unique
        assert set(frame.index) <= set(context.customers().index)
        assert len(frame) or not self.method.columns

    def test_the_columns_have_their_types(self) -> None:
        import numpy as np

        frame = self._run(self.context()).customers
        for name, kind in self.method.columns.items():
            known = frame[name].dropna()
            if kind == "number":
                assert np.isfinite(known.to_numpy(dtype=float)).all(), f"'{name}' is not finite"
            elif kind == "text":
                assert all(isinstance(v, str) for v in known), f"'{name}' is not text"
            elif kind == "boolean":
                assert all(isinstance(v, (bool, np.bool_)) for v in known), f"'{name}' is not yes or no"

    def test_tables_fit_and_state_can_be_written(self) -> None:
        import pandas as pd

        result = self._run(self.context())
        assert all(isinstance(t, pd.DataFrame) for t in result.tables.values())
        assert all(v is None or isinstance(v, (str, int, float, np_number())) for v in result.fit.values())
        json.dumps(result.state)

    def test_the_same_data_give_the_same(self) -> None:
        import pandas as pd

        first, second = self._run(self.context()), self._run(self.context())
        pd.testing.assert_frame_equal(first.customers, second.customers)

    def test_it_takes_its_own_state_back(self) -> None:
        context = self.context()
        state = json.loads(json.dumps(self._run(context).state))
        for due in (True, False):
            context.state, context.due = state, due
            assert set(self.method.columns) <= set(self._run(context).customers.columns)

    def test_it_looks_at_nothing_after_t(self) -> None:
        """Earlier, with the same data, the method must give what it would give without the later events."""
        import pandas as pd

        context = self.context()
        earlier = context.at(context.as_of - timedelta(hours=1))
        try:
            before = self._run(earlier).customers
        except MethodError:
            return
        without = self._run(earlier.at(earlier.as_of)).customers
        pd.testing.assert_frame_equal(before, without)

    def test_too_little_is_a_sentence(self) -> None:
        with pytest.raises((MethodError, ArgumentError)) as found:
            self._run(self.too_little())
        assert_for_people(found.value)


def np_number() -> type:
    """The base of numpy's numbers."""
    import numpy as np

    return np.number
