"""What all tests share."""

from support.truth_summary import pytest_terminal_summary

__all__ = ["pytest_terminal_summary"]
