"""A tagfolk source over a paged JSON REST service."""
