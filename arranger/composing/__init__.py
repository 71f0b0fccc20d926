"""The melody model: judges single lines and composes tunes."""
