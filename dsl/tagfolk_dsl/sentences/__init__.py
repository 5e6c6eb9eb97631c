"""Resolved trees as plain sentences, English and Chinese: what answers and reasons are written with."""

from __future__ import annotations

from tagfolk_dsl.program import Program
from tagfolk_dsl.sentences.english import condition_en, metric_en, rule_en
from tagfolk_dsl.sentences.mandarin import condition_zh, metric_zh, rule_zh
from tagfolk_dsl.sentences.words import Words
from tagfolk_dsl.tree import Condition, Metric, Rule
from tagfolk_dsl.vocabulary import Vocabulary

__all__ = ["say_condition", "say_metric", "say_rule"]


def say_condition(
    c: Condition, language: str, vocabulary: Vocabulary | None = None, program: Program | None = None
) -> str:
    """A condition as a sentence without a stop: ``no purchase in the last 6 months``, ``最近 6 个月没有购买``.

    Events, attributes and tags are called by a name of the language (``zh``, otherwise English) where there is one.
    """
    words = Words(language == "zh", vocabulary, program)
    return condition_zh(c, words) if words.zh else condition_en(c, words)


def say_metric(m: Metric, language: str, vocabulary: Vocabulary | None = None, program: Program | None = None) -> str:
    """A metric in words: ``purchases in the last 30 days``, ``最近 30 天的购买次数``."""
    words = Words(language == "zh", vocabulary, program)
    return metric_zh(m, words) if words.zh else metric_en(m, words)


def say_rule(rule: Rule, language: str, vocabulary: Vocabulary | None = None, program: Program | None = None) -> str:
    """A rule as a sentence: ``no purchase in the last 6 months: gets "churn risk"``."""
    words = Words(language == "zh", vocabulary, program)
    return rule_zh(rule, words) if words.zh else rule_en(rule, words)
