"""Reading MusicXML, plain and compressed."""
