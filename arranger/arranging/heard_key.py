"""The key of a sheet as it is heard in its tune and chord symbols, where its key signature says otherwise.

Some sheets are written without a key signature, each sharp and flat before its note. Their key is neither C major nor
A minor, and everything that depends on the key would be wrong.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from theory.notation.key import Key
from theory.notation.score import LeadSheet, Notice, Score
from theory.slices.symbols import symbols_in_force
from theory.types import Floats

LEAST_GAIN = 0.04  # share of tune and chords that the scale of another key must have more than the written one


def in_heard_key(sheet: LeadSheet) -> LeadSheet:
    """Return the sheet with the signature of the key that is heard, with a notice if that is another one."""
    heard = heard_key(sheet.score)
    if heard is None:
        return sheet
    first = sheet.score.bars[0]
    message = (
        f"the key signature is that of {first.key}, but tune and chord symbols are in {heard}; "
        f"the arrangement begins from {heard}"
    )
    bars = tuple(replace(bar, key=heard, shows_key=bar.shows_key or bar is first) for bar in sheet.score.bars)
    notice = Notice(message, first.number, first.onset_quarter)
    return replace(sheet, score=replace(sheet.score, bars=bars), notices=(*sheet.notices, notice))


def heard_key(score: Score) -> Key | None:
    """Return the key that tune and symbols are in if it contradicts the only key signature of a score; else None.

    Its scale must fit clearly better, and the piece must begin or end on its tonic chord, but not on that of the
    written key or its relative.
    """
    written = score.bars[0].key
    symbols = [chord.symbol for chord in score.chords if chord.symbol.root is not None]
    if not symbols or written.church or any(bar.key != written for bar in score.bars):
        return None
    times = _times(score)
    fits = {fifths: float(times[list(Key.from_fifths(fifths).scale)].sum()) for fifths in range(-6, 7)}
    best = max(fits, key=lambda fifths: (fits[fifths], -abs(fifths - written.fifths)))
    if fits[best] - fits[written.fifths] <= LEAST_GAIN:
        return None
    outer = [symbols[-1], symbols[0]]
    roots = {each.root.pitch_class for each in outer if each.root}
    if roots & {Key.from_fifths(written.fifths, mode).tonic.pitch_class for mode in ("major", "minor")}:
        return None
    keys = (Key.from_fifths(best, mode) for mode in ("major", "minor"))
    return next((key for key in keys if key.tonic.pitch_class in roots), None)


def _times(score: Score) -> Floats:
    """Return the share of each pitch class, (12,): half in the tune, half in the chord symbols, by duration."""
    tune, chords = np.zeros(12), np.zeros(12)
    for note in score.parts[0].notes:
        if note.pitch is not None:
            tune[note.pitch.midi % 12] += float(note.duration_quarter)
    symbols = symbols_in_force(score)
    ends = [*(chord.onset_quarter for chord in symbols[1:]), score.end_quarter]
    for chord, end in zip(symbols, ends, strict=True):
        tones = list(chord.symbol.pitch_classes) if chord.symbol.root is not None else []
        chords[tones] += float(end - chord.onset_quarter) / max(1, len(tones))
    shares = [each / each.sum() for each in (tune, chords) if each.sum()]
    return np.asarray(sum(shares) / max(1, len(shares)))
