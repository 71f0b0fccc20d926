"""What is done with music in worker processes: functions from plain values to plain values, listed in `tasks`."""
