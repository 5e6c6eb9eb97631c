"""Lark's LALR tables, run by a loop of our own: unit productions cost nothing, actions are looked up once.

Lark builds the tables and the callbacks; its own loop spends most of its time on productions such as
``sum: product`` that only hand their part on. Ours gives the same results (``tests/dsl/test_driver.py`` compares
the two). The table and the callbacks are not part of Lark's public interface: Lark is pinned below 1.4, and the
test fails where a new version moves them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lark import Lark
from lark.parse_tree_builder import ExpandSingleChild
from lark.parsers.lalr_analysis import Shift

from tagfolk_dsl.lexer import Token

_Step = tuple[int, str, Callable[[list[Any]], Any] | None]
"""A reduction: how many parts, which symbol they make, and the callback (None: the one part itself)."""


class Unexpected(Exception):
    """The token at ``index`` (the number of tokens: the end) does not fit; ``expected`` would."""

    def __init__(self, index: int, expected: frozenset[str]) -> None:
        super().__init__(index)
        self.index = index
        self.expected = expected


class Driver:
    """Parses token lists with the tables of a Lark parser."""

    def __init__(self, lark: Lark) -> None:
        frontend = lark.parser
        table = frontend.parser._parse_table
        callbacks = frontend.parser.parser.callbacks
        steps: dict[Any, _Step] = {}
        self.states: dict[Any, dict[str, Any]] = {}
        for state, actions in table.states.items():
            self.states[state] = compiled = {}
            for symbol, (action, argument) in actions.items():
                if action is Shift:
                    compiled[symbol] = argument
                    continue
                if id(argument) not in steps:
                    steps[id(argument)] = _step(argument, callbacks[argument])
                compiled[symbol] = steps[id(argument)]
        self.jumps: dict[tuple[Any, str, str], Any] = {}
        """(state below, symbol, token) → where a chain of unit productions ends; filled as it is met. Two threads
        that fill it write the same."""
        self.starts = dict(table.start_states)
        self.ends = dict(table.end_states)

    def parse(self, start: str, tokens: Sequence[Token]) -> Any:
        """The value of the start symbol. Raises Unexpected at the first token that does not fit."""
        states, end_state = self.states, self.ends[start]
        jumps = self.jumps
        stack: list[Any] = [self.starts[start]]
        values: list[Any] = []
        actions = states[stack[0]]
        for index in range(len(tokens) + 1):
            token = tokens[index] if index < len(tokens) else None
            type_ = "$END" if token is None else token.type
            while True:
                try:
                    action = actions[type_]
                except KeyError:
                    raise Unexpected(index, frozenset(name for name in actions if name.isupper())) from None
                if type(action) is not tuple:
                    stack.append(action)
                    values.append(token)
                    actions = states[action]
                    break
                size, symbol, callback = action
                if callback is not None:
                    parts = values[-size:] if size else []
                    if size:
                        del values[-size:]
                        del stack[-size:]
                    values.append(callback(parts))
                else:
                    stack.pop()
                under = stack[-1]
                state = jumps.get((under, symbol, type_))
                if state is None:
                    state = jumps[(under, symbol, type_)] = self._landing(under, symbol, type_, end_state)
                stack.append(state)
                if token is None and state == end_state:
                    return values[-1]
                actions = states[state]
        raise AssertionError("the end is either accepted or unexpected")

    def _landing(self, under: Any, symbol: str, type_: str, end_state: Any) -> Any:
        """The state after a reduction to ``symbol``, and after all that only hand their one part on behind it."""
        while True:
            state = self.states[under][symbol]
            action = self.states[state].get(type_)
            if state == end_state or type(action) is not tuple or action[2] is not None:
                return state
            symbol = action[1]


def _step(rule: Any, callback: Any) -> _Step:
    alone = len(rule.expansion) == 1 and isinstance(callback, ExpandSingleChild)
    return len(rule.expansion), rule.origin.name, None if alone else callback
