"""Spines beside the notes: words, chord symbols and dynamics, each for the **kern spine that it belongs to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from arranger.formats.reading.humdrum.chords import SYMBOL_KINDS, is_chord_spine, parse_chord
from arranger.formats.reading.humdrum.spines import NULL, Row
from arranger.formats.reading.humdrum.timing import Timeline
from arranger.formats.reading.humdrum.words import parse_dynamics, parse_syllable
from theory.notation.chord_kinds import ChordSymbolError
from theory.notation.score import Direction, Harmony, Lyric

_WORD_KINDS = ("text", "silbe", "lyrics", "text-singing")
_RHYTHM_ONLY = ("recip", "kern", "")


@dataclass
class Beside:
    """What stands beside the notes, by the number of the **kern spine."""

    words: dict[int, dict[tuple[int, int], tuple[Lyric, ...]]] = field(default_factory=dict)
    harmonies: dict[int, list[Harmony]] = field(default_factory=dict)
    directions: dict[int, list[Direction]] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Field:
    row: int
    line: int
    voice: int
    text: str


def beside_notes(rows: Sequence[Row], timeline: Timeline, staves: Mapping[int, int | None]) -> Beside:
    """Return words, chord symbols and dynamics; ``staves`` has the number of the staff of each **kern spine."""
    found = Beside()
    columns: dict[int, tuple[str, list[_Field]]] = {}
    owners = _owners(rows, staves)
    for index, row in enumerate(rows):
        for path, text in row.fields if row.is_data else ():
            if path.kind not in _RHYTHM_ONLY and text != NULL:
                column = columns.setdefault(path.spine, (path.kind, []))
                column[1].append(_Field(index, row.line, path.voice, text))
    verses: Counter[int] = Counter()
    sung = {owners[spine] for spine, (kind, _) in columns.items() if kind == "silbe"}
    for spine, (kind, fields) in sorted(columns.items()):
        owner = owners[spine]
        if kind in _WORD_KINDS and not (kind == "text" and owner in sung):
            verses[owner] += 1
            _add_words(found, fields, (owner, str(verses[owner])), timeline)
        elif is_chord_spine(kind):
            _add_chords(found, kind, fields, (owner, timeline.times))
        elif kind == "dynam":
            dynamics = [each for item in fields for each in parse_dynamics(item.text, timeline.times[item.row])]
            found.directions.setdefault(owner, []).extend(dynamics)
        else:
            found.doubts.append(_left_out(kind, fields))
    return found


def _owners(rows: Sequence[Row], staves: Mapping[int, int | None]) -> dict[int, int]:
    """Return the **kern spine of each other spine: that of its staff, else the nearest at the left, or at the right."""
    by_staff = {staff: spine for spine, staff in staves.items() if staff is not None}
    found: dict[int, int] = {}
    for row in rows:
        for path, text in row.fields:
            if path.spine in staves:
                continue
            left = [spine for spine in staves if spine < path.spine]
            found.setdefault(path.spine, max(left) if left else min(staves))
            number = text.removeprefix("*staff")
            if text != number and number.isdigit() and int(number) in by_staff and row.text[0] == "*":
                found[path.spine] = by_staff[int(number)]
    return found


def _left_out(kind: str, fields: Sequence[_Field]) -> str:
    shown = ", ".join(dict.fromkeys(f"'{item.text[:20]}'" for item in fields[:3]))
    return f"the spine **{kind[:20]} is left out ({len(fields)} fields, such as {shown})"


def _add_words(found: Beside, fields: Sequence[_Field], verse: tuple[int, str], timeline: Timeline) -> None:
    """Put the syllables of one spine on the notes of its **kern spine; ``verse`` is that spine and the verse."""
    owner, number = verse
    words = found.words.setdefault(owner, {})
    notes: dict[int, int] = {}  # row -> voice of the note that sings there
    for played in timeline.stems:
        if played.path.spine == owner and played.stem.heads:
            notes[played.row] = min(notes.get(played.row, played.path.voice), played.path.voice)
    last: tuple[int, int] | None = None
    joined = False
    for item in fields:
        syllable = parse_syllable(item.text)
        place = (item.row, notes[item.row]) if item.row in notes else None
        if syllable is None:
            continue
        if syllable.holds:
            _extend(words, last, number)
        elif place is None:
            found.doubts.append(f"line {item.line}: no note begins at the word '{item.text[:30]}'; it is left out")
        else:
            if syllable.after and not joined:
                _join(words, last, number)
            words[place] = (*words.get(place, ()), syllable.lyric(number, joined=joined))
            last, joined = place, syllable.before


def _extend(words: dict[tuple[int, int], tuple[Lyric, ...]], place: tuple[int, int] | None, verse: str) -> None:
    """Draw the last syllable of a verse over the next note if it ends its word."""
    for lyric in words.get(place, ()) if place else ():
        if place and lyric.verse == verse and lyric.syllabic in ("single", "end"):
            words[place] = tuple(replace(each, extend=True) if each is lyric else each for each in words[place])


def _join(words: dict[tuple[int, int], tuple[Lyric, ...]], place: tuple[int, int] | None, verse: str) -> None:
    """Join the last syllable of a verse to the next one, whose hyphen alone says so."""
    kinds = {"single": "begin", "end": "middle"}
    for lyric in words.get(place, ()) if place else ():
        if place and lyric.verse == verse:
            new = replace(lyric, syllabic=kinds.get(lyric.syllabic, lyric.syllabic), extend=False)
            words[place] = tuple(new if each is lyric else each for each in words[place])


def _add_chords(found: Beside, kind: str, fields: Sequence[_Field], place: tuple[int, Sequence[Fraction]]) -> None:
    """Add the chord symbols of one spine; a spine whose labels are mostly no symbols is an analysis, and left out."""
    owner, times = place
    harmonies, wrong = [], []
    for item in fields:
        try:
            harmonies.append(Harmony(times[item.row], parse_chord(item.text)))
        except (ChordSymbolError, ValueError):
            wrong.append(item)
    if kind not in SYMBOL_KINDS and len(wrong) >= len(harmonies):
        found.doubts.append(_left_out(kind, fields))
        return
    found.harmonies.setdefault(owner, []).extend(harmonies)
    found.doubts += [
        f"line {item.line}: '{item.text[:40]}' cannot be read as a chord symbol; it is left out" for item in wrong
    ]
