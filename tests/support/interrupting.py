"""Starting a program that can be interrupted, also where the tests themselves run in the background."""

from __future__ import annotations

import signal


def hear_ctrl_c() -> None:
    """For ``preexec_fn``: a job started with ``&`` ignores SIGINT, and so would everything it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
