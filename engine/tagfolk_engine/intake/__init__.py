"""Intake: sources → canonical tables. Mapped, tidied, de-duplicated, joined by identity, with a quality report."""

from tagfolk_engine.intake.errors import SourceFailed
from tagfolk_engine.intake.loading import load
from tagfolk_engine.intake.probing import probe
from tagfolk_engine.intake.progress import Progress, Silent
from tagfolk_engine.intake.report import LoadReport

__all__ = ["LoadReport", "Progress", "Silent", "SourceFailed", "load", "probe"]
