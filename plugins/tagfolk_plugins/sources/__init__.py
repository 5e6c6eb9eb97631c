"""Built-in sources, one plugin a file, registered as a stranger's would be."""
