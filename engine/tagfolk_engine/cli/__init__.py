"""The commands. One command, one file; none is imported before it is asked for."""
