"""Built-in answers, one plugin a file, registered as a stranger's would be."""
