"""The work of the commands; ``arranger.cli`` declares their names and options."""
