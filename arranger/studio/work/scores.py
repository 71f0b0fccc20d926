"""Scores as a project keeps them: to and from `Music`, with ids for the notes.

A score is kept as MusicXML. What is shown, checked and edited is always what is read from that, also just after it was
made, so that a project looks the same when it is opened again.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import Any

from arranger.formats.writing import to_musicxml
from arranger.studio.project import Json, Music
from arranger.studio.shelf import hash_of
from arranger.studio.work.uploads import read_document
from theory.checking.check import check
from theory.checking.report import Finding, Report
from theory.checking.suitable_profile import estimate_profile
from theory.notation.chord import ChordSymbol
from theory.notation.score import Direction, Harmony, Note, Notice, Part, Score

AUTO = "auto"
_DRESS = ("name", "instrument", "abbreviation")
_MOST_KEPT = 24  # scores that were read lately, by the hash of their MusicXML
_kept: OrderedDict[str, Score] = OrderedDict()


@dataclass(frozen=True)
class Known:
    """What is known of a score beyond its notes; see `Music` for the meaning of each."""

    profile: str = AUTO
    own_parts: int = 0  # 0: all
    tune: tuple[Json, ...] = ()
    harmony: tuple[Json, ...] = ()
    layout: str = "open"
    notices: tuple[Notice, ...] = ()
    cost: float = 0.0


def music_of(score: Score, known: Known | None = None) -> tuple[Music, bytes]:
    """Return any score as a project keeps it, checked, and its MusicXML."""
    kept = _dressed(read_document(to_musicxml(score)), score.parts, score.directions)
    return _checked(with_ids(kept), known or Known())


def sketch_of(score: Score, layout: str) -> tuple[Music, bytes]:
    """Return a score that is only to be seen, not checked, and its MusicXML."""
    return _written(with_ids(score), Known(layout=layout))


def changed_music(score: Score, music: Music) -> tuple[Music, bytes]:
    """Return a score of a project after a change of pitches, checked anew, and its MusicXML."""
    own = Known(music.profile, music.own_parts, music.tune, music.harmony, music.layout, (), music.cost)
    return _checked(score, own)


def _checked(score: Score, known: Known) -> tuple[Music, bytes]:
    music, document = _written(score, known)
    report = report_on(music, score)
    return replace(
        music,
        profile=report.profile,
        findings=tuple(finding_entry(each) for each in report.findings),
        notices=tuple(notice_entry(each) for each in dict.fromkeys((*known.notices, *report.notices))),
    ), document


def _written(score: Score, known: Known) -> tuple[Music, bytes]:
    document = to_musicxml(score)
    music = Music(
        document=hash_of(document),
        title=score.title,
        parts=tuple({name: getattr(part, name) for name in _DRESS} for part in score.parts),
        bars=tuple(_bar_entries(score)),
        profile=known.profile,
        own_parts=known.own_parts or len(score.parts),
        tune=known.tune,
        harmony=known.harmony,
        directions=tuple({**asdict(each), "onset_quarter": str(each.onset_quarter)} for each in score.directions),
        layout=known.layout,
        cost=round(known.cost, 4),
    )
    _remember(music, score)
    return music, document


def score_of(music: Music, document: bytes) -> Score:
    """Return a score that a project keeps, with an id for every note."""
    score = _kept.get(music.document)
    if score is None:
        parts = [Part(notes=(), **part) for part in music.parts]
        directions = [
            Direction(**{**each, "onset_quarter": Fraction(each["onset_quarter"])}) for each in music.directions
        ]
        score = with_ids(_dressed(read_document(document), parts, directions))
        _remember(music, score)
    return score


def _remember(music: Music, score: Score) -> None:
    _kept[music.document] = score
    if len(_kept) > _MOST_KEPT:
        _kept.popitem(last=False)


def _dressed(score: Score, parts: Sequence[Part], directions: Sequence[Direction]) -> Score:
    """Return a score that was read with what a reader does not find: instruments, and the part of each direction."""
    if len(parts) != len(score.parts):
        return score
    dressed = (
        replace(part, **{name: getattr(other, name) for name in _DRESS})
        for part, other in zip(score.parts, parts, strict=True)
    )
    return replace(score, parts=tuple(dressed), directions=tuple(directions))


def with_ids(score: Score) -> Score:
    """Return a score whose notes have ids, ``n-VOICE-ONSET``; later notes at the same onset end in -2, -3.

    The onset in quarters is written as numerator and denominator: the third quarter of the bass is ``n-3-2-1``.
    """
    parts = (replace(part, notes=tuple(_named(part.notes, voice))) for voice, part in enumerate(score.parts))
    return replace(score, parts=tuple(parts))


def _named(notes: Sequence[Note], voice: int) -> list[Note]:
    seen: Counter[Fraction] = Counter()
    found = []
    for note in notes:
        onset = note.onset_quarter
        seen[onset] += 1
        again = f"-{seen[onset]}" if seen[onset] > 1 else ""
        found.append(replace(note, id=f"n-{voice}-{onset.numerator}-{onset.denominator}{again}"))
    return found


def without_ids(score: Score) -> Score:
    """Return a score as it goes to files: notes have no ids."""
    parts = (replace(part, notes=tuple(replace(note, id="") for note in part.notes)) for part in score.parts)
    return replace(score, parts=tuple(parts))


def report_on(music: Music, score: Score) -> Report:
    """Return what the rules find in a score that a project keeps."""
    profile = estimate_profile(score).profile if music.profile in ("", AUTO) else music.profile
    own = own_parts_of(music, score)
    return check(own, profile, chords=chords_of(music) or None, given=given_in(own, music.tune))


def own_parts_of(music: Music, score: Score) -> Score:
    """Return a score without the parts that double others."""
    return replace(score, parts=score.parts[: music.own_parts or None])


def chords_of(music: Music) -> list[Harmony]:
    """Return the chords that an arrangement follows; those of other music are in its score."""
    return [Harmony(Fraction(each["onset_quarter"]), ChordSymbol.parse(each["symbol"])) for each in music.harmony]


def given_in(score: Score, tune: Sequence[Mapping[str, Any]]) -> dict[str, Part]:
    """Return the stretches of the tune, by the name of the part that has them."""
    found: dict[str, Part] = {}
    for stretch in tune:
        part = score.parts[stretch["part"]]
        start, end = Fraction(stretch["start_quarter"]), Fraction(stretch["end_quarter"])
        notes = [note for note in part.notes if start <= note.onset_quarter < end]
        before = found[part.name].notes if part.name in found else ()
        found[part.name] = replace(part, notes=(*before, *notes))
    return found


def _bar_entries(score: Score) -> list[Json]:
    return [
        {
            "index": bar.index,
            "number": bar.number,
            "onset_quarter": str(bar.onset_quarter),
            "length_quarter": str(bar.length_quarter),
            "beats": bar.meter.beats,
            "beat_type": bar.meter.beat_type,
        }
        for bar in score.bars
    ]


def finding_entry(finding: Finding) -> Json:
    """Return a finding as plain data, with exact times and the ids of its notes."""
    data = finding.to_json()
    data["note_ids"] = data.pop("ids")
    return {**data, "onset_quarter": str(finding.onset_quarter)}


def notice_entry(notice: Notice) -> Json:
    """Return a notice as plain data."""
    return {"message": notice.message, "bar": notice.bar}
