"""The sound of a score: one stem per part, mixes, files and rehearsal tracks."""

from arranger.sounding.files import SOUND_ENDINGS, sound_bytes, write_sound
from arranger.sounding.mixing import mixed
from arranger.sounding.stems import Stem, Stems, stems
from arranger.sounding.timing import Timing, timing_of

__all__ = ["SOUND_ENDINGS", "Stem", "Stems", "Timing", "mixed", "sound_bytes", "stems", "timing_of", "write_sound"]
