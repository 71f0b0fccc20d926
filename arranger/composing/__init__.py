"""The melody model: scores single lines and composes tunes."""
