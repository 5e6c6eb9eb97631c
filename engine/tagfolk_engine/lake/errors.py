"""The errors of the lake.

LakeError      the lake cannot be read or written, in words for people, with the next step
└── LakeBusy   another process is writing
"""


class LakeError(Exception):
    """The lake cannot be read or written. The last good snapshot is untouched."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class LakeBusy(LakeError):
    """Another process holds the writer's lock."""
