"""From the grammar's productions to the tree: one method a production."""

from tagfolk_dsl.builder.lines import Builder, Clause, Head, Test

__all__ = ["Builder", "Clause", "Head", "Test"]
