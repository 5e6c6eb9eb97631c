"""What a load tells: the JSON other programs rely on, and lines for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tagfolk_engine.intake.rejects import Rejected


@dataclass
class SourceReport:
    """One source. ``filtered``: rows that a ``where`` keeps out; they are neither kept nor rejected."""

    read: int = 0
    kept: int = 0
    filtered: int = 0
    duplicates: int = 0
    findings: list[str] = field(default_factory=list)
    rejected: Rejected | None = None

    def as_json(self) -> dict[str, Any]:
        more = self.rejected.as_json() if self.rejected and self.rejected.count else {}
        return {"read": self.read, "kept": self.kept, "rejected": self.rejected.count if self.rejected else 0,
                "duplicates": self.duplicates, "filtered": self.filtered, "findings": self.findings} | more  # fmt: skip


@dataclass
class FieldReport:
    """One attribute or property. ``filled``: the part of customers (events) that have it; ``values``: what was
    dropped, commonest first (masked where personal)."""

    filled: float = 0.0
    dropped: int = 0
    values: list[tuple[str, int]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"filled": round(self.filled, 4), "dropped": self.dropped} | (
            {"dropped_values": [{"value": v, "count": n} for v, n in self.values]} if self.values else {}
        )


@dataclass
class IdentityReport:
    """``records`` that describe customers, the ``customers`` they are, how many records were ``merged`` into others.
    ``joined`` and ``split``: customers that were several, or one, in the load before. ``placeholders``: anchors (by
    kind) shared by too many records."""

    records: int = 0
    customers: int = 0
    merged: int = 0
    joined: int = 0
    split: int = 0
    placeholders: list[tuple[str, str, int]] = field(default_factory=list)
    fuzzy: int = 0
    """Pairs that the fuzzy step made one, and (``review``) those that wait for a person."""
    review: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"records": self.records, "customers": self.customers, "merged": self.merged, "joined": self.joined,
                "split": self.split, "fuzzy": self.fuzzy, "review": self.review,
                "placeholders": [{"anchor": k, "value": v, "records": n} for k, v, n in self.placeholders]}  # fmt: skip


@dataclass
class LoadReport:
    """A whole load."""

    customers: int = 0
    events: dict[str, int] = field(default_factory=dict)
    sources: dict[str, SourceReport] = field(default_factory=dict)
    attributes: dict[str, FieldReport] = field(default_factory=dict)
    properties: dict[str, FieldReport] = field(default_factory=dict)
    identity: IdentityReport = field(default_factory=IdentityReport)
    snapshot: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The ``load`` shape of the commands' contract, and more."""
        return {
            "customers": self.customers,
            "events": dict(self.events),
            "sources": {name: source.as_json() for name, source in self.sources.items()},
            "attributes": {name: one.as_json() for name, one in self.attributes.items()},
            "properties": {name: one.as_json() for name, one in self.properties.items()},
            "identity": self.identity.as_json(),
            "snapshot": self.snapshot,
            "seconds": round(self.seconds, 3),
        }

    @property
    def quality(self) -> list[str]:
        """The quality report as lines for people."""
        lines = [f"{self.customers:,} customers, " + ", ".join(f"{n:,} {e}" for e, n in self.events.items())]
        for name, source in self.sources.items():
            lines += _source_lines(name, source)
        for title, fields in (("attribute", self.attributes), ("property", self.properties)):
            for name, one in fields.items():
                dropped = f", {one.dropped:,} dropped" if one.dropped else ""
                listed = ", ".join(f"{v} ×{n:,}" for v, n in one.values[:5])
                lines.append(f"{title} {name}: {one.filled:.1%} known{dropped}{f': {listed}' if listed else ''}")
        found = self.identity
        lines.append(f"identity: {found.records:,} records are {found.customers:,} customers ({found.merged:,} merged)")
        if found.joined or found.split:
            lines.append(
                f"identity: since the load before {found.joined:,} customers were joined, {found.split:,} split"
            )
        if found.fuzzy or found.review:
            lines.append(
                f"identity: {found.fuzzy:,} pairs are alike enough to be one; {found.review:,} wait for a person "
                "(tagfolk identity review)"
            )
        for kind, value, count in found.placeholders:
            lines.append(f"identity: {kind} {value} is shared by {count:,} records: taken for a placeholder, left out")
        return lines


def _source_lines(name: str, source: SourceReport) -> list[str]:
    rejected = source.rejected.count if source.rejected else 0
    parts = [f"{source.read:,} read", f"{source.kept:,} kept"]
    counts = {"filtered out": source.filtered, "duplicates": source.duplicates, "rejected": rejected}
    parts += [f"{count:,} {what}" for what, count in counts.items() if count]
    lines = [f"source {name}: " + ", ".join(parts)]
    lines += [f"  {one}" for one in source.findings]
    if source.rejected and rejected:
        lines += [f"  rejected: {reason} ×{count:,}" for reason, count in source.rejected.reasons.most_common(8)]
        lines += [f"    {place}: {reason}" for place, reason in source.rejected.sample]
        lines.append(f"    all in .tagfolk/{source.rejected.file}")
    return lines
