"""Reading lead sheets and scores from MusicXML, ABC, MIDI and Humdrum files.

>>> from arranger.formats.reading import read_lead_sheet
>>> read_lead_sheet("no-such-file.musicxml")
Traceback (most recent call last):
arranger.formats.reading.errors.ReadError: no-such-file.musicxml: no such file; check the name
"""

from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.sheet import (
    parse_lead_sheet,
    parse_score,
    read_lead_sheet,
    read_score,
    read_score_and_notices,
)

__all__ = ["ReadError", "parse_lead_sheet", "parse_score", "read_lead_sheet", "read_score", "read_score_and_notices"]
