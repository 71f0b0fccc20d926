"""Pages for singers and players: scores and parts as PDF, PNG and SVG, and scores on a screen."""
