"""Files of music: reading lead sheets and scores, writing scores, and the limits on files that nobody vouches for."""
