"""Markers, hook specifications, base classes and errors: the contract between the engine and plugins."""
