"""What the catalogue says of a corpus, and whether the installed files are those that it describes.

Most corpora come with music21, in one or two folders of its corpus. A digest of all file names and contents
identifies exactly the music that a result was measured on. Splits are lists of names in `corpora/splits`: ``train``
for training and fitting, ``valid`` for model selection, test lists for final measurements only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from theory.music21_bridge.reading import from_music21
from theory.notation.score import Score

MUSIC21 = "Cuthbert and Ariza, music21: A Toolkit for Computer-Aided Musicology, ISMIR 2010 (its corpus)"
MUSIC21_LICENCE = "the music is in the public domain; the encodings come with music21 (BSD-3-Clause)"
_SPLITS = Path(__file__).parent / "splits"


@dataclass(frozen=True)
class Corpus:
    """A named set of scores: source, licence, files, known quirks, and splits."""

    name: str
    title: str
    citation: str
    licence: str
    quirks: tuple[str, ...]  # what a reader of the files must know
    files: int  # number of files
    tunes: int = 0  # number of tunes in the files, if a file is a book of tunes
    location: str = "in music21's corpus"  # where the files are
    folders: tuple[str, ...] = ()  # in music21's corpus; none if the files do not come with music21
    suffixes: tuple[str, ...] = ()  # of the files used; the folders may hold the same music in other formats
    digest: str = ""  # of all file names and contents; empty if the files do not come with music21
    style: str = ""  # name of the style, an input of the part models; empty for tunes
    split_file: str = ""  # empty if there is no list of names

    def names(self, split: str) -> tuple[str, ...]:
        """Return the names of a split's pieces. Raises KeyError for an unknown split.

        >>> from corpora.chorales import CHORALES
        >>> len(CHORALES.names("train")), len(CHORALES.names("valid"))
        (224, 70)
        """
        lists = self._lists()
        if split not in lists:
            raise KeyError(f"{self.name} has no split {split!r}; it has {', '.join(sorted(lists)) or 'none'}")
        return tuple(lists[split])

    @property
    def splits(self) -> tuple[str, ...]:
        """Names of the splits, sorted."""
        return tuple(sorted(self._lists()))

    @property
    def count(self) -> int:
        """Number of pieces in ``train`` and ``valid`` together; of a corpus without a split, of all tunes or files."""
        return len(self.names("train")) + len(self.names("valid")) if self.split_file else self.tunes or self.files

    @property
    def split_digest(self) -> str:
        """Digest of the split file, for model cards."""
        return hashlib.sha256((_SPLITS / self.split_file).read_bytes()).hexdigest()[:16]

    def _lists(self) -> dict[str, list[str]]:
        if not self.split_file:
            return {}
        lists = json.loads((_SPLITS / self.split_file).read_text(encoding="utf-8"))
        return {name: names for name, names in lists.items() if name != "about"}

    def paths(self) -> list[Path]:
        """Return the files in music21's corpus, sorted by folder and path.

        Raises FileNotFoundError if there are none: music21 may be installed without its corpus.
        """
        found = [path for folder in self._roots() for path in self._files_in(folder)]
        if not found:
            raise FileNotFoundError(f"{self.name}: no files found; they are {self.location}, which must be installed")
        return found

    def check_installed(self) -> None:
        """Raise ValueError if the files in music21's corpus are not those that the catalogue describes."""
        whole, count = hashlib.sha256(), 0
        for folder in self._roots():
            for path in self._files_in(folder):
                whole.update(path.relative_to(folder).as_posix().encode())
                whole.update(hashlib.sha256(path.read_bytes()).digest())
                count += 1
        digest = whole.hexdigest()[:16]
        if (count, digest) != (self.files, self.digest):
            raise ValueError(
                f"{self.name}: {count} files with digest {digest}, the catalogue has {self.files} with "
                f"{self.digest}; install the music21 version that pyproject.toml names"
            )

    def _roots(self) -> list[Path]:
        return [music21_folder() / folder for folder in self.folders]

    def _files_in(self, folder: Path) -> list[Path]:
        return sorted(path for path in folder.rglob("*") if path.suffix in self.suffixes and path.is_file())


def music21_folder() -> Path:
    """Return the folder of music21's corpus."""
    from music21 import common

    return Path(common.getCorpusFilePath())


def read_four_parts(path: Path) -> Score:
    """Return the score in a file, parts from high to low. Raises ValueError if it does not have four parts."""
    from music21 import converter

    score = from_music21(converter.parse(path))
    if len(score.parts) != 4:
        raise ValueError(f"{path}: {len(score.parts)} parts, not four")
    return score
