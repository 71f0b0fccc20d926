"""The laboratory: training, fitting and evaluation, with torch and real corpora; only the command line leads here."""
