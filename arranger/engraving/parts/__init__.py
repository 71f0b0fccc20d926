"""Parts for players and singers, taken from a MusicXML document."""
