"""Built-in sinks, one plugin a file, registered as a stranger's would be."""
