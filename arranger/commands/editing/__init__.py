"""The work of the commands that change a finished score."""
