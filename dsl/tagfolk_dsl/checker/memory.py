"""What one check may keep for the next one of the same workspace."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tagfolk_dsl.checker.report import Report
from tagfolk_dsl.diagnostics import Diagnostic
from tagfolk_dsl.tree import Condition, Example, Let, Rule, Segment, Statement, Template

_Kept = tuple[Statement, Statement | None, tuple[Diagnostic, ...]]


class Memory:
    """Resolved statements by the surface statement they came from, and what is known of conditions.

    A rule goes by its condition: a rule above that comes or goes changes its name (``vip#3``) and nothing else.
    What is kept is kept alive, so that an ``id`` stands for one object.

    ``truths``: condition → (holds for nobody, holds for everybody). It depends on the condition alone.
    """

    def __init__(self) -> None:
        self.truths: dict[Condition, tuple[bool, bool]] = {}
        self._seen: object = None
        self._before: dict[int, _Kept] = {}
        self._now: dict[int, _Kept] = {}

    def begin(self, statements: Sequence[Statement], broken: set[str]) -> None:
        """A new check. Forgets the resolved statements if what statements see of each other is not the same."""
        seen = [_seen(statement) for statement in statements], set(broken)
        self._before = self._now if seen == self._seen else {}
        self._seen = seen
        self._now = {}
        if len(self.truths) > 4 * len(statements) + 1000:
            self.truths.clear()

    def resolved(self, node: Statement, report: Report, resolve: Callable[[], Statement | None]) -> Statement | None:
        """The statement resolved, now or before; its findings are in the report."""
        if isinstance(node, Let):
            return resolve()
        key = id(node.condition if isinstance(node, Rule) else node)
        kept = self._before.get(key)
        if kept is None:
            with report.recording() as found:
                kept = node, resolve(), ()
            kept = kept[0], kept[1], tuple(found)
        else:
            for diagnostic in kept[2]:
                report.add(diagnostic)
        self._now[key] = kept
        made = kept[1]
        return made.called(node.name) if isinstance(made, Rule) and isinstance(node, Rule) else made


def _seen(statement: Statement) -> object:
    """What another statement can see of this one."""
    if isinstance(statement, Rule):
        return statement.effects
    if isinstance(statement, Segment):
        return statement.name, statement.card
    if isinstance(statement, Template):
        return statement.name
    if isinstance(statement, Example):
        return None
    if isinstance(statement, Let):
        return statement, statement.span
    return statement
