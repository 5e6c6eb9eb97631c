"""The commands by name: where each lives and what its one line says. ``--help`` reads nothing else."""

from __future__ import annotations

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("tagfolk_engine.cli.init", "Write a workspace that runs as it stands."),
    "demo": ("tagfolk_engine.cli.demo", "The whole product at once: load, run, a look at the results, the chat."),
    "check": ("tagfolk_engine.cli.check", "All errors and warnings of config, sources' columns and rules."),
    "fmt": ("tagfolk_engine.cli.fmt", "One canonical layout for rule files; --lang also turns the keywords."),
    "load": ("tagfolk_engine.cli.load", "Sources into the lake: mapped, tidied, de-duplicated, joined by identity."),
    "run": ("tagfolk_engine.cli.run", "Load, evaluate, store, notify and sync what changed."),
    "preview": ("tagfolk_engine.cli.preview", "What a rule would do; stores nothing."),
    "explain": ("tagfolk_engine.cli.explain", "Why a customer holds a tag: each condition with the figures."),
    "backtest": ("tagfolk_engine.cli.backtest", "Re-run a tag in the past and measure what then happened."),
    "diff": ("tagfolk_engine.cli.diff", "What the changed rule files would do, before they are applied."),
    "test": ("tagfolk_engine.cli.test", "Run the examples in the rule files."),
    "tags": ("tagfolk_engine.cli.tags", "The tags: how many hold each, who entered and left."),
    "segments": ("tagfolk_engine.cli.segments", "The segments: their size, who entered and left."),
    "history": ("tagfolk_engine.cli.history", "What changed, when and why: the runs, or one customer."),
    "usage": ("tagfolk_engine.cli.usage", "What is asked, what is not understood, what nobody uses."),
    "pin": ("tagfolk_engine.cli.pin", "A person's word over the rules': give or withhold a tag."),
    "unpin": ("tagfolk_engine.cli.unpin", "Take a pin back."),
    "export": ("tagfolk_engine.cli.export", "A segment to a file or a sink."),
    "method": ("tagfolk_engine.cli.method", "Run an analysis method of the rules and show what it finds."),
    "identity": ("tagfolk_engine.cli.identity", "Who is who: review pairs of records, confirm, deny, unmerge."),
    "quality": ("tagfolk_engine.cli.quality", "How good the loaded data are, against the limits of [quality]."),
    "experiment": ("tagfolk_engine.cli.experiment", "Split a segment at random, then measure the arms."),
    "lsp": ("tagfolk_engine.cli.lsp", "The language server for editors, over standard input and output."),
    "report": ("tagfolk_engine.cli.report", "The layered portrait of the customers, with charts, as one page."),
    "serve": ("tagfolk_engine.cli.serve", "The daemon: schedules, triggers, an HTTP endpoint for events."),
    "plugins": ("tagfolk_engine.cli.plugins", "What is installed and where it comes from."),
}
"""Name → (module with ``app``, help line). Commands of other packages come by the entry points ``tagfolk.commands``."""

PLUGGED: dict[str, str] = {
    "ask": "Ask one question, or a batch of them.",
    "chat": "Ask in the terminal.",
    "slack": "The bot in Slack.",
    "web": "The bot on a local page.",
}
"""Help lines of commands that come by entry points, so that their packages are not imported for ``--help``."""

GROUP = "tagfolk.commands"
