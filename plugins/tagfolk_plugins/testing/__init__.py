"""Contract suites and fixtures for plugin authors (a pytest plugin)."""
