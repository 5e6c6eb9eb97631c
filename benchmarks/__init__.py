"""Ours beside peers on the same seeded data, as ratios. ``make bench`` runs all and writes docs/benchmarks.md."""
