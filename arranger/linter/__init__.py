"""What `arranger check` says of files: verdicts, suppressions, baselines, configuration, and the forms of a report."""
