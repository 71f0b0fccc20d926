"""An explanation as text."""

from __future__ import annotations

from arranger.editing.explanation import ExplainedBar, Explanation
from arranger.editing.why import NEXT, Reason, joined

MOST_ACCEPTED = 8  # terms told of the whole piece
MOST_BARS = 8  # named for one of them
_ENDS = "ends the phrase"  # said of every voice at once, and so of none


def text(explained: Explanation) -> str:
    """Return an explanation as text: its harmony, what it had to accept, and bar by bar what the notes do."""
    lines = [
        f"{explained.title} in style {explained.style}",
        "",
        "Harmony",
        *(f"  {line}" for line in explained.harmony),
    ]
    if explained.accepted:
        lines += ["", "What it had to accept, the heaviest first"]
        lines += [f"  {words}" for words in accepted_words(explained)]
    told: dict[tuple[str, ...], str] = {}
    for bar in explained.bars:
        own = tuple(line for reason in bar.reasons for line in _note(reason))
        earlier = told.setdefault((*bar.chords, *own), bar.number) if own else bar.number
        lines += ["", f"Bar {bar.number}: as bar {earlier}"] if earlier != bar.number else ["", *_bar(bar)]
    return "\n".join(lines) + "\n"


def accepted_words(explained: Explanation) -> list[str]:
    """Return what an arrangement had to accept most, those in the same words as one: ``a doubled third: bars 3, 8``."""
    places: dict[str, list[str]] = {}
    for each in explained.accepted:
        places.setdefault(each.words, []).extend(each.bars)
    return [f"{words}: {_named(list(dict.fromkeys(bars)))}" for words, bars in places.items()][:MOST_ACCEPTED]


def _named(bars: list[str]) -> str:
    """Return bars by their numbers, the first of them if they are many."""
    named, more = ", ".join(bars[:MOST_BARS]), len(bars) - MOST_BARS
    return f"{'bar' if len(bars) == 1 else 'bars'} {named}{f' and {more} more' if more > 0 else ''}"


def _bar(bar: ExplainedBar) -> list[str]:
    chords = f" {', '.join(bar.chords)}" if bar.chords else ""
    lines = [f"Bar {bar.number}:{chords}"]
    lines += [f"  {line}" for reason in bar.reasons for line in _note(reason)]
    if closest := bar.closest:
        reason, candidate = closest
        lines.append(f"  The closest choice: {_name(reason)}. {candidate.text}")
    return lines


def _note(reason: Reason) -> list[str]:
    """Return a line on a note that does something or has faults; none for a plain chord tone or a given note."""
    does = [each for each in reason.doing if not each.startswith(_ENDS)]
    faults = [each for each in reason.faults if not each.endswith(NEXT)]  # told of the note at which they arrive
    against = f"Against it: {joined(faults)}." if faults else ""
    if reason.given or not (does or against):
        return []
    told = f" It {joined(does)}." if does else ""
    return [f"{_name(reason)}, {reason.role}.{told}{' ' + against if against else ''}"]


def _name(reason: Reason) -> str:
    return f"beat {reason.spoken_beat}, {reason.voice} {reason.note}"
