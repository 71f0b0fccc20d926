"""The groove that suits a piece, by its meter, tempo words, chords and tune."""

from __future__ import annotations

import re

from arranger.arranging.grooves import GROOVES, Groove, load_groove
from theory.notation.score import Score

TRIAD = 3  # tones
WORD_RANK = 10  # a word in the sheet outweighs what is heard in the music


def groove_for(score: Score) -> Groove:
    """Return the groove that suits a score best: one named by a tempo word or heading, or else by meter and chords."""
    meters = [str(bar.meter) for bar in score.bars]
    usual = max(sorted(set(meters)), key=meters.count)
    heading = _words(score)
    sevenths = share_of_sevenths(score)
    fitting = []
    for name in GROOVES.names:
        groove = load_groove(name)
        named = not heading.isdisjoint(groove.words)
        suits = sevenths >= groove.sevenths and not groove.only_named
        if (not groove.meters or usual in groove.meters) and (named or suits):
            fitting.append((groove.rank + WORD_RANK * named, groove))
    return max(fitting, key=lambda each: each[0])[1]


def share_of_sevenths(score: Score) -> float:
    """Return the share of the chord symbols that have more than three tones."""
    chords = [chord.symbol for chord in score.chords if not chord.symbol.is_no_chord]
    return sum(len(symbol.pitch_classes) > TRIAD for symbol in chords) / max(1, len(chords))


def _words(score: Score) -> set[str]:
    """Return the words of the title, creators, tempo marks and directions before the second bar, in lower case."""
    early = [
        mark.text
        for mark in score.directions
        if mark.kind in ("tempo", "words") and mark.onset_quarter < score.bars[0].end_quarter
    ]
    creators = [name for _, name in score.creators]
    return {word for text in (score.title, *creators, *early) for word in re.findall(r"[a-zäöüéè-]+", text.lower())}
