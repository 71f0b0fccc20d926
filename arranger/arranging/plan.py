"""The plan of an arrangement: a score with holes, and what each voice may do in each slice.

The plan turns a lead sheet, an ensemble and a style into the texture that the search fills. It settles which voices
attack when, where all voices breathe, which chord is in force, and which bars recur.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from arranger.arranging.ensembles import Ensemble
from arranger.arranging.harmony import HarmonyWish, followed_chords
from arranger.arranging.playing.level import Level
from arranger.arranging.playing.scheme import Scheme
from arranger.arranging.playing.turns import Turn, turn_at
from arranger.arranging.playing.voicing import on_strong_beats, under_lead
from arranger.arranging.rhythm import GIVEN, REST_MODE, Tune, modes_of
from arranger.arranging.styles import Style
from arranger.arranging.text import vowels_of
from arranger.characters import AXES, Character
from arranger.formats import limits
from arranger.harmonizing.choice import Choice
from theory.harmony.estimate import estimate_keys
from theory.notation.key import keys_at
from theory.notation.score import Harmony, LeadSheet, Meter, Part, Score
from theory.slices.facts import Context, Ranges
from theory.slices.repeats import seam_predecessors
from theory.slices.texture import HOLE, REST, Texture, slice_onsets, texture_of
from theory.slices.windows import contexts_of, ranges_of
from theory.types import Floats, Ints, Mask
from theory.values import Value

AS_IT_IS = Character()


@dataclass(frozen=True, eq=False, repr=False)
class Plan(Value):
    """A texture with holes and what the search needs to fill it. T slices, V voices."""

    texture: Texture  # holes in every voice but the given one
    mode: Ints  # (T, V) GIVEN, MUST attack, MAY attack, HOLD or REST_MODE
    given: int  # the voice that has the tune, where no turn says otherwise
    turns: tuple[Turn, ...]  # the voices among which the tune is handed; empty: it stays in its voice
    holder: Ints  # (T,) the voice that has the tune
    context: Context  # (T,)
    spelling: Ints  # (T, 12) position on the line of fifths of each pitch class
    boundary: Mask  # (T,) a phrase ended before this slice
    recurs: Ints  # (T,) the earlier slice that this one repeats, or -1
    sings_words: Mask  # (T,) all voices sing the syllables of the tune
    line: Ints  # (T,) index of the line of text, or of the phrase of a tune without words
    vowel: tuple[str, ...]  # (T,) what the lower voices sing where they do not sing the words
    has_words: bool  # the tune has lyrics
    sung: bool  # by a choir, not played by instruments
    marks_breaths: bool  # the filled voices get breath marks
    scheme: Scheme | None  # figuration of the held chords, applied when they are written
    ranges: Ranges
    style: Style
    score: Score  # the sheet in its final key, with the chords that the arrangement follows
    character: Floats  # (T, axis) values of the axes of `arranger.characters`; 0: as the style has it
    pinned: Mapping[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)  # (slice, voice): allowed MIDI
    forbidden: Mapping[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)

    def in_short(self) -> str:  # noqa: D102
        given = self.texture.voices[self.given]
        return f"{self.texture!r}, given={given}, style={self.style.name}, patterns={self.scheme}"

    @property
    def suspends(self) -> bool:
        """Whether voices may hold a note into the next chord."""
        return self.style.suspensions

    @property
    def free(self) -> tuple[int, ...]:
        """Indices of the voices to be filled, at least in some slices."""
        return tuple(voice for voice in range(self.texture.shape[1]) if (self.mode[:, voice] != GIVEN).any())

    @property
    def judged(self) -> Mask:
        """(T, V) The voices whose lines are judged: all but the tune, and the tune too where it is to be filled."""
        slices, found = np.arange(len(self.holder)), np.ones(self.mode.shape, dtype=bool)
        found[slices, self.holder] = self.mode[slices, self.holder] != GIVEN
        return found

    def pinned_at(self, t: int) -> tuple[object, ...]:
        """Return what pins ask of each voice in a slice; empty if there are no pins."""
        voices = range(self.mode.shape[1]) if self.pinned or self.forbidden else ()
        return tuple((self.pinned.get((t, voice)), self.forbidden.get((t, voice))) for voice in voices)

    @property
    def tune_attack(self) -> Mask:
        """(T,) Where the tune attacks."""
        return self.texture.attack[np.arange(len(self.holder)), self.holder]


def plan_of(
    sheet: LeadSheet,
    ensemble: Ensemble,
    style: Style,
    *,
    melody: int,
    scheme: Scheme | None = None,
    turns: tuple[Turn, ...] = (),
    character: Character = AS_IT_IS,
    players: Level | None = None,
    chords: tuple[Harmony, ...] | None = None,
    words: str = "auto",
    breaths: str = "auto",
    moments: Sequence[Fraction] = (),
) -> Plan:
    """Return the plan of a sheet that is already in its final key and register.

    ``chords`` are those that the arrangement follows; by default, those of `arranger.arranging.harmony`. At
    ``moments``, in quarters, voices may move although neither the tune nor the style asks for it.
    """
    if chords is None:
        chords = followed_chords(
            sheet.score, style, HarmonyWish(choice=Choice(brightness=character.mean("brightness")))
        )
    score = replace(sheet.score, chords=chords)
    score = replace(score, chords=on_strong_beats(score)) if scheme else score
    score = replace(score, chords=under_lead(score))
    parts = tuple(
        Part(part.name, score.parts[0].notes if voice == melody else (), part.instrument.name)
        for voice, part in enumerate(ensemble.parts)
    )
    onsets = slice_onsets(score, (parts[melody],), grid=(*_grid(score, style, character), *moments))
    check_length(len(onsets))
    values = character.along([float(onset / score.end_quarter) for onset in onsets])
    texture = texture_of(
        replace(score, parts=(parts[melody],)),
        onsets=onsets,
        keys=keys_at(estimate_keys(score), onsets),
        predecessors=seam_predecessors(score, onsets),
    )
    tune = Tune(texture, score, values[:, AXES.index("activity")], words)
    vowels = vowels_of(tune.lines, style.vowels)
    holder = np.array([turn_at(turns, onset).voice if turns else melody for onset in onsets])
    mode = modes_of(tune, style, voices=len(parts), holder=holder, scheme=scheme)
    ranges = ranges_of([part.instrument for part in ensemble.parts])
    alone, texture = texture, _with_holes(texture, mode, holder, tuple(part.name for part in parts))
    return Plan(
        texture=texture,
        mode=mode,
        given=melody,
        turns=turns,
        holder=holder,
        context=replace(contexts_of(texture), onset=_chord_entries(texture, mode)),
        spelling=spelling_of(alone, 0),
        boundary=np.concatenate([[True], texture.phrase_end[:-1]]),
        recurs=recurrences(texture, holder),
        sings_words=_sings_words(tune, style),
        line=tune.line_index,
        vowel=tuple(vowels[index] for index in tune.line_index.tolist()),
        has_words=tune.has_words,
        sung=ensemble.family == "choir",
        marks_breaths=ensemble.family == "choir" and breaths != "none",
        scheme=scheme,
        ranges=players.ranges(ranges) if players else ranges,
        style=style,
        score=score,
        character=values,
    )


def check_length(moments: int) -> None:
    """Raise LimitError if something changes at more moments than can be arranged in a minute."""
    if moments > limits.MAX_SLICES:
        raise limits.LimitError(
            f"the sheet has {moments} moments at which something changes; at most {limits.MAX_SLICES} can be arranged; "
            "choose a passage with --only-bars"
        )


def _sings_words(tune: Tune, style: Style) -> Mask:
    """Return the slices in which all voices sing the syllables of the tune; none if the rhythm is ``sustained``."""
    if style.rhythm == "words-or-oo":
        return tune.sung_by_all & ~tune.wordless
    sings = style.rhythm != "sustained" and tune.words != "none"
    return np.full(tune.texture.shape[0], sings) & ~tune.wordless


def _grid(score: Score, style: Style, character: Character) -> list[Fraction]:
    """Return the onsets, in quarters, at which lower voices may move although nothing is given there."""
    active = character.along([float(bar.onset_quarter / score.end_quarter) for bar in score.bars])
    lively = active[:, AXES.index("activity")] > 0
    bars = [bar for bar, more in zip(score.bars, lively, strict=True) if more or style.rhythm != "sustained"]
    finer = lively if style.rhythm != "sustained" else np.zeros(len(bars), dtype=bool)
    return [
        time for bar, more in zip(bars, finer, strict=True) for time in bar.onsets_every(_step(bar.meter, style, more))
    ]


def _step(meter: Meter, style: Style, lively: bool) -> Fraction:
    """Return the grid step in quarters: a beat, or half a simple beat if the style or the character moves in halves."""
    beat = meter.beat_quarters
    return beat / 2 if (lively or style.rhythm == "beat") and not meter.is_compound and beat >= 1 else beat


def _with_holes(texture: Texture, mode: Ints, holder: Ints, voices: tuple[str, ...]) -> Texture:
    """Return the texture of the tune, in the voices that have it, with holes in the cells to be filled."""
    shape = mode.shape
    pitch = np.where(mode == REST_MODE, REST, HOLE)
    slices = np.arange(len(holder))
    pitch[slices, holder] = texture.pitch[:, 0]
    fifths, attack, note = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=bool), np.full(shape, -1)
    for full, one in ((fifths, texture.fifths), (attack, texture.attack), (note, texture.note)):
        full[slices, holder] = one[:, 0]
    return replace(texture, voices=voices, pitch=pitch, fifths=fifths, attack=attack, note=note)


def _chord_entries(texture: Texture, mode: Ints) -> Mask:
    """Return where a chord begins, (slice,); one that begins while the other voices rest begins again as they enter."""
    found = np.array(texture.chord_onset, dtype=bool)
    waits = False  # a chord has begun while the other voices rest
    for t, rests in enumerate((mode == REST_MODE).any(axis=1).tolist()):
        begins = bool(found[t])
        found[t] |= waits and not rests
        waits = rests and (waits or begins)
    return found


def spelling_of(texture: Texture, given: int) -> Ints:
    """Return the spelling of each pitch class, (slice, pitch class): by the chord, else the tune, else the key.

    A spelling by chord or key that is hard to read in the key is replaced.
    """
    rows = []
    for t, (chord, key) in enumerate(zip(texture.chord, texture.key, strict=True)):
        row = [key.readable(fifths) for fifths in key.spelling]
        tune = int(texture.pitch[t, given])
        if tune >= 0:
            row[tune % 12] = int(texture.fifths[t, given])
        if chord is not None and not chord.is_no_chord:
            for pitch_class in range(12):
                spelled = chord.spelling(pitch_class)
                row[pitch_class] = row[pitch_class] if spelled is None else key.readable(spelled)
        rows.append(row)
    return np.array(rows, dtype=np.int64)


def recurrences(texture: Texture, holder: Ints) -> Ints:
    """Return, for each slice of a recurring bar, the matching slice of its first appearance, (slice,); elsewhere -1.

    ``holder``, (slice,), is the voice that has the tune.
    """
    slices = np.arange(texture.shape[0])
    first_seen: dict[object, Ints] = {}
    recurs = np.full(texture.shape[0], -1)
    for bar in sorted(set(texture.bar.tolist())):  # np.unique would import numpy.ma
        own = slices[texture.bar == bar]
        start = texture.onset_quarter[own[0]]
        print_of_bar = tuple(
            (
                texture.onset_quarter[t] - start,
                texture.duration_quarter[t],
                int(holder[t]),
                int(texture.pitch[t, holder[t]]),
                bool(texture.attack[t, holder[t]]),
                texture.chord[t],
            )
            for t in own
        )
        earlier = first_seen.setdefault(print_of_bar, own)
        if earlier is not own:
            recurs[own] = earlier
    return recurs
