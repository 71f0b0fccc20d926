"""Training, fitting and evaluation, with torch and real corpora; only the command line imports this package."""
