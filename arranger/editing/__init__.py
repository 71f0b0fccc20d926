"""The edit loop: a finished score is judged note by note, mended, and parts of it are written anew."""
