"""Hostile changes of files of music: of bytes, XML elements, MIDI events, and signs of ABC and Humdrum.

Most changes leave a file that a reader can take for music: that is where something is lost or written that no
program reads.
"""

from __future__ import annotations

import copy
import io
import random
import re
from collections.abc import Callable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import mido

from benchmarks.faults.fuzz import broken_file, seeds

_NUMBERS = ("0", "-1", "-4", "1", "2", "3", "7", "99", "255", "1000003", "999999999", "99999999999", "0.333", "", "x")
_TEXTS = (
    "\x85", "\u0007\u001b[31m", "\ufdd0", "\ufffe", "\u2028", "a\tb", "D.C. al Fine", "C7", "verse 1", "<&>", "\ud800",
)  # fmt: skip
_ABC = (
    "'" * 9, "," * 9, "99", "/99", "/" * 6, "/997", "M:99/1\n", "[M:7/64]", "[L:1/512]", "(9:1:9", "{c}",
    "{" + "c" * 70 + "}", "\x1b[31m", "\x00", "|", "||", ":|", "|:", "[5", '"C#####"', '"^\x07evil"', "Z9", "[ceg]",
    "&", "[Q:-5]", "[Q:1/4=99999]", "w:a-b\x01-c\n", "!D.C.!", "-", "(", ")", "[K:Cb exp ^f]", "[ce2g/]", "\n\n",
    "[V:2]",
)  # fmt: skip
_KERN = (
    "0", "00", "000", "4c", "4r", "997c", "4c#####", "4" + "c" * 12, "*M255/256", "=", "=:|!", "*k[f#]", ".", "*^",
    "*v", "4c 4e 4g", "q", "qq", "[4c", "4c]", "!!!OTL: a\x1bb", "*MM-5", "\x00", "4%997c",
)  # fmt: skip
Change = Callable[[bytes, random.Random], bytes]


def hostile_file(rng: random.Random) -> tuple[str, bytes]:
    """Return suffix and content of a file with hostile changes."""
    if rng.random() < 0.25:
        return broken_file(rng)
    ending, data = rng.choice(seeds())
    change = {".musicxml": _change_xml, ".mid": _change_midi, ".abc": _changes_of(_ABC, rb"[A-Ga-gz|\s]"),
              ".krn": _changes_of(_KERN, rb"[^\t\n]+")}[ending]  # fmt: skip
    for _ in range(rng.randint(1, 4)):
        data = change(data, rng)
    return ending, data


def _changes_of(signs: tuple[str, ...], place: bytes) -> Change:
    """Return a change that puts a sign before, after or in place of one that is there."""

    def change(data: bytes, rng: random.Random) -> bytes:
        found = rng.choice(list(re.finditer(place, data)) or [re.match(b"", data)])
        assert found is not None
        sign = rng.choice(signs).encode("utf-8", "surrogatepass")
        start, end = rng.choice([(found.start(), found.start()), (found.end(), found.end()), found.span()])
        return data[:start] + sign + data[end:]

    return change


def _change_xml(data: bytes, rng: random.Random) -> bytes:
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError:  # a change before this one put a control character into it
        return data
    rng.choice([_set_text, _set_text, _set_text, _set_attribute, _delete, _copy, _mark_as_chord, _step_back, _move])(
        root, rng
    )
    text = ElementTree.tostring(root, encoding="unicode")
    return text.encode("utf-8", "replace")


def _some(root: Element, rng: random.Random, *tags: str) -> Element:
    """Return a random element, of one of the tags if any are given and there."""
    every = list(root.iter())
    return rng.choice([each for each in every if each.tag in tags] or every)


def _set_text(root: Element, rng: random.Random) -> None:
    tags = {each.tag for each in root.iter() if (each.text or "").strip()}
    element = _some(root, rng, rng.choice(sorted(tags)))
    element.text = rng.choice(_NUMBERS if rng.random() < 0.75 else _TEXTS)


def _set_attribute(root: Element, rng: random.Random) -> None:
    holders = [each for each in root.iter() if each.attrib]
    element = rng.choice(holders)
    element.set(rng.choice(sorted(element.attrib)), rng.choice(_NUMBERS + _TEXTS))


def _delete(root: Element, rng: random.Random) -> None:
    parent = rng.choice([each for each in root.iter() if len(each)])
    parent.remove(rng.choice(list(parent)))


def _copy(root: Element, rng: random.Random) -> None:
    parent = rng.choice([each for each in root.iter() if len(each)])
    parent.insert(rng.randrange(len(parent) + 1), copy.deepcopy(rng.choice(list(parent))))


def _move(root: Element, rng: random.Random) -> None:
    parent = rng.choice([each for each in root.iter() if len(each)])
    child = rng.choice(list(parent))
    parent.remove(child)
    parent.insert(rng.randrange(len(parent) + 1), child)


def _mark_as_chord(root: Element, rng: random.Random) -> None:
    _some(root, rng, "note").insert(0, Element("chord"))


def _step_back(root: Element, rng: random.Random) -> None:
    measure = _some(root, rng, "measure")
    step = Element(rng.choice(["backup", "backup", "forward"]))
    SubElement(step, "duration").text = rng.choice(["1", "2", "4", "10080", "5040", "999999"])
    measure.insert(rng.randrange(len(measure) + 1), step)


def _change_midi(data: bytes, rng: random.Random) -> bytes:
    try:
        file = mido.MidiFile(file=io.BytesIO(data), clip=True)
    except (EOFError, OSError, ValueError, KeyError, IndexError):
        return data
    track = rng.choice(file.tracks)
    index = rng.randrange(len(track))
    what = rng.randrange(6)
    if what == 0:
        track[index] = track[index].copy(time=rng.choice([0, 1, 7, 10080, 10**6, 0x0FFFFFFF]))
    elif what == 1:
        track.insert(index, rng.choice(track).copy())
    elif what == 2:
        del track[index]
    elif what == 3:
        track.insert(index, _nasty_meta(rng))
    elif what == 4 and track[index].type in ("note_on", "note_off"):
        track[index] = track[index].copy(note=rng.choice([0, 5, 12, 60, 127]))
    else:
        file.ticks_per_beat = rng.choice([1, 7, 96, 480, 997, 32767])
    written = io.BytesIO()
    file.save(file=written)
    return written.getvalue()


def _nasty_meta(rng: random.Random) -> mido.MetaMessage:
    kind = rng.randrange(5)
    if kind == 0:
        beats, unit = rng.choice([1, 7, 64, 99, 255]), rng.choice([1, 4, 64, 256])
        return mido.MetaMessage("time_signature", numerator=beats, denominator=unit)
    if kind == 1:
        return mido.MetaMessage("set_tempo", tempo=rng.choice([0, 1, 500_000, 0xFFFFFF]))
    if kind == 2:
        return mido.MetaMessage("lyrics", text=rng.choice(["la", "\x1b[31m", "\x00", "-", "/la", "\x85" * 300]))
    if kind == 3:
        return mido.MetaMessage("track_name", name=rng.choice(["\x07", "Tune", "\x00\x01"]))
    return mido.MetaMessage("key_signature", key=rng.choice(["Cb", "C#", "Abm", "F"]))
