"""A tagfolk method: on which weekday each customer comes."""
