"""An explanation as text."""

from __future__ import annotations

from arranger.editing.explanation import ExplainedBar, Explanation
from arranger.editing.why import Reason, joined
from theory.notation.beats import beat_text

MOST_ACCEPTED = 8  # terms told of the whole piece
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
    for bar in explained.bars:
        lines += ["", *_bar(bar)]
    return "\n".join(lines) + "\n"


def accepted_words(explained: Explanation) -> list[str]:
    """Return what an arrangement had to accept most, those in the same words as one: ``a doubled third: 8 places``."""
    places: dict[str, int] = {}
    for each in explained.accepted:
        places[each.words] = places.get(each.words, 0) + each.places
    return [f"{words}: {count} {'place' if count == 1 else 'places'}" for words, count in places.items()][
        :MOST_ACCEPTED
    ]


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
    against = f"Against it: {joined(reason.faults)}." if reason.faults else ""
    if reason.given or not (does or against):
        return []
    told = f" It {joined(does)}." if does else ""
    return [f"{_name(reason)}, {reason.role}.{told}{' ' + against if against else ''}"]


def _name(reason: Reason) -> str:
    return f"beat {beat_text(reason.beat)}, {reason.voice} {reason.note}"
