"""Every sentence that people read, English and Chinese side by side."""

from tagfolk_bots.wording.figures import money, number, percent
from tagfolk_bots.wording.phrases import PHRASES, say
from tagfolk_bots.wording.render import Page, lines

__all__ = ["PHRASES", "Page", "lines", "money", "number", "percent", "say"]
