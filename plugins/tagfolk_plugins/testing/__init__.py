"""Contract suites and a stand-in context for plugin authors. The pytest plugin comes with tagfolk."""

from tagfolk_plugins.testing.frames import FrameContext, metric, where, window

__all__ = ["FrameContext", "metric", "where", "window"]
