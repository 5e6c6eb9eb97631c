"""A sentence in English or Chinese → what is asked, as conditions of the tag language, and what was left over."""

from tagfolk_bots.understand.frame import Clause, Frame, Reading, Side, filter_text, metric_text
from tagfolk_bots.understand.reader import Reader

__all__ = ["Clause", "Frame", "Reader", "Reading", "Side", "filter_text", "metric_text"]
