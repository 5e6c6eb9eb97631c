"""Text → tokens, in two stages: words (``words.py``), then the phrases of the grammar (``phrases.py``)."""

from tagfolk_dsl.lexer.phrases import Phrases
from tagfolk_dsl.lexer.token import Token, join
from tagfolk_dsl.lexer.words import Words

__all__ = ["Phrases", "Token", "Words", "join"]
