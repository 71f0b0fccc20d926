"""Further sets of scores, each a folder of .mxl files: psalms, carols, part-songs, Polish music, quartets, songs.

A user's folder holds one folder per set, with the name of the set. Each set has a split; its file says which pieces
of the source it leaves out, and how the others were divided.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpora.corpus import Corpus, read_four_parts
from corpora.excerpt import read_excerpt
from corpora.palestrina import in_halves
from theory.notation.score import Score

_LOCATION = "in a folder that is given; not part of this package"
_PUBLIC_DOMAIN = 'public domain by the statement of the repository, "things that I found in the public domain, and I '
_PUBLIC_DOMAIN += 'intend for them to remain in the public domain"'
_POLISH_CREDIT = "Polish Music Heritage in Open Access, Copyright 2019-2022 The Fryderyk Chopin Institute "
_POLISH_CREDIT += "(https://nifc.pl), https://polishscores.org, https://github.com/pl-wnifc/humdrum-polish-scores"
_OPENING_BARS = 80  # of a quartet: a whole work would be as long as forty hymns


def _set(name: str, title: str, citation: str, licence: str, *quirks: str, files: int, style: str = "") -> Corpus:
    return Corpus(
        name=name,
        title=title,
        citation=citation,
        licence=licence,
        quirks=quirks,
        files=files,
        location=_LOCATION,
        suffixes=(".mxl",),
        style=style,
        split_file=f"{name.replace('-', '_')}_split.json",
    )


POLISH = _set(
    "polish-satb",
    "Music for four voices from Polish archives, c. 1500 to 1900",
    _POLISH_CREDIT,
    "CC BY 4.0",
    "The splits hold the mostly chordal pieces only.",
    "A quarter of these are barred in breves; bars counted in whole notes are read with halved values.",
    files=362,
    style="renaissance",
)
GOMOLKA = _set(
    "gomolka-psalms",
    "M. Gomółka, Melodie na psałterz polski, 1580",
    _POLISH_CREDIT,
    "CC BY 4.0",
    "Bars are breves, counted in whole notes, so values are read halved.",
    files=100,
    style="renaissance",
)
GOUDIMEL = _set(
    "goudimel-psalter",
    "C. Goudimel, Genevan psalms of 1565, note against note, with the tune in the soprano",
    "soprano settings and edition by W. Berendsen, https://github.com/wbsoft/lilymusic",
    "public domain by the editor's statement",
    "The source has no bars: those of the files are arbitrary; rests mark the ends of lines.",
    "There are no words.",
    files=99,
    style="renaissance",
)
MUTOPIA = _set(
    "mutopia-satb",
    "Hymns, German part-songs, anthems and Orthodox pieces of the Mutopia Project",
    "https://www.mutopiaproject.org; typeset by S. Dunlop, D. Johnson, P. Chubb, K. Rettinghaus, K. Van Bruwaene, "
    "M. Corks, S. Brosig, I. Matthews, S. Brun, T. Rettig, G. Vicario (public domain), K. Rettinghaus (CC BY 4.0), "
    "L. Sardain and R. de Vries (CC BY 3.0)",
    "public domain, CC BY 3.0 or CC BY 4.0, as each file states",
    "Endings of repeats stand one after the other.",
    files=92,
    style="hymn",
)
CAROLS = _set(
    "bloomfield-carols",
    "English carols harmonised by C. Wood, J. Stainer, G. R. Woodward, M. Praetorius and others",
    "edited by B. Bloomfield, https://github.com/bbloomf/christmas-carols",
    _PUBLIC_DOMAIN,
    "Endings of repeats stand one after the other.",
    files=104,
    style="hymn",
)
PART_SONGS = _set(
    "bloomfield-songs",
    "Victorian part-songs, glees, college songs, songs of the Civil War, hymns and a few madrigals",
    "edited by B. Bloomfield, https://github.com/bbloomf/lilypond-songs",
    _PUBLIC_DOMAIN,
    "Endings of repeats stand one after the other.",
    files=124,
    style="hymn",
)
OPEN_QUARTETS = _set(
    "string-quartets",
    "String quartets of the OpenScore project",
    "OpenScore String Quartets, https://github.com/OpenScore/StringQuartets",
    "CC0 1.0",
    "Most files hold a whole work, its movements one after the other; the splits' works are read up to bar 80.",
    "The splits hold composers born before 1810 only.",
    "Double stops are chords.",
    files=95,
    style="quartet",
)
LIEDER = _set(
    "lieder",
    "Songs for voice and piano of the OpenScore project",
    "OpenScore Lieder Corpus, https://github.com/OpenScore/Lieder",
    "CC0 1.0",
    "Only the voice is read.",
    files=1053,
)
SCORE_SETS = (POLISH, GOMOLKA, GOUDIMEL, MUTOPIA, CAROLS, PART_SONGS, OPEN_QUARTETS, LIEDER)
FOUR_PART_SETS = tuple(each for each in SCORE_SETS if each.style)


def set_reader(chosen: Corpus, folder: Path) -> Callable[[str], Score]:
    """Return the function that reads a piece of a set by its name; ``folder`` holds the folders of the sets.

    Raises FileNotFoundError if the set is not there.
    """
    there = folder / chosen.name
    if not there.is_dir():
        raise FileNotFoundError(f"{there}: no such folder; give the folder that holds {chosen.name}/ and other sets")

    def read(name: str) -> Score:
        path = there / f"{name}.mxl"
        if not path.is_file():
            raise FileNotFoundError(f"{path}: no such piece, although the split of {chosen.name} names it")
        return _READERS.get(chosen.name, read_four_parts)(path)

    return read


def _in_quarters(path: Path) -> Score:
    """Return a score with halved note values if its bars are counted in whole notes."""
    score = read_four_parts(path)
    return in_halves(score) if score.bars[0].meter.beat_type == 1 else score


def _opening(path: Path) -> Score:
    score = read_excerpt(path, bars=_OPENING_BARS)
    if len(score.parts) != 4:
        raise ValueError(f"{path}: {len(score.parts)} parts, not four")
    return score


def _voice(path: Path) -> Score:
    return read_excerpt(path, parts=1)


_READERS: dict[str, Callable[[Path], Score]] = {
    POLISH.name: _in_quarters,
    GOMOLKA.name: _in_quarters,
    OPEN_QUARTETS.name: _opening,
    LIEDER.name: _voice,
}
