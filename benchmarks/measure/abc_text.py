"""An independent count of what an ABC tune holds, sign by sign, which shares no code with the reader.

It counts attacks (notes that no tie continues; no grace notes), chord symbols (quoted text that is spelled like one),
words (syllables of ``w:`` lines) and repeat signs. It takes the text of the ABC standard 2.1 literally.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

FIGURES = ("attacks", "symbols", "words", "repeat_starts", "repeat_ends")
_DECORATION = re.compile(
    r"""!(?:
      trill[()]? | lowermordent | uppermordent | mordent | pralltriller | roll | (?:inverted)?turnx? | arpeggio | > | \^
    | accent | emphasis | (?:inverted)?fermata | fermat:a | tenuto | [0-5] | \+ | plus | snap | slide | wedge | upbow
    | downbow | open | thumb | breath | p{1,4} | mp | mf | f{1,4} | sfz? | (?:crescendo|<|diminuendo|>|8va)[()]
    | [Ss]egno | [Cc]oda | [Ff]ine | D\.[SC]\.(?:al(?:fine|coda))? | dacoda | dacapo | (?:short|medium|long)phrase
    | staccato | marcato | courtesy )!""",
    re.VERBOSE,
)
_ROOT = r"[A-G][b#]?(?:maj|min|mj|dim|aug|sus|add|m|M|d(?=7?$)|[0-9b#+°()^,-])*(?:/(?:dim|[A-Ga-g][b#+-]?))?"
_CHORD = re.compile(rf"[A-G] (?:MINOR|minor)|\(?{_ROOT}\)?(?:\s*[(;]\s*{_ROOT}\)?)?|/[A-Ga-g][b#+-]?")
_BODY_FIELD = re.compile(r"[A-Za-z]:(?![|:\]])|[H-WZh-wyz+]:")


@dataclass
class Counts:
    """What a tune holds."""

    attacks: int = 0
    symbols: int = 0
    words: int = 0
    repeat_starts: int = 0
    repeat_ends: int = 0


def tunes_of(book: str) -> list[str]:
    """Return the tunes of a book, each from its X: field on."""
    return [f"X:{part}" for part in re.split(r"(?m)^X:", book)[1:]]


def count_tune(tune: str) -> Counts:
    r"""Return what a tune holds.

    >>> count_tune('X:1\nK:G\n|:"G"G>A [GB]2- [GB]2 {c}d:|\nw: a b-c d')
    Counts(attacks=5, symbols=1, words=4, repeat_starts=1, repeat_ends=1)
    """
    counter = _Counter()
    has_key = has_music = False
    for raw in tune.splitlines():
        line = re.sub(r"(?<!\\)%.*", "", raw).strip()
        is_field = _BODY_FIELD.match(line) is not None
        if not raw.strip() and has_music:
            break
        if has_key and line and not is_field:
            has_music = True
            counter.line(line)
        elif line[:2] in ("w:", "+:"):
            counter.counts.words += len(list(_syllables(line[2:])))
        has_key = has_key or line.startswith("K:")
    return counter.counts


def _syllables(text: str) -> Iterator[str]:
    for word in re.split(r"(?<!\\)[\s\-*_|]+", text):
        if word.strip("\\"):
            yield word


@dataclass
class _Counter:
    """Reads lines of music one sign at a time."""

    counts: Counts = field(default_factory=Counts)
    tied: set[str] = field(default_factory=set)  # notes that a tie continues
    ties: set[str] = field(default_factory=set)  # ties from the stem that is being read
    stem: list[str] = field(default_factory=list)  # notes of the last stem
    in_chord: bool = False

    def line(self, text: str) -> None:
        """Count the signs of one line."""
        at = 0
        while at < len(text):
            at = self._sign(text, at)

    def _sign(self, text: str, at: int) -> int:
        """Count the sign at an index, and return the index after it."""
        sign, rest = text[at], text[at:]
        for pattern, take in _SIGNS:
            match = pattern.match(rest)
            if match:
                take(self, match[0])
                return at + match.end()
        if sign == "]":
            self.in_chord = False
        return at + 1

    def quoted(self, text: str) -> None:
        """Count a quoted text that is spelled like a chord symbol."""
        self.counts.symbols += _CHORD.fullmatch(text.strip('" ')) is not None

    def bar(self, text: str) -> None:
        """Count the repeat signs of a bar line."""
        self.counts.repeat_ends += text.startswith(":")
        self.counts.repeat_starts += text.endswith(":")

    def chord(self, _: str) -> None:
        """Begin a chord."""
        self._next_stem()
        self.in_chord = True

    def note(self, text: str) -> None:
        """Count a note."""
        if not self.in_chord:
            self._next_stem()
        name = re.sub(r"[^A-Ga-g,']", "", text)
        self.stem.append(name)
        self.counts.attacks += name not in self.tied

    def tie(self, _: str) -> None:
        """Begin a tie: of one note of a chord within its brackets, else of the whole stem."""
        self.ties |= set(self.stem[-1:] if self.in_chord else self.stem)

    def skip(self, _: str) -> None:
        """Pass over a sign without a note."""

    def rest(self, _: str) -> None:
        """End all ties."""
        self._next_stem()
        self.tied = set()

    def _next_stem(self) -> None:
        self.tied, self.ties, self.stem = self.ties, set(), []


_SIGNS = [
    (re.compile(r'"(?:[^"\\]|\\.)*"'), _Counter.quoted),
    (_DECORATION, _Counter.skip),
    (re.compile(r"\{[^}]*\}|\[[A-Za-z]:[^\]]*\]|\(\d(?::\d?)*|\+[a-z]+\+|\[[1-9]"), _Counter.skip),
    (re.compile(r"\[\||:*\|+[|\]:]*|::+"), _Counter.bar),
    (re.compile(r"\["), _Counter.chord),
    (re.compile(r"[_^=]*[A-Ga-g][,']*"), _Counter.note),
    (re.compile(r"[zxZX]"), _Counter.rest),
    (re.compile(r"-"), _Counter.tie),
]
