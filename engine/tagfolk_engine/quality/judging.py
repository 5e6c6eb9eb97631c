"""Whether the loaded data are good enough for a run, and which tags hang on those that are not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tagfolk_engine.quality.limits import Broken, broken, unknown
from tagfolk_engine.quality.profile import profile

if TYPE_CHECKING:
    from tagfolk_engine.evaluate import Cutoff
    from tagfolk_engine.run.opening import Prepared


@dataclass(frozen=True)
class Judgement:
    """``broken``: the limits that the data break; ``doubts``: tag → why it is stale; ``warnings`` for people."""

    broken: list[Broken] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def stops(self) -> list[Broken]:
        """Those that do not let a run go on."""
        return [one for one in self.broken if one.stops]


class DataRefused(Exception):
    """Limits of ``[quality.NAME]`` with ``stop = true`` are broken: the run did not go on, tags keep their state."""

    def __init__(self, judgement: Judgement) -> None:
        first, *more = judgement.stops
        super().__init__(first.english + (f" (and {len(more)} more)" if more else ""))
        self.message = f"the run is stopped: {self}"
        self.hint = "mend the source, or change the limit in [quality] of tagfolk.toml; tags are kept and marked stale"
        self.judgement = judgement


def judge(prepared: Prepared, cutoff: Cutoff) -> Judgement:
    """Hold the current snapshot against the limits of the workspace; nothing is measured where there are none."""
    settings = prepared.workspace.settings
    if not settings.quality:
        return Judgement()
    wanted = [name for name, table in settings.quality.items() if table.drift is not None]
    found = broken(settings, profile(prepared.data, cutoff.instant, drift_of=wanted))
    warnings = [*unknown(settings), *(f"data quality: {one.english}" for one in found if not one.stops)]
    return Judgement(found, _doubts(prepared, found), warnings)


def _doubts(prepared: Prepared, found: list[Broken]) -> dict[str, str]:
    """The tags that look at doubtful data, through the tags they look at too."""
    from tagfolk_engine.run.looks import looks

    stale = [one for one in found if one.stale]
    if not stale:
        return {}
    doubts: dict[str, str] = {}
    for tag, looked in looks(prepared.program).items():
        for one in stale:
            if one.target.events & looked.events or one.target.attributes & looked.attributes:
                doubts.setdefault(tag, one.english)
    return doubts
