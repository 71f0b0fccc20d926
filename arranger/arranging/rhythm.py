"""The rhythm of the voices to be filled: which voice may attack in which slice.

Each free voice has one of four modes in each slice, fixed before the search: it *must* attack, it *may* attack (it
does if its pitch changes and holds if not), it *holds*, or it *rests*. The mode depends on the syllables of the tune,
the chord onsets, the beats under long notes, and the breaths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from arranger.arranging.playing.roles import roles_of
from arranger.arranging.playing.scheme import Scheme
from arranger.arranging.styles import Style
from arranger.arranging.text import Line, lines_sung
from theory.notation.score import Score
from theory.notation.syllables import wordless_runs
from theory.notation.words.lines import text_lines
from theory.slices.texture import REST, Texture
from theory.types import Floats, Ints, Mask
from theory.values import Value

GIVEN, MUST, MAY, HOLD, REST_MODE = range(5)
WORDS_PACE_QUARTERS = 0.75  # all voices sing a line if its median syllable is at least this long
SHORT_REST_QUARTERS = 1.0  # a rest of the tune up to this length is a breath of all voices
_MOMENT = Fraction(1, 64)


@dataclass(frozen=True, eq=False, repr=False)
class Tune(Value):
    """The features of a tune on which the rhythm of the other voices depends. T slices; all arrays are (T,)."""

    texture: Texture  # of the tune alone
    score: Score
    activity: Floats  # (T,) activity of the character, -1 (calm) to 1 (lively)
    words: str = "auto"  # which words the other voices sing: a choice of `arranger.arranging.text.WORDS`

    @cached_property
    def attack(self) -> Mask:
        """Where the tune attacks."""
        return self.texture.attack[:, 0]

    @cached_property
    def lively(self) -> Mask:
        """Where the character is lively, so that the other voices may move more than the style alone lets them."""
        return self.activity > 0

    @cached_property
    def pace_quarters(self) -> Floats:
        """Threshold in quarters: if the median syllable of a line is this long or longer, all voices sing the words.

        A calm character raises it.
        """
        return WORDS_PACE_QUARTERS * 2.0**-self.activity

    @cached_property
    def rests(self) -> Mask:
        """Where the tune rests."""
        return self.texture.pitch[:, 0] == REST

    @cached_property
    def has_words(self) -> bool:
        """Whether any note of the tune has a syllable."""
        return any(note.lyrics for note in self.score.parts[0].notes)

    @cached_property
    def on_beat(self) -> Mask:
        """Where a slice begins on a beat."""
        return self.texture.strength >= 0.25

    @cached_property
    def even(self) -> Mask:
        """Where a slice begins on a half, quarter, eighth ... of a quarter, outside triplets."""
        times = self.texture.onset_quarter
        return np.array([time.denominator & (time.denominator - 1) == 0 for time in times], dtype=bool)

    @cached_property
    def syllable(self) -> Mask:
        """Where the tune attacks with a syllable; in a tune without words, where it attacks on a beat."""
        if not self.has_words:
            return self.attack & self.on_beat
        notes = self.score.parts[0].notes
        sung = [bool(notes[index].lyrics) if index >= 0 else False for index in self.texture.note[:, 0]]
        return self.attack & np.array(sung, dtype=bool)

    @cached_property
    def wordless(self) -> Mask:
        """Where a passage of a song with words is instrumental: an introduction or interlude."""
        notes = self.score.parts[0].notes
        played = {index for run in wordless_runs(notes) for index in run} if self.has_words else set()
        return np.isin(self.texture.note[:, 0], list(played))

    @cached_property
    def under_long_note(self) -> Mask:
        """Where a beat falls inside a note of the tune of two beats or more that does not end a phrase."""
        notes = self.score.parts[0].notes
        found = np.zeros(len(self.rests), dtype=bool)
        for t, index in enumerate(self.texture.note[:, 0]):
            if index < 0 or self.attack[t] or not self.on_beat[t]:
                continue
            beat = self.score.bar_at(self.texture.onset_quarter[t]).meter.beat_quarters
            found[t] = notes[index].duration_quarter >= 2 * beat and not self.closes(t)
        return found

    def closes(self, t: int) -> bool:
        """Whether the note that sounds in a slice is the last before a phrase end."""
        while t + 1 < len(self.attack) and not self.texture.phrase_end[t] and not self.attack[t + 1]:
            t += 1
        return bool(self.texture.phrase_end[t])

    @cached_property
    def phrase(self) -> Ints:
        """Index of the phrase of each slice."""
        begins = np.concatenate([[0], self.texture.phrase_end[:-1].astype(np.int64)])
        return np.cumsum(begins)

    @cached_property
    def phrase_begins(self) -> Mask:
        """Where a slice is the first of its phrase."""
        return np.concatenate([[True], self.texture.phrase_end[:-1]])

    @cached_property
    def line_index(self) -> Ints:
        """Index of the line of text of each slice; of the phrase in a tune without words. A rest belongs to the next.

        Notes before the first line belong to it, and an instrumental passage to the line before it.
        """
        found = text_lines(self.score)
        if not found:
            return self.phrase
        starts = [self.texture.slice_at(line.start_quarter) for line in found]
        ends = [self.texture.slice_at(line.end_quarter - _MOMENT) + 1 for line in found]
        cuts = [end if self.rests[end:start].all() else start for end, start in zip(ends, starts[1:], strict=False)]
        return np.searchsorted(cuts, np.arange(len(self.rests)), side="right")

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the text, or the phrases of a tune without words."""
        texts = [line.words for line in text_lines(self.score)]
        return tuple(self._line(index, texts) for index in range(int(self.line_index.max(initial=-1)) + 1))

    def _line(self, index: int, texts: Sequence[tuple[str, ...]]) -> Line:
        own = self.line_index == index
        sung = own & ~self.wordless & ~self.rests
        return Line(
            words=texts[index] if texts else (),
            syllables=tuple(float(self.duration[each].sum()) for each in _syllables_of(self, sung)),
            pace_quarters=float(self.pace_quarters[own].mean()),
            height=float(self.texture.pitch[sung, 0].mean()) if sung.any() else 0.0,
            is_silent=bool(texts) and bool((_without_chord(self.texture) & sung).any()),
        )

    @cached_property
    def sung_by_all(self) -> Mask:
        """The slices of lines whose words all voices sing."""
        sung = np.array([*lines_sung(self.lines, self.words), False])
        return sung[self.line_index]

    @cached_property
    def duration(self) -> Ints:
        """Durations of the slices in quarters."""
        return np.array([float(each) for each in self.texture.duration_quarter])


def modes_of(tune: Tune, style: Style, *, voices: int, holder: Ints, scheme: Scheme | None = None) -> Ints:
    """Return the mode of every slice and voice, (slice, voice); ``holder`` (slice,) is the voice that has the tune.

    Chords that become accompaniment patterns later (by a ``scheme``) are held throughout the phrases of the tune: the
    players need not breathe, and the pattern moves the bass.
    """
    if scheme:
        modes, held = _under_patterns(tune, scheme, voices=voices, holder=holder), np.ones(len(tune.attack), dtype=bool)
    else:
        one = np.where(tune.wordless, _sustained(tune), _BY_RHYTHM[style.rhythm](tune))
        modes, held = np.repeat(_livelier(one, tune)[:, None], voices, axis=1), _held(tune, style)
    silent = _silences(tune, held, through=style.rhythm != "syllables")
    enters = np.concatenate([[True], silent[:-1]]) & ~silent
    modes = np.where(silent[:, None], REST_MODE, np.where(enters[:, None], MUST, modes))
    if style.walking_bass and not scheme:
        walks = tune.on_beat & (modes[:, -1] == HOLD) & ~_last_chord(tune)
        modes[:, -1] = np.where(walks, MAY, modes[:, -1])
    changes = np.concatenate([[False], holder[1:] != holder[:-1]])  # no voice holds a note of the tune
    modes = np.where((changes & ~silent)[:, None], MUST, modes)
    modes[np.arange(len(holder)), holder] = GIVEN
    return modes


def _under_patterns(tune: Tune, scheme: Scheme, *, voices: int, holder: Ints) -> Ints:
    """Return the modes of chords that patterns will strike, (slice, voice): held, or moving with the tune."""
    onset = tune.texture.chord_onset
    moving = {"tune": _choose(tune.attack & tune.even, onset), "beats": _choose(tune.attack & tune.on_beat, onset)}
    held = np.where(onset, MAY, HOLD)
    modes = np.empty((len(held), voices), dtype=np.int64)
    for given in sorted(set(holder.tolist())):
        own = holder == given
        for voice, role in enumerate(roles_of(voices, given)):
            kinds = np.array([scheme.moves(bar, role) for bar in tune.texture.bar.tolist()])
            modes[own, voice] = np.select([kinds == kind for kind in moving], list(moving.values()), held)[own]
    return modes


def _held(tune: Tune, style: Style) -> Mask:
    """Return the slices inside phrases in which the lower voices hold chords, (slice,)."""
    if style.rhythm not in ("sustained", "words-or-oo"):
        return np.zeros(len(tune.attack), dtype=bool)
    return ~tune.phrase_begins & ((style.rhythm == "sustained") | ~tune.sung_by_all)


def _livelier(one: Ints, tune: Tune) -> Ints:
    """Return the modes with HOLD changed to MAY where it is lively, except under rests and phrase-closing notes."""
    return np.where(tune.lively & (one == HOLD) & ~tune.rests & ~_last_chord(tune), MAY, one)


def _last_chord(tune: Tune) -> Mask:
    """Return the slices in which the last note of a phrase is held: there no voice moves by itself."""
    return np.array([tune.closes(t) and not tune.attack[t] for t in range(len(tune.attack))], dtype=bool)


def _choose(must: Mask, may: Mask) -> Ints:
    return np.where(must, MUST, np.where(may, MAY, HOLD)).astype(np.int64)


def _syllables(tune: Tune) -> Ints:
    """Return the modes with an attack on every syllable; under melismas, long notes and new chords voices may move."""
    return _choose(tune.syllable, tune.attack | tune.texture.chord_onset | tune.under_long_note)


def _words_or_oo(tune: Tune) -> Ints:
    """Return the modes with words where the syllables are slow enough for all voices, and held chords elsewhere."""
    held = _choose(tune.phrase_begins & ~tune.rests, tune.texture.chord_onset | tune.under_long_note)
    return np.where(tune.sung_by_all, _syllables(tune), held)


def _syllables_of(tune: Tune, own: Mask) -> list[Ints]:
    """Return the indices of the slices of each syllable among slices in which the tune sounds."""
    slices = np.flatnonzero(own)
    return [each for each in np.split(slices, np.flatnonzero(tune.syllable[slices])) if len(each)]


def _beat(tune: Tune) -> Ints:
    """Return the modes of motion in beats: attacks with the tune on beats and syllables, free movement between."""
    must = tune.attack & (tune.on_beat | (tune.syllable if tune.has_words else tune.on_beat))
    return np.where(_last_chord(tune) & ~tune.texture.chord_onset, HOLD, _choose(must, np.ones_like(must)))


def _sustained(tune: Tune) -> Ints:
    """Return the modes of held chords: a new attack where a phrase begins, movement where a chord begins."""
    return _choose(tune.phrase_begins & ~tune.rests, tune.texture.chord_onset)


_BY_RHYTHM = {"syllables": _syllables, "words-or-oo": _words_or_oo, "beat": _beat, "sustained": _sustained}


def _silences(tune: Tune, held: Mask, *, through: bool) -> Mask:
    """Return the slices in which the lower voices rest with the tune, (slice,).

    A short rest is a breath of all voices, unless chords are ``held`` under the tune. In a longer rest the lower
    voices enter with the first chord symbol that begins in it, or (``through``) continue without a break. At the end
    of the piece all voices stop together.
    """
    silent = tune.rests.copy()
    for run in _runs(tune.rests):
        silent[_sung_part(tune, run, bool(held[run[0]]), through=through)] = False
    return silent | _without_chord(tune.texture)


def _without_chord(texture: Texture) -> Mask:
    """Return the slices before the first chord symbol and under N.C., in which the lower voices are silent."""
    return np.array([chord is None or chord.is_no_chord for chord in texture.chord], dtype=bool)


def _sung_part(tune: Tune, rest: Ints, held: bool, *, through: bool) -> Ints:
    """Return the slices of a rest of the tune in which the lower voices sound: all, none, or from a chord onset on."""
    long = tune.duration[rest].sum() > SHORT_REST_QUARTERS
    inside = rest[0] > 0 and rest[-1] + 1 < len(tune.rests)
    if inside and (through if long else held):
        return rest
    waits = inside and not long and tune.has_words  # all enter together with the next word
    onsets = np.flatnonzero(tune.texture.chord_onset[rest])
    return rest[onsets[0] :] if len(onsets) and not waits and rest[-1] + 1 < len(tune.rests) else rest[:0]


def _runs(mask: Mask) -> list[Ints]:
    """Return the runs of consecutive indices at which a mask is true."""
    indices = np.flatnonzero(mask)
    return [run for run in np.split(indices, np.flatnonzero(np.diff(indices) > 1) + 1) if len(run)]
