r"""Words of MIDI: lyric events, and the text events of karaoke files.

Sources: RP-017 of the MIDI Association (a space ends a word, a carriage return a line) and the custom of karaoke files
(@ begins a line about the song, \ a verse, / a line). Many files end a syllable inside a word with a hyphen instead.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from theory.notation.score import Lyric

Text = tuple[int, str]  # (tick, text)
_SPACED = 5  # words end with spaces if at least one syllable in so many has one
_NEAR = Fraction(1, 4)  # quarters; a syllable belongs to a note that begins no farther away
_COINCIDE = Fraction(1, 8)  # quarters; as near as this a text event counts as one at a note
_LINE = re.compile(r"^\s*[\\/]+|[\\/]+\s*$|[\r\n]+")
_TAG = re.compile(r"\{[@#][^}]{0,200}\}")  # RP-026: the language, or facts about the song
_HYPHENS = "-\u2010"


@dataclass(frozen=True)
class Syllable:
    """One syllable and the tick at which it is sung."""

    tick: int
    text: str
    joined: bool = False  # to the next syllable, in one word


@dataclass(frozen=True)
class _Piece:
    """The text of one event: does a word or line end before or after it?"""

    tick: int
    text: str
    apart_before: bool
    apart_after: bool
    line_before: bool
    line_after: bool


def decoded(texts: Sequence[str]) -> tuple[dict[str, str], str]:
    """Return texts, read as Latin-1, in the encoding they were written in, and a message if that is doubtful.

    >>> decoded(["Fr\u00c3\u00bchling"])[0].values()
    dict_values(['Frühling'])
    """
    raw = {text: text.encode("latin-1") for text in texts}
    for encoding in ("utf-8-sig", "cp1252", "latin-1"):
        try:
            found = {text: data.decode(encoding) for text, data in raw.items()}
        except UnicodeDecodeError:
            continue
        foreign = next((text for text in found.values() if not text.isascii()), "")
        doubtful = bool(foreign) and not encoding.startswith("utf")
        return found, f"the words are not in UTF-8; they are read as Latin-1, such as '{foreign}'" if doubtful else ""
    return {text: text for text in texts}, ""


def title_of(texts: Sequence[Text]) -> str:
    """Return the title among the text events of a karaoke file: the first that begins with @T."""
    return next((text[2:].strip() for _, text in texts if text.startswith("@T")), "")


def is_karaoke(texts: Sequence[Text]) -> bool:
    """Whether the text events of a track are those of a karaoke file."""
    return any(re.match(r"@[KLTVWI]|[\\/]\S", text) for _, text in texts)


def coincidence(texts: Sequence[Text], onsets: Sequence[int], ticks: int) -> int:
    """Return how many texts stand at an onset; onsets are in ticks, sorted."""
    return sum(
        1 for tick, _ in texts if (near := _nearest(tick, onsets)) is not None and abs(near - tick) <= _COINCIDE * ticks
    )


def syllables_of(texts: Sequence[Text]) -> list[Syllable]:
    r"""Return the syllables of the events of one track.

    >>> [(each.text, each.joined) for each in syllables_of([(0, "\\Shi"), (480, "ning "), (960, "star ")])]
    [('Shi', True), ('ning', False), ('star', False)]
    >>> [(each.text, each.joined) for each in syllables_of([(0, "Shi-"), (480, "ning"), (960, "star")])]
    [('Shi', True), ('ning', False), ('star', False)]
    """
    pieces = list(_pieces(texts))
    spaced = _SPACED * sum(piece.apart_before or piece.apart_after for piece in pieces) >= len(pieces)
    joins = [_joins(piece, after, spaced=spaced) for piece, after in pairwise(pieces)]
    found: list[Syllable] = []
    for piece, joined in zip(pieces, [*joins, False], strict=False):
        text = piece.text.strip(_HYPHENS + "_") if joined or len(piece.text) == 1 else piece.text.lstrip(_HYPHENS)
        if text:
            found.append(Syllable(piece.tick, text, joined))
        elif found:
            found[-1] = replace(found[-1], joined=joined or found[-1].joined)
    return found


def _joins(piece: _Piece, after: _Piece, *, spaced: bool) -> bool:
    """Whether a text and the next one belong to one word."""
    if piece.text[-1] in _HYPHENS or after.text[0] in _HYPHENS:
        return True
    apart = piece.apart_after or after.apart_before or piece.line_after or after.line_before
    return spaced and not apart


def _pieces(texts: Sequence[Text]) -> Iterator[_Piece]:
    """Yield the texts without marks; an event that only ends a line is told to the text before it."""
    held: _Piece | None = None
    opens = False
    for tick, raw in texts:
        if raw.startswith("@"):
            continue
        text = _TAG.sub("", raw).replace("\x00", "")
        plain = _LINE.sub(" ", text)
        body = " ".join(plain.split())
        before = re.match(r"\s*[\\/\r\n]", text) is not None
        after = re.search(r"[\\/\r\n]\s*$", text) is not None
        if not body:
            opens = opens or before or bool(text)
            continue
        if held is not None:
            yield replace(held, line_after=held.line_after or opens)
        space = plain[:1].isspace() and not before
        held = _Piece(tick, body, space, plain[-1:].isspace() and not after, before, after)
        opens = False
    if held is not None:
        yield held


def placed(syllables: Sequence[Syllable], onsets: Sequence[int], ticks: int) -> tuple[dict[int, Lyric], list[Syllable]]:
    """Return the words of the notes, by the tick of their onset, and the syllables that fall on no note.

    Of two syllables at one note the second is joined to the first.
    """
    at: dict[int, list[tuple[Syllable, bool]]] = {}  # tick of the onset -> (syllable, whether it continues a word)
    lost: list[Syllable] = []
    continues = False
    for syllable in syllables:
        tick = _free_onset(syllable.tick, onsets, at.keys(), _NEAR * ticks)
        if tick is None:
            lost.append(syllable)
        else:
            at.setdefault(tick, []).append((syllable, continues))
        continues = syllable.joined
    return {tick: _lyric(each) for tick, each in at.items()}, lost


def _lyric(sung: Sequence[tuple[Syllable, bool]]) -> Lyric:
    text = ""
    for index, (syllable, continues) in enumerate(sung):
        text += syllable.text if not index or continues else f" {syllable.text}"
    begins, ends = not sung[0][1], not sung[-1][0].joined
    kinds = {(True, True): "single", (True, False): "begin", (False, True): "end", (False, False): "middle"}
    return Lyric(text, syllabic=kinds[begins, ends])


def _free_onset(tick: int, onsets: Sequence[int], taken: Container[int], near: Fraction) -> int | None:
    """Return the onset at which a syllable is sung: the nearest one, or the next if that has a syllable already."""
    best = _nearest(tick, onsets)
    if best is None or abs(best - tick) > near:
        return None
    index = bisect_left(onsets, best)
    following = onsets[index + 1] if index + 1 < len(onsets) else None
    has_one = best in taken
    return following if has_one and following is not None and following - tick <= near else best


def _nearest(tick: int, onsets: Sequence[int]) -> int | None:
    index = bisect_left(onsets, tick)
    return min(onsets[max(0, index - 1) : index + 1], key=lambda onset: (abs(onset - tick), -onset), default=None)
