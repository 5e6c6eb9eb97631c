"""The engine: workspaces, intake, evaluation, results, and the door through which others read."""
