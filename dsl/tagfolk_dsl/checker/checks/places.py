"""``sync`` to a sink and ``notify`` in a channel that the workspace does not have."""

from __future__ import annotations

from collections.abc import Collection

from tagfolk_dsl.checker.nearest import nearest
from tagfolk_dsl.checker.report import listing
from tagfolk_dsl.checker.resolver import Resolver
from tagfolk_dsl.program import Program
from tagfolk_dsl.tree import Span


def places(program: Program, r: Resolver) -> None:
    """Every segment's sinks (W012) and channels (W013)."""
    vocabulary = r.symbols.vocabulary
    for segment in program.segments.values():
        for sink in segment.sync:
            if sink not in vocabulary.sinks:
                _unknown("W012", segment.span, sink, vocabulary.sinks, ("sink", "同步目标"), r)
        for channel in segment.notify:
            if vocabulary.channels is not None and channel.lstrip("#") not in {
                c.lstrip("#") for c in vocabulary.channels
            }:
                _unknown("W013", segment.span, channel, vocabulary.channels, ("channel", "通知频道"), r)


def _unknown(code: str, span: Span, name: str, known: Collection[str], kind: tuple[str, str], r: Resolver) -> None:
    names = sorted(known)
    near = nearest(name, names)
    ask, ask_zh = (f"did you mean '{near}'? ", f"是不是“{near}”？") if near else ("", "")
    there = f"{kind[0]}s: {listing(names)}" if names else f"tagfolk.toml configures no {kind[0]}"
    there_zh = f"{kind[1]}：{listing(names, zh=True)}" if names else f"tagfolk.toml 没有配置{kind[1]}"
    r.report.warning(
        code,
        r.report.word(span, name),
        f"there is no {kind[0]} '{name}'",
        f"没有名为“{name}”的{kind[1]}",
        ask + there,
        ask_zh + there_zh,
        near,
    )
