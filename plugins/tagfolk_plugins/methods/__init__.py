"""Built-in methods, one plugin a file, registered as a stranger's would be."""
