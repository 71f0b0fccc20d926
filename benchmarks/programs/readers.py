"""Programs that open what we write: music21 and Verovio as packages, MuseScore 3 and 4 and LilyPond where installed.

MuseScore 3 is the program `musescore3` of Debian. The engine of MuseScore 4 is the package webmscore 1.2.1 of npm (GPL,
for tests only): install it anywhere and say where in WEBMSCORE, the folder that has `node_modules`. A program that is
not there has ``missing``, the reason in words.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from benchmarks.programs.facts import ANYWHERE, Facts, musicxml_facts, plain, spelled

_MEI = "{http://www.music-encoding.org/ns/mei}"
_SIGNS = {"s": 1, "f": -1, "n": 0, "x": 2, "ss": 2, "ff": -2, "": 0}
_TRANSCRIBE = """
import WebMscore from 'webmscore';
import { readFileSync, writeFileSync } from 'fs';
await WebMscore.ready;
const score = await WebMscore.load('xml', readFileSync(process.argv[2]));
writeFileSync(process.argv[3], await score.saveXml());
score.destroy();
process.exit(0);
"""


@dataclass(frozen=True)
class Program:
    """A program, and what it finds in files.

    A file that it refuses is a text instead of facts, and None is a file that it opens without telling what is in it.
    """

    name: str
    missing: str  # why it cannot be asked; empty: it can
    read: Callable[[Sequence[Path]], Iterator[Facts | str | None]]


def programs() -> list[Program]:
    """Return all programs, with those that are not installed here."""
    webmscore = os.environ.get("WEBMSCORE", "")
    installed = bool(webmscore) and (Path(webmscore) / "node_modules" / "webmscore").is_dir() and shutil.which("node")
    lilypond = shutil.which("lilypond") and shutil.which("musicxml2ly")
    return [
        Program("music21", "" if find_spec("music21") else "music21 is not installed", _music21),
        Program("Verovio", "" if find_spec("verovio") else "verovio is not installed", _verovio),
        Program("MuseScore 3", "" if shutil.which("musescore3") else "musescore3 is not installed", _musescore),
        Program("MuseScore 4", "" if installed else "WEBMSCORE names no folder with webmscore", _webmscore),
        Program("LilyPond", "" if lilypond else "lilypond is not installed", _lilypond),
    ]


def _music21(paths: Sequence[Path]) -> Iterator[Facts | str]:
    from music21 import converter, note, stream

    for path in paths:
        facts = Facts()
        for staff, part in enumerate(converter.parse(path).parts):
            measures = list(part.getElementsByClass(stream.Measure))
            facts.bars.append(len(measures))
            for bar, measure in enumerate(measures):
                for each in measure.recurse().getElementsByClass(note.GeneralNote):
                    onset = Fraction(each.getOffsetInHierarchy(measure)).limit_denominator(5040)
                    length = Fraction(each.quarterLength).limit_denominator(5040)
                    for pitch in [] if each.isRest or "ChordSymbol" in each.classes else each.pitches:
                        alter = int(pitch.accidental.alter) if pitch.accidental else 0
                        facts.notes[(staff, bar), onset, spelled(pitch.step, alter, str(pitch.octave)), length] += 1
                    for lyric in each.lyrics:
                        facts.words[(staff, bar), plain(lyric.text)] += 1
        yield facts


def _verovio(paths: Sequence[Path]) -> Iterator[Facts | str]:
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    for path in paths:
        toolkit = verovio.toolkit()
        if not toolkit.loadFile(str(path)):
            yield "it does not open the file"
            continue
        yield _mei_facts(ElementTree.fromstring(toolkit.getMEI()))


def _mei_facts(root: Element) -> Facts:
    facts = Facts()
    units = {each.get("n"): int(each.get("ppq", "1")) for each in root.iter(f"{_MEI}staffDef") if each.get("ppq")}
    measures = list(root.iter(f"{_MEI}measure"))
    facts.bars = [len(measures)] * len({each.get("n") for each in root.iter(f"{_MEI}staffDef")})
    for bar, measure in enumerate(measures):
        for staff in measure.iter(f"{_MEI}staff"):
            place, unit = (int(staff.get("n", "1")) - 1, bar), units[staff.get("n")]
            for stem in staff.iter():
                if stem.tag in (f"{_MEI}note", f"{_MEI}chord") and "dur.ppq" in stem.attrib:
                    length = Fraction(0) if stem.get("grace") else Fraction(int(stem.attrib["dur.ppq"]), unit)
                    for note in stem.iter(f"{_MEI}note"):
                        facts.notes[place, ANYWHERE, _mei_pitch(note), length] += 1
            for verse in staff.iter(f"{_MEI}verse"):
                label = "".join(each.text or "" for each in verse.iter(f"{_MEI}label"))
                syllables = [each.text or "" for each in verse.iter(f"{_MEI}syl")]
                facts.words[place, plain(label + "".join(syllables))] += 1
    return facts


def _mei_pitch(note: Element) -> str:
    inner = note.find(f"{_MEI}accid")
    signs = [each.get(name, "") for each in (note, inner) if each is not None for name in ("accid.ges", "accid")]
    sign = next((each for each in signs if each), "")
    return spelled(note.get("pname", ""), _SIGNS[sign], note.get("oct", ""))


def _musescore(paths: Sequence[Path]) -> Iterator[Facts | str]:
    with tempfile.TemporaryDirectory() as folder:
        jobs = [{"in": str(path), "out": f"{folder}/{number}.musicxml"} for number, path in enumerate(paths)]
        todo = Path(folder) / "jobs.json"
        todo.write_text(json.dumps(jobs), encoding="utf-8")
        own = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": folder, "HOME": folder}
        for _ in range(3):  # without a display it sometimes dies of a signal
            done = subprocess.run(
                ["musescore3", "-j", str(todo)], env=os.environ | own, capture_output=True, text=True, check=False
            )
            if done.returncode >= 0:
                break
        for path, job in zip(paths, jobs, strict=True):
            written = Path(job["out"])
            if f"{path}' is not a valid MusicXML file" in done.stderr:
                yield "it is not a valid MusicXML file"
            else:
                yield musicxml_facts(written) if written.exists() else "nothing was written"


def _webmscore(paths: Sequence[Path]) -> Iterator[Facts | str]:
    place = Path(os.environ["WEBMSCORE"])
    with tempfile.TemporaryDirectory(dir=place) as folder:
        script, out = Path(folder) / "transcribe.mjs", Path(folder) / "out.musicxml"
        script.write_text(_TRANSCRIBE, encoding="utf-8")
        for path in paths:
            out.unlink(missing_ok=True)
            command = ["node", "--no-experimental-fetch", str(script), str(path), str(out)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            yield musicxml_facts(out) if out.exists() else f"nothing was written: {done.stderr[-200:]}"


def _lilypond(paths: Sequence[Path]) -> Iterator[str | None]:
    """Yield a text where LilyPond complains of a bar that does not add up or engraves nothing, and otherwise None."""
    for path in paths:
        with tempfile.TemporaryDirectory() as folder:
            music = Path(folder) / "score.ly"
            subprocess.run(["musicxml2ly", "-o", str(music), str(path)], capture_output=True, check=False)
            command = ["lilypond", "--loglevel=WARNING", "-o", f"{folder}/score", str(music)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            trouble = re.findall(r".*(?:barcheck failed|error:|Negative skip).*", done.stderr)
            engraved = Path(f"{folder}/score.pdf").exists()
            yield trouble[0] if trouble else None if engraved else "no page was engraved"
