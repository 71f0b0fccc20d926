"""Working on a finished arrangement: doing a passage again, pins, and the project file."""
