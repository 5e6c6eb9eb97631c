"""What can go wrong while rules are evaluated.

EvaluationError
└── NotYet      a construct that this engine cannot evaluate, named with its place
"""

from __future__ import annotations

from tagfolk_dsl.tree import NOWHERE, Node, Span


class EvaluationError(Exception):
    """The rules could not be evaluated. ``span`` is the place in the rule file that is at fault, if one is."""

    def __init__(self, message: str, span: Span = NOWHERE) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


class NotYet(EvaluationError):
    """A construct without an evaluation on this engine: never a wrong answer instead."""

    def __init__(self, construct: str, node: Node | None = None) -> None:
        super().__init__(f"{construct} cannot be evaluated by this engine yet", node.span if node else NOWHERE)
        self.construct = construct
