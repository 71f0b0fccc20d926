"""Limits on untrusted input files.

A score is a few hundred kilobytes of text; a file a hundred times larger is a mistake or an
attack. All limits stand in this module, so that they can be read and changed in one place. They
are far above real music: the longest symphony in MusicXML has about 30 MB and 200,000 notes.
"""

MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_UNZIPPED_BYTES = 64 * 1024 * 1024
MAX_ZIP_RATIO = 200  # unzipped : zipped; MusicXML text reaches about 40
MAX_ZIP_ENTRIES = 1000
MAX_XML_ELEMENTS = 4_000_000
MAX_XML_DEPTH = 64
MAX_PARTS = 64
MAX_BARS = 5000
MAX_NOTES = 200_000
MAX_TEXT_CHARACTERS = 2_000_000  # ABC and other plain text
MAX_BAR_QUARTERS = 256  # a bar longer than this is a broken duration
MAX_KEY_FIFTHS = 7
MAX_BEATS = 64
MAX_BEAT_TYPE = 64
MAX_MIDI_BYTES = 2 * 1024 * 1024  # a MIDI song has less than 200 KB, and every byte may become an event
MAX_SPINES = 256  # columns of a Humdrum file
MAX_OCTAVE = 9
MAX_DOTS = 4
MAX_RECIPROCAL = 2048  # of a note in Humdrum: 1/2048 of a whole note
MAX_TIME_DENOMINATOR = 1_000_000  # of a time in quarters; tuplets that are completed stay far below
