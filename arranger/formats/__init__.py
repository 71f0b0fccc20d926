"""Reading lead sheets and scores, writing scores, and the limits on untrusted files."""
