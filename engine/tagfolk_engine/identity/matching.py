"""How probably two records are one customer: Splink's model of agreeing and differing fields, trained on the data.

The chance that fields agree by accident comes from random pairs, the chance that they agree on the same customer from
expectation maximisation over pairs that agree on something else. Everything is seeded.
"""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

MOST_PAIRS = 5_000_000
"""A way of choosing pairs that gives more than this is not taken."""


class FuzzyError(Exception):
    """The fuzzy step cannot work, in words. ``hint``: the next step."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def score(
    records: pd.DataFrame, compare: Sequence[str], *, block: Sequence[Sequence[str]], least: float, seed: int = 7
) -> pd.DataFrame:
    """Pairs of records at least as probable as ``least``: left, right, probability, weight and one ``mw_…`` per field.

    ``records``: ``unique_id`` and the text fields of ``compare`` (missing: None). ``block``: only pairs that agree on
    all fields of one of these lists are looked at; none: chosen by the data. Raises FuzzyError.
    """
    import pandas as pd

    empty = pd.DataFrame(columns=["left", "right", "probability", "weight", *(f"mw_{c}" for c in compare)])
    compare = [c for c in compare if records[c].nunique() > 1]
    if len(compare) < 2 or len(records) < 2:
        return empty
    try:
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    except ImportError:
        words = "[identity.fuzzy] needs Splink, which is not installed"
        raise FuzzyError(words, "pip install 'tagfolk[identity]'") from None
    rules = [list(r) for r in block] or _blocks(records, compare)
    if not rules:
        words = "[identity.fuzzy]: no field tells records apart well enough to choose pairs by"
        raise FuzzyError(words, "name fields that pairs agree on: block = [[…]]")
    settings = SettingsCreator(
        link_type="dedupe_only", comparisons=[_comparison(c, records[c]) for c in compare],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
        retain_intermediate_calculation_columns=True, probability_two_random_records_match=1 / max(2, len(records)),
    )  # fmt: skip
    with _quiet():
        api = DuckDBAPI()
        linker = Linker(api.register(records[["unique_id", *compare]]), settings)
        _train(linker, [block_on(*rule) for rule in rules], seed)
        predicted: Any = linker.inference.predict(threshold_match_probability=least)
    found: pd.DataFrame = predicted.as_pandas_dataframe().rename(columns={
        "unique_id_l": "left", "unique_id_r": "right", "match_probability": "probability", "match_weight": "weight",
    })  # fmt: skip
    kept = [c for c in empty.columns if c in found.columns]
    keys = ["probability", "left", "right"]
    return found[kept].sort_values(keys, ascending=[False, True, True], ignore_index=True)


def _train(linker: Any, rules: Sequence[Any], seed: int) -> None:
    """Accidental agreement from random pairs; agreement on the same customer by EM over up to three rules."""
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=seed)
    for rule in rules[:3]:
        # a rule whose pairs teach nothing (too few, or all alike) leaves Splink's own defaults in place
        with contextlib.suppress(Exception):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)


def _comparison(name: str, values: pd.Series[Any]) -> Any:
    """How a field is compared: names by Jaro and Winkler, numbers and dates by slips of the keyboard."""
    import splink.comparison_library as library

    known = values.dropna().astype(str)
    digits = known.str.count(r"\d").sum() / max(1, known.str.len().sum())
    if digits > 0.5:
        return library.DamerauLevenshteinAtThresholds(name, [1, 2])
    if known.str.len().mean() < 4:  # Chinese names, initials
        return library.LevenshteinAtThresholds(name, [1])
    return library.JaroWinklerAtThresholds(name, [0.92, 0.8])


def _blocks(records: pd.DataFrame, compare: Sequence[str]) -> list[list[str]]:
    """Fields, else pairs of fields, whose equal values give few enough pairs; the most telling first."""

    def pairs(fields: list[str]) -> int:
        sizes = records.dropna(subset=fields).groupby(fields, sort=False).size().astype("int64")
        return int((sizes * (sizes - 1) // 2).sum())

    counted = {name: pairs([name]) for name in compare}
    limit = min(MOST_PAIRS, 50 * len(records))
    found = [[name] for name in sorted(compare, key=lambda n: counted[n]) if 0 < counted[name] <= limit]
    rest = [name for name in compare if counted[name] > limit]
    both = [[a, b] for i, a in enumerate(rest) for b in rest[i + 1 :]]
    return found + [fields for fields in both if 0 < pairs(fields) <= limit]


@contextlib.contextmanager
def _quiet() -> Any:
    """Splink tells its work through the log and warnings; nobody asked here."""
    logger = logging.getLogger("splink")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
