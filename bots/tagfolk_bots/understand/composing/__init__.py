"""Spans → conditions, step by step; ``compose.py`` puts the steps in order."""
