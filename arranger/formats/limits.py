"""Limits on untrusted input files.

A score is a few hundred kilobytes of text; a file a hundred times larger is a mistake or an
attack. All limits stand in this module, so that they can be read and changed in one place. They
are far above real music: the longest symphony in MusicXML has about 30 MB and 200,000 notes.

Size, depth and number bound the time and the memory that a file can cost; two bounds on time and memory stand behind
them, for what no count foresees. Values (octaves, tuplets,
tempi ...) bound what is written: beyond them MusicXML, or the programs that read it, have no such thing.
"""

# size
MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_UNZIPPED_BYTES = 64 * 1024 * 1024
MAX_ZIP_RATIO = 200  # unzipped : zipped; MusicXML text reaches about 40
MAX_ZIP_ENTRIES = 1000
MAX_XML_ELEMENTS = 4_000_000
MAX_XML_DEPTH = 64
MAX_TEXT_CHARACTERS = 2_000_000  # ABC and other plain text
MAX_LINE_CHARACTERS = 20_000  # of music in ABC
MAX_FIELD_CHARACTERS = 200  # of a field in ABC that is not words
MAX_MIDI_BYTES = 2 * 1024 * 1024  # a MIDI song has less than 200 KB, and every byte may become an event

# number
MAX_PARTS = 64
MAX_BARS = 5000
MAX_SCORE_BEATS = 12_000  # of a whole score; to estimate its harmony takes half a minute and 600 MB
MAX_NOTES = 200_000
MAX_TEXT_NOTES = 120_000  # in ABC and Humdrum, where a note takes two letters; to check them takes 1 GB
MAX_MIDI_NOTES = 50_000  # a symphony has 200,000, but no lead sheet is one, and all are put on a grid
MAX_SIGNS = 500  # chord symbols and directions in one bar
MAX_VOICES = 32  # on one staff
MAX_CHORD_NOTES = 32  # on one stem
MAX_GRACE_NOTES = 64  # before one note
MAX_VERSES = 32  # under one note
MAX_SIGNATURES = 5000  # time and key signatures and tempi in MIDI, of each kind
MAX_JUMPS = 32  # D.C. and D.S.; each plays the piece once more
MAX_SLICES = 8500  # moments at which an arrangement has something to decide; each takes about 6 ms
MAX_MODEL_SLICES = 4500  # a longer sheet is arranged by rules alone, in half of the time per moment
MAX_PLAYED_BARS = 10_000  # of a piece with its repeats played out, as in MIDI

# values
MAX_BAR_QUARTERS = 256  # a bar longer than this is a broken duration
MAX_DIVISIONS = 3_000_000  # of a quarter, so that all times are whole: tuplets of 3, 5, 7, 9, 11 and 13 in 128th notes
MAX_TUPLET = 1000  # notes in the time of how many
MAX_DOTS = 4
MAX_OCTAVE = 9  # as in MusicXML; C4 is middle C
MAX_MIDI_NUMBER = 127
MAX_ALTER = 3  # sharps or flats of one note
MAX_DEGREE = 13  # of a chord, above its root
MAX_KEY_FIFTHS = 7
MAX_BEATS = 64
MAX_BEAT_TYPE = 64
MAX_SPINES = 256  # columns of a Humdrum file
MAX_RECIPROCAL = 2048  # of a note in Humdrum: 1/2048 of a whole note
MAX_TIME_DENOMINATOR = 1_000_000  # of a time in quarters; tuplets that are completed stay far below
MAX_TEMPO = 10_000  # quarters per minute
MAX_SLUR_NUMBER = 16  # as in MusicXML
MAX_ENDING = 99


# time and memory for the work on one input; see `arranger.formats.bounds`
MAX_SECONDS = 3600  # of a command; the longest sheet takes a minute, with --effort high ten, and that for each variant
MAX_BATCH_SECONDS = 900  # of one input among many
MAX_MEMORY_BYTES = 4 << 30  # of a process; the largest score that is read takes about 1 GB


class LimitError(ValueError):
    """Music that is too large for what is asked; the message is one line and names the limit."""
