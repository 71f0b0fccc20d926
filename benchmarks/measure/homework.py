"""Whether `arranger check --assignment` finds what was changed in a class's homework, and nothing else.

    python -m benchmarks.measure.homework bach_split.json [--count 20] [--seed 0]

Each of some chorales from the training list is an assignment of its own: its soprano and bass are given, and the
numerals that our analysis finds in it are asked. Its students hand in the chorale itself, typed numerals included, and
copies with one change each. For each change the table says in how many answers exactly the expected kinds of fault were
found (`right`), in how many others were found too (`more`), and in how many the expected ones were missing (`missed`).
Then the human analyses of training chorales are asked of these chorales: how many of their numerals are found to sound.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from arranger.formats.reading import read_score
from arranger.formats.writing import write_score
from arranger.homework.assignment import Assignment, read_assignment
from arranger.homework.marking import Marked, mark_many, settings_for
from arranger.linter.judging import ScoreFile
from arranger.linter.settings import Selection, Settings
from corpora.chorales import read_chorale
from corpora.roman_analyses import chorale_analysis_files
from theory.analysis import analyse
from theory.analysis.lyrics import with_numerals
from theory.analysis.romantext import key_text, to_romantext
from theory.notation.pitch import Interval
from theory.notation.score import Note, Part, Score

OWN = ("HW", "HA205")
BASS = 3
NOTHING: frozenset[str] = frozenset()
KINDS = ("given", "transposed", "bars", "complete", "numerals", "analysis")


def main() -> None:
    """Print the table and the shares."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("split", type=Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    names = json.loads(options.split.read_text())["train"]
    table: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in random.Random(options.seed).sample(names, options.count):
            for change, outcome in outcomes(name, Path(folder), options.seed):
                table.setdefault(change, Counter())[outcome] += 1
        sounding, asked, chorales = human_numerals(set(names), Path(folder))
    print(f"{'change':<34}{'answers':>8}{'right':>8}{'more':>8}{'missed':>8}")
    for change, counts in table.items():
        columns = (counts.total(), counts["right"], counts["more"], counts["missed"])
        print(f"{change:<34}" + "".join(f"{count:>8}" for count in columns))
    print(f"human numerals that sound: {sounding} of {asked} in {chorales} chorales")


def outcomes(name: str, folder: Path, seed: int) -> Iterator[tuple[str, str]]:
    """Yield the name of each change and its outcome in one chorale."""
    score = read_score(write_score(read_chorale(name), folder / "given.musicxml"))
    chords = analyse(score).chords
    (folder / "given.rntxt").write_text(to_romantext(score, chords), encoding="utf-8")
    assignment = assignment_for(folder, key_text(score.bars[0].key))
    answer = with_numerals(score, chords)
    places = random.Random(f"{name} {seed}")
    answers = [make(answer, places) for _, _, make in CHANGES]
    before, *every = map(own_faults, mark(assignment, [answer, *answers]))  # our analysis may be wrong for the chorale
    for (change, expected, _), faults in zip(CHANGES, every, strict=True):
        found = faults - before
        missed = expected - set(found)
        more = set(found) - expected - FOLLOWS.get(change, NOTHING)
        yield change, "missed" if missed else "more" if more else "right"


def assignment_for(folder: Path, key: str) -> Assignment:
    """Return the assignment whose given lines and numerals are in files of a folder."""
    text = f'profile = "chorale"\nkey = "{key}"\nnumerals = {{ file = "given.rntxt" }}\n'
    text += '[given]\nbass = { file = "given.musicxml" }\nsoprano = { file = "given.musicxml" }\n'
    text += "[points]\n" + "".join(f"{kind} = 1\n" for kind in KINDS)
    path = folder / "assignment.toml"
    path.write_text(text, encoding="utf-8")
    return read_assignment(path)


def mark(assignment: Assignment, scores: list[Score]) -> list[Marked]:
    """Return the marks of some scores."""
    settings = settings_for(assignment, Settings(Selection(assignment.profile)))
    return mark_many([ScoreFile("answer", score) for score in scores], assignment, settings)


def own_faults(marked: Marked) -> Counter[str]:
    """Return how many faults of the homework's own kinds were found, by kind."""
    return Counter(charge.kind for charge in marked.charges if charge.fault.finding.code.startswith(OWN))


def human_numerals(names: set[str], folder: Path) -> tuple[int, int, int]:
    """Return how many numerals of human analyses sound in their chorales, of how many, and the number of chorales."""
    sounding = asked = chorales = 0
    for name, path in chorale_analysis_files(names):
        score = read_score(write_score(read_chorale(name), folder / "given.musicxml"))
        (folder / "given.rntxt").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        try:
            assignment = assignment_for(folder, key_text(score.bars[0].key))
        except ValueError:  # the analysis has other bar numbers than the score
            continue
        (marked,) = mark(assignment, [score])
        asked += len(assignment.asked)
        sounding += len(assignment.asked) - own_faults(marked)["numerals"]
        chorales += 1
    return sounding, asked, chorales


def unchanged(score: Score, places: random.Random) -> Score:
    """Return the score itself."""
    return score


def changed_note(part: int) -> Callable[[Score, random.Random], Score]:
    """Return a change of one note of a part by a third."""

    def change(score: Score, places: random.Random) -> Score:
        notes = list(score.parts[part].notes)
        free = [n for n, note in enumerate(notes) if note.pitch and not (note.tie_start or note.tie_stop)]
        index = places.choice(free)
        notes[index] = notes[index].up(Interval.parse(places.choice(["m3", "-M3"])))
        return _with_part(score, part, notes)

    return change


def octave_lower(score: Score, places: random.Random) -> Score:
    """Return the score with its bass an octave lower."""
    return _with_part(score, BASS, [note.up(Interval.parse("-P8")) for note in score.parts[BASS].notes])


def transposed(score: Score, places: random.Random) -> Score:
    """Return the score in another key."""
    return _respelled(score.up(Interval.parse("M2")))


def _respelled(score: Score) -> Score:
    """Return the score without the keys that are typed before numerals, which are those of the untransposed score."""
    part = score.parts[BASS]
    notes = [
        replace(note, lyrics=tuple(each for each in note.lyrics if not _is_numeral(each.text))) for note in part.notes
    ]
    return _with_part(score, BASS, notes)


def _is_numeral(text: str) -> bool:
    from theory.analysis.typed_numerals import parse_numeral

    try:
        return bool(parse_numeral(text))
    except ValueError:
        return False


def without_a_bar(score: Score, places: random.Random) -> Score:
    """Return the score without one inner bar; what is tied over its bar lines begins anew."""
    bar = score.bars[places.randrange(2, len(score.bars) - 2)]
    gone, length = (bar.onset_quarter, bar.end_quarter), bar.length_quarter
    parts = tuple(
        replace(part, notes=tuple(_closed_up(note, gone) for note in part.notes if not _inside(note, gone)))
        for part in score.parts
    )
    bars = tuple(
        replace(
            each,
            index=each.index - (each.index > bar.index),
            onset_quarter=each.onset_quarter - length * _is_after(each.onset_quarter, gone),
        )
        for each in score.bars
        if each is not bar
    )
    return replace(score, bars=bars, parts=parts, directions=(), chords=())


def _is_after(onset: object, gone: tuple[object, object]) -> bool:
    return bool(onset >= gone[1])  # type: ignore[operator]


def _inside(note: Note, gone: tuple[object, object]) -> bool:
    return bool(gone[0] <= note.onset_quarter < gone[1])  # type: ignore[operator]


def _closed_up(note: Note, gone: tuple[object, object]) -> Note:
    if not _is_after(note.onset_quarter, gone):
        return replace(note, tie_start=False) if note.end_quarter == gone[0] else note
    moved = replace(note, onset_quarter=note.onset_quarter - (gone[1] - gone[0]))  # type: ignore[operator]
    return replace(moved, tie_stop=False) if note.onset_quarter == gone[1] else moved


def silent_alto(score: Score, places: random.Random) -> Score:
    """Return the score with an alto that rests for one bar."""
    bar = score.bars[places.randrange(2, len(score.bars) - 2)]
    notes = [
        replace(note, pitch=None, tie_start=False, tie_stop=False, lyrics=())
        if bar.onset_quarter <= note.onset_quarter < bar.end_quarter
        else note
        for note in score.parts[1].notes
    ]
    return _with_part(score, 1, notes)


def wrong_numeral(score: Score, places: random.Random) -> Score:
    """Return the score with one typed numeral replaced by another chord's."""
    notes = list(score.parts[BASS].notes)
    typed = [n for n, note in enumerate(notes) if note.lyrics]
    index = places.choice(typed)
    *others, lyric = notes[index].lyrics
    key, colon, figure = lyric.text.rpartition(":")
    wrong = "IV6" if figure.strip() in ("V", "V6", "V7", "V65") else "V"
    notes[index] = replace(notes[index], lyrics=(*others, replace(lyric, text=f"{key}{colon}{wrong}")))
    return _with_part(score, BASS, notes)


def no_numerals(score: Score, places: random.Random) -> Score:
    """Return the score without typed numerals."""
    return _respelled(score)


def _with_part(score: Score, part: int, notes: list[Note]) -> Score:
    parts: list[Part] = list(score.parts)
    parts[part] = replace(parts[part], notes=tuple(notes))
    return replace(score, parts=tuple(parts))


CHANGES: tuple[tuple[str, frozenset[str], Callable[[Score, random.Random], Score]], ...] = (
    ("none", NOTHING, unchanged),
    ("a note of the bass", frozenset({"given"}), changed_note(BASS)),
    ("a note of the soprano", frozenset({"given"}), changed_note(0)),
    ("the bass an octave lower", frozenset({"transposed"}), octave_lower),
    ("all a tone higher", frozenset({"transposed", "analysis"}), transposed),
    ("a bar is missing", frozenset({"bars", "given"}), without_a_bar),
    ("the alto rests for a bar", frozenset({"complete"}), silent_alto),
    ("a typed numeral is wrong", frozenset({"analysis"}), wrong_numeral),
    ("no numerals are typed", frozenset({"analysis"}), no_numerals),
)
FOLLOWS = {  # kinds of fault that may follow from a change
    "a note of the bass": frozenset({"numerals"}),
    "a note of the soprano": frozenset({"numerals"}),
    "a bar is missing": frozenset({"numerals", "analysis", "complete"}),
    "the alto rests for a bar": frozenset({"numerals"}),
    "the bass an octave lower": frozenset({"numerals"}),
}

if __name__ == "__main__":
    main()
