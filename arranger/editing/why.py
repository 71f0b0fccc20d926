"""Why a note stands where it stands: its role, what it does, and what other notes would cost.

The words come from the terms of the objective that steers the search, evaluated once more with each other pitch in the
tone's place (`arranger.editing.weighing`), and from what the analysis finds (`arranger.editing.doing`).

>>> from theory.rules.example import example_score
>>> from theory.rules.rule import passes
>>> score = example_score(passes("E5 - D5 - C5 - / C5 - - B4 C5 - / G4 - G4 - E4 - / C4 - G3 - C4 -", ""))
>>> why(score, "alto", Fraction(3)).doing
('resolves the 4-3 suspension', 'is the leading tone and rises to the tonic C5')
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from arranger.arranging.main import Arrangement
from arranger.arranging.search.beam import MODEL, RECURRING_BAR
from arranger.editing.doing import doings, doubling_of, motion_of, non_chord_tone_of
from arranger.editing.grounds import Grounds, Tone, grounds_of, grounds_of_arrangement
from arranger.editing.phrasing import Place, above_bass, passing_chord, phrase_of, role_of
from arranger.editing.weighing import Charge, Fault, weigh
from theory.notation.beats import spoken_beat
from theory.notation.pitch import Pitch
from theory.notation.score import Score
from theory.slices.facts import NONE
from theory.tables import matches, nearest

TOLD = 0.15  # nats; smaller terms are in the numbers, not in the words
NEAR = 0.25  # nats; a candidate no dearer than this would do as well
MOST_WORDS = 3  # terms told for and against a candidate
CANDIDATES = 3
SEARCHED = (MODEL, RECURRING_BAR)  # terms that are no reasons of a musician
NEXT = " next"  # ends the words of what happens where the note goes on
_CONTINUES = ("{leap}", "hanging", "unresolved", "step back", "turn back")  # in phrases about what follows
_REACH = 12  # semitones from the tone within which others are tried


@dataclass(frozen=True)
class Weight:
    """One term of a candidate's cost: its source (code of a rule or name of a preference), nats, and words."""

    source: str
    nats: float
    words: str


@dataclass(frozen=True)
class Candidate:
    """Another pitch in the place of a note, and what it would cost more than the note."""

    note: str
    cost: float  # nats more than the note; below 0: the terms would rather have it
    weights: tuple[Weight, ...]
    text: str


@dataclass(frozen=True)
class Reason:
    """Why a note stands where it stands. The text is made of the other fields; numbers are in the candidates only."""

    bar: str
    beat: Fraction
    spoken_beat: str  # as a musician says it
    onset_quarter: Fraction
    voice: str
    note: str
    chord: str  # symbol; empty if none is known
    figure: str  # Roman numeral and key; empty if the analysis hears another chord
    role: str  # the fifth of G7, or what kind of non-chord tone it is
    kind: str  # of non-chord tone; empty for a chord tone
    doing: tuple[str, ...]  # predicates of which the note is the subject; empty if there is nothing to tell
    motion: str  # how the line comes and goes
    doubling: str
    faults: tuple[str, ...]  # findings of rules that it has part in
    given: bool  # a note of the tune, or another that the user gave
    style: str  # by whose rules and preferences it is judged
    candidates: tuple[Candidate, ...]

    @property
    def text(self) -> str:
        """The reason as a few lines of text."""
        return "\n".join([self.heading, *(f"  {line}" for line in self.lines)])

    @property
    def heading(self) -> str:
        """The place, the note and its role."""
        chord = f" ({self.figure})" if self.figure else ""
        return f"Bar {self.bar}, beat {self.spoken_beat}, {self.voice}: {self.note}, {self.role}{chord}"

    @property
    def lines(self) -> tuple[str, ...]:
        """What the note does, what speaks against it, and what the next candidates would do."""
        lines = [f"It {joined([*(self.doing or [self.motion]), *([self.doubling] if self.doubling else [])])}."]
        if self.given:
            lines.append("It was given, not chosen.")
        if self.faults:
            lines.append(f"Against it: {joined(self.faults)}.")
        return (*lines, *(candidate.text for candidate in self.candidates))

    def to_json(self) -> dict[str, Any]:
        """Return the reason with all its numbers, for programs."""
        return {
            "bar": self.bar,
            "beat": float(self.beat),
            "onset_quarter": float(self.onset_quarter),
            "voice": self.voice,
            "note": self.note,
            "chord": self.chord,
            "figure": self.figure,
            "role": self.role,
            "non_chord_tone": self.kind,
            "doing": list(self.doing),
            "motion": self.motion,
            "doubling": self.doubling,
            "faults": list(self.faults),
            "given": self.given,
            "style": self.style,
            "candidates": [
                {
                    "note": each.note,
                    "cost_nats": round(each.cost, 4),
                    "text": each.text,
                    "terms": [
                        {"source": weight.source, "nats": weight.nats, "words": weight.words} for weight in each.weights
                    ],
                }
                for each in self.candidates
            ],
            "text": self.text,
        }


def why(music: Score | Arrangement | Grounds, voice: str | int, onset_quarter: Fraction, *, style: str = "") -> Reason:
    """Return why a voice has its note at a time.

    Parameters
    ----------
    music
        Any score; an arrangement, which is judged by the terms of the search that made it; or their `Grounds`, which
        answer many questions about one score. Those of the last scores are remembered.
    voice
        The name of a part, of which the beginning is enough, or its index in the score.
    onset_quarter
        A time in quarters from the beginning at which the note sounds.
    style
        The style by whose preferences another's score is judged; by default the one that suits it.

    Raises
    ------
    ValueError
        If there is no such part, or it rests at that time.
    """
    grounds = _grounds(music, style)
    names = [part.name for part in music.parts] if isinstance(music, Score) else []
    index = grounds.texture.voices.index(names[voice]) if names and isinstance(voice, int) else voice
    found = index if isinstance(index, int) else voice_named(grounds, index)
    tone = grounds.tone_at(found, Fraction(onset_quarter))
    if tone is None:
        bar = grounds.score.bar_at(Fraction(onset_quarter))
        beat = spoken_beat(grounds.score, Fraction(onset_quarter))
        raise ValueError(f"{grounds.name(found)} rests in bar {bar.number}, beat {beat}; name a beat where it sounds")
    return reason_of(grounds, tone)


def _grounds(music: Score | Arrangement | Grounds, style: str) -> Grounds:
    if isinstance(music, Grounds):
        return music
    return grounds_of(music, style) if isinstance(music, Score) else grounds_of_arrangement(music)


def voice_named(grounds: Grounds, name: str) -> int:
    """Return the index of a voice by its name or the beginning of it. Raises ValueError if there is none."""
    names, wanted = [voice.lower() for voice in grounds.texture.voices], name.strip()
    found = matches(wanted, names) if wanted or "" in names else []
    if not found:
        raise ValueError(f"there is no part {name!r}; {nearest(name, [each or '(unnamed)' for each in names])}")
    return found[0]


def reason_of(grounds: Grounds, tone: Tone) -> Reason:
    """Return why a tone stands where it stands."""
    texture, t = grounds.texture, tone.first
    onset = texture.onset_quarter[t]
    bar = grounds.score.bars[int(texture.bar[t])]
    chord = texture.chord[t]
    stranger = non_chord_tone_of(grounds, tone)
    known = chord is not None and not chord.is_no_chord
    given = bool(grounds.given[t, tone.voice])
    pitches = () if given else pitches_for(grounds, tone)
    weighed = weigh(grounds, tone, pitches)
    return Reason(
        bar=bar.number,
        beat=bar.beat_at(onset),
        spoken_beat=spoken_beat(grounds.score, onset),
        onset_quarter=onset,
        voice=texture.voices[tone.voice],
        note=str(tone.pitch),
        chord=str(chord) if known else "",
        figure=_figure(grounds, onset) if known else "",
        role=_passing_role(grounds, tone) or role_of(grounds, tone.pitch, t) or _outside(grounds, tone),
        kind=stranger.kind if stranger else "",
        doing=doings(grounds, tone),
        motion=motion_of(grounds, tone),
        doubling=doubling_of(grounds, tone),
        faults=tuple(_fault_words(grounds, tone, weighed.faults)),
        given=given,
        style=grounds.style.name,
        candidates=tuple(_candidates(grounds, tone, pitches, weighed.charges)),
    )


def _passing_role(grounds: Grounds, tone: Tone) -> str:
    """Return a tone's role in a chord that passes within another, empty if it is in none."""
    passing = passing_chord(grounds, tone.first)
    role = passing.role_of(tone.pitch.midi % 12) if passing else None
    return f"the {role} of {passing}, which passes within {grounds.texture.chord[tone.first]}" if role else ""


def _outside(grounds: Grounds, tone: Tone) -> str:
    chord = grounds.texture.chord[tone.first]
    over = above_bass(grounds, tone.voice, tone.pitch, tone.first)
    return f"{over}, not a tone of {chord}" if chord is not None and not chord.is_no_chord else over


def _figure(grounds: Grounds, onset: Fraction) -> str:
    """Return the Roman numeral at a time, with its key, if the analysis hears the same chord."""
    for numeral in grounds.numerals:
        if numeral.start_quarter <= onset < numeral.end_quarter:
            symbol = grounds.texture.chord[grounds.texture.slice_at(onset)]
            same = symbol is not None and set(numeral.symbol.pitch_classes) == set(symbol.pitch_classes)
            return f"{numeral.figure} in {numeral.key}" if same else ""
    return ""


def _fault_words(grounds: Grounds, tone: Tone, faults: Sequence[Fault]) -> list[str]:
    told = (
        _there(Place(grounds, tone, tone.pitch, fault.slice, fault.voices), fault.source)
        for fault in faults
        if fault.nats >= TOLD
    )
    return list(dict.fromkeys(told))


def pitches_for(grounds: Grounds, tone: Tone) -> tuple[Pitch, ...]:
    """Return the pitches that a voice might have instead: of chord or key, in reach, not crossing its neighbours."""
    t, voice, ranges = tone.first, tone.voice, grounds.ranges
    context = grounds.verticality.context
    low, high = int(ranges.low[voice]), int(ranges.high[voice])
    others = grounds.texture.pitch[tone.first : tone.end]
    above, below = others[:, :voice], others[:, voice + 1 :]
    ceiling = int(above[above >= 0].min()) if (above >= 0).any() else high
    floor = int(below[below >= 0].max()) if (below >= 0).any() else low
    own = tone.pitch.midi
    fits = [
        midi
        for midi in range(max(low, floor, own - _REACH), min(high, ceiling, own + _REACH) + 1)
        if midi != own and (context.role[t][midi % 12] != NONE or context.scale[t][midi % 12])
    ]
    return tuple(Pitch.spelled(midi, _spelling(grounds, t, midi % 12)) for midi in fits)


def _spelling(grounds: Grounds, t: int, pitch_class: int) -> int:
    """Return a pitch class as the chord spells it, else the key."""
    chord, key = grounds.texture.chord[t], grounds.texture.key[t]
    spelled = chord.spelling(pitch_class) if chord is not None else None
    return key.readable(key.spelling[pitch_class] if spelled is None else spelled)


def _candidates(
    grounds: Grounds, tone: Tone, pitches: Sequence[Pitch], charges: Sequence[tuple[Charge, ...]]
) -> list[Candidate]:
    """Return the pitches that would cost least, the best first."""
    ranked = sorted(
        zip(pitches, charges, strict=True),
        key=lambda each: (round(sum(charge.nats for charge in each[1]), 4), each[0].midi),
    )
    return [_candidate(grounds, tone, pitch, own) for pitch, own in ranked[:CANDIDATES]]


def _candidate(grounds: Grounds, tone: Tone, pitch: Pitch, charges: Sequence[Charge]) -> Candidate:
    weights = tuple(Weight(each.source, each.nats, _words(grounds, tone, pitch, each)) for each in charges)
    cost = sum(each.nats for each in charges)
    would, beyond = _told(weights, 1), _beyond(weights)
    text = _sentence(str(pitch), cost, would or beyond, _told(weights, -1), style=grounds.style.name)
    text += f" What tells most: it would {joined(beyond)}." if would and beyond else ""
    return Candidate(str(pitch), cost, weights, text)


def _sentence(note: str, cost: float, would: Sequence[str], avoids: Sequence[str], *, style: str) -> str:
    """Return what speaks against a candidate and for it, as one sentence."""
    against = f"it would {joined(would)}" if would else ""
    spared = f"it would avoid {joined(avoids)}" if avoids else ""
    if cost <= NEAR:
        better = cost < -NEAR
        reasons = [spared, against] if better else [against, spared]
        told = ", but ".join(reason for reason in reasons if reason)
        verdict = f"would be preferred by the style {style}" if better else "would do as well"
        return f"{note} {verdict}{': ' + told if told else ''}."
    if not would:
        return f"{note} would be a little worse in several small ways."
    return f"{note} would {joined(would)}" + (f", but would avoid {joined(avoids)}." if avoids else ".")


def _told(weights: Sequence[Weight], sign: int) -> list[str]:
    """Return the words of the heaviest musical terms for (-1) or against (1) a candidate; those of one kin once."""
    kin: dict[str, list[Weight]] = {}
    for weight in weights:
        if weight.source not in SEARCHED:
            kin.setdefault(phrase_of(weight.source).kin, []).append(weight)
    sums = [(sign * sum(one.nats for one in each), max(each, key=lambda one: sign * one.nats)) for each in kin.values()]
    worth = sorted((each for each in sums if each[0] >= TOLD and each[1].words), key=lambda each: -each[0])
    return list(dict.fromkeys(weight.words for _, weight in worth))[:MOST_WORDS]


def _beyond(weights: Sequence[Weight]) -> list[str]:
    """Return the words of what no rule or preference says, if it weighs more than all that they say."""
    musical = sum(weight.nats for weight in weights if weight.source not in SEARCHED)
    heavy = [weight for weight in weights if weight.source in SEARCHED and weight.nats > max(musical, TOLD)]
    return [weight.words for weight in heavy if weight.words]


def _words(grounds: Grounds, tone: Tone, pitch: Pitch, charge: Charge) -> str:
    """Return what a term says of a candidate: what it would do, or what it would avoid."""
    if charge.nats <= 0:
        return _there(Place(grounds, tone, tone.pitch, charge.slice, charge.voices), charge.source)
    place = Place(grounds, tone, pitch, charge.slice, charge.voices)
    text = phrase_of(charge.source).would
    if charge.source == RECURRING_BAR and not place.twin:
        return ""  # the later of two equal bars is to be like the earlier one
    told = _named(place, text)
    if told and tone.first < charge.slice < tone.end:
        told += " later on"
    return f"then {told}" if told and _moves_on(place, text) else told


def _there(place: Place, source: str) -> str:
    """Return a term as a thing that is there, empty if it concerns other voices alone."""
    text = phrase_of(source).thing
    told = _named(place, text)
    return f"{told}{NEXT}" if told and _moves_on(place, text) else told


def _named(place: Place, text: str) -> str:
    """Return a phrase filled in, with another voice that it concerns; empty if it is about a pair of other voices."""
    voices, own = place.voices, place.tone.voice
    if len(voices) == 1 and voices[0] != own:
        return f"{place.filled(text)} in {place.grounds.name(voices[0])}"
    return "" if voices and own not in voices else place.filled(text)


def _moves_on(place: Place, text: str) -> bool:
    """Whether a term falls behind the note, in a phrase that does not speak of its continuation anyway."""
    return place.slice >= place.tone.end and not any(word in text for word in _CONTINUES)


def joined(parts: Sequence[str]) -> str:
    """Return parts as one enumeration: a, b and c; with semicolons if a part has an "and" of its own."""
    if len(parts) < 2:
        return "".join(parts)
    if any(" and " in part or ", " in part for part in parts):
        return "; ".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
