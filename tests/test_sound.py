"""The sound of a score: when its notes are heard, how loud, how high, and by whom; files and rehearsal tracks."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction as F
from io import BytesIO
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from arranger.cli import main
from arranger.formats.performance import perform
from arranger.formats.reading import read_score
from arranger.formats.writing import write_score
from arranger.formats.writing.midi import to_midi
from arranger.sounding import mixed, sound_bytes, stems
from arranger.sounding.clock import clock_of
from arranger.sounding.rehearsal import Practice, count_in_seconds, rehearsal_tracks
from arranger.sounding.room import placed
from theory.notation.instruments import instruments
from theory.notation.key import Key
from theory.notation.pitch import Pitch
from theory.notation.score import SWING, Bar, Direction, Lyric, Meter, Note, Part, Score

RATE = 22050
TEMPO = 90


def line(text: str, **marks: object) -> tuple[Note, ...]:
    """Read notes such as C4:1 or r:1/2, with a syllable as in C4:1:la."""
    notes, onset = [], F(0)
    for word in text.split():
        name, length, *syllable = word.split(":")
        sung = (Lyric(syllable[0]),) if syllable else ()
        notes.append(Note(onset, F(length), None if name == "r" else Pitch.parse(name), lyrics=sung, **marks))
        onset += F(length)
    return tuple(notes)


def score_of(*parts: Part, bars: tuple[Bar, ...] = (), directions: tuple[Direction, ...] = ()) -> Score:
    end = max(part.notes[-1].end_quarter for part in parts)
    plain = tuple(Bar(i, str(i + 1), F(4 * i), F(4), Meter(4, 4), Key.parse("C")) for i in range(-int(-end // 4)))
    return Score(bars or plain, parts, directions=(Direction(F(0), "tempo", value=str(TEMPO)), *directions))


def heard_at(samples: np.ndarray, rate: int, near: float, midi: int) -> float:
    """Return the second when 10 ms, or a period, are first 0.4 times as loud as what is 30 to 150 ms after ``near``."""
    moment = int(rate * max(0.01, 2 ** ((69 - midi) / 12) / 440))
    power = np.convolve(samples.astype(float) ** 2, np.ones(moment) / moment, "same")
    begin = max(int((near - 0.1) * rate), 0)
    after = np.mean(power[int((near + 0.03) * rate) : int((near + 0.15) * rate)])
    return (begin + int(np.argmax(power[begin:] > 0.16 * after))) / rate


def pitch_of(samples: np.ndarray, rate: int, near_hertz: float) -> float:
    """Return the pitch in hertz, within a semitone of ``near_hertz``, whose first six partials are the strongest."""
    size = 1 << 18
    spectrum = np.sqrt(np.abs(np.fft.rfft(samples * np.hanning(len(samples)), size)))
    candidates = near_hertz * 2 ** (np.arange(-100, 101, 2) / 1200)
    partials = [k for k in range(1, 7) if k * near_hertz < rate / 2.2]
    found = [
        sum(spectrum[np.rint(np.array(hertz) * k * size / rate).astype(int)] for k in partials) for hertz in candidates
    ]
    return float(candidates[int(np.argmax(found))])


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=float))))


def decibels(one: float, other: float) -> float:
    return float(20 * np.log10(one / other))


# ---------------------------------------------------------------- time


@pytest.mark.parametrize("name", sorted(instruments()))
def test_every_instrument_is_heard_within_10_ms_of_the_score(name: str) -> None:
    comfortable = instruments()[name].comfortable
    low, high = comfortable.low.midi, comfortable.high.midi
    heights = [low, (low + high) // 2, high - 2, low + 4]
    words = " r:1 ".join(f"{pitch_named(midi)}:{length}:la" for midi, length in zip(heights, "1112", strict=True))
    found = stems(score_of(Part(name, line(f"r:1 {words} r:2"), name)), rate=RATE)
    (stem,) = found.parts
    late = [heard_at(stem.samples, RATE, note.start_second, note.midi) - note.start_second for note in stem.notes]
    assert [note.start_second for note in stem.notes] == pytest.approx([60 / TEMPO * q for q in (1, 3, 5, 7)])
    assert max(map(abs, late)) < 0.010


def pitch_named(midi: int) -> str:
    return ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"][midi % 12] + str(midi // 12 - 1)


def test_a_note_begins_when_the_midi_file_says_so() -> None:
    bars = tuple(
        Bar(i, str(i + 1), F(4 * i), F(4), Meter(4, 4), Key.parse("C"), repeat_end=2 if i == 0 else 0) for i in range(2)
    )
    marks = (
        Direction(F(2), "tempo", value="60"),
        Direction(F(4), "tempo", value="132"),
        Direction(F(0), "words", SWING),
    )
    score = score_of(
        Part("Tune", line("C4:1/2 D4:1/2 E4:1 F4:2 G4:3/2 A4:1/2 B4:2"), "flute"), bars=bars, directions=marks
    )
    file = mido.MidiFile(file=BytesIO(to_midi(score)))
    now, struck = 0.0, []
    for message in file:
        now += message.time
        if message.type == "note_on":
            struck.append((message.note, now))
    notes = stems(score, rate=8000).parts[0].notes
    assert [note.midi for note in notes] == [midi for midi, _ in struck]
    assert [note.start_second for note in notes] == pytest.approx([at for _, at in struck], abs=1e-4)


def test_all_parts_wait_for_a_fermata() -> None:
    upper = line("C5:1 D5:1 E5:2 F5:4")
    held = (*upper[:2], replace(upper[2], fermata=True), upper[3])
    performance = perform(score_of(Part("Soprano", held), Part("Bass", line("C3:4 F3:4"))))
    clock = clock_of(performance)
    quarter = 60 / TEMPO
    assert clock.seconds(F(2)) == pytest.approx(2 * quarter)
    assert clock.seconds(F(4)) == pytest.approx((2 + 2 * 1.75) * quarter)
    assert clock.seconds(F(8)) == pytest.approx((4 + 5.5) * quarter)


@pytest.mark.parametrize(("tempo", "seconds"), [("", 4 * 60 / 90), ("60", 4.0), ("50%", 8 * 60 / 90)])
def test_the_tempo_can_be_chosen(tempo: str, seconds: float) -> None:
    found = stems(score_of(Part("Flute", line("C5:4"))), rate=8000, tempo=tempo)
    assert found.timing.end_second == pytest.approx(seconds)


@pytest.mark.parametrize("tempo", ["fast", "0", "5000%", "nan"])
def test_an_unknown_tempo_is_refused(tempo: str) -> None:
    with pytest.raises(ValueError, match=r"tempo|ten times"):
        stems(score_of(Part("Flute", line("C5:4"))), rate=8000, tempo=tempo)


# ---------------------------------------------------------------- pitch and colour


@pytest.mark.parametrize(
    ("name", "pitches"),
    [("soprano", "C5 G4"), ("bass", "G2 C3"), ("violin", "A4 E5"), ("cello", "C3 G3"), ("horn", "F3 C4"),
     ("clarinet", "D4 A4"), ("bassoon", "C3 C2"), ("tuba", "F2 C3"), ("piano", "C4 A4")],
)  # fmt: skip
def test_notes_are_in_tune(name: str, pitches: str) -> None:
    for pitch in pitches.split():
        (stem,) = stems(score_of(Part(name, line(f"{pitch}:4:la"), name)), rate=RATE).parts
        wanted = 440 * 2 ** ((Pitch.parse(pitch).midi - 69) / 12)
        found = pitch_of(stem.samples[int(0.3 * RATE) : int(2.3 * RATE)], RATE, wanted)
        assert abs(1200 * np.log2(found / wanted)) < 15


def test_a_vowel_has_its_formants() -> None:
    def share(syllable: str, low: float, high: float) -> float:
        (stem,) = stems(score_of(Part("Tenor", line(f"A2:4:{syllable}"), "tenor")), rate=RATE).parts
        power = np.abs(np.fft.rfft(stem.samples)) ** 2
        hertz = np.fft.rfftfreq(len(stem.samples), 1 / RATE)
        return float(power[(hertz > low) & (hertz < high)].sum() / power.sum())

    assert share("ah", 600, 1300) > 2 * share("oo", 600, 1300)
    assert share("see", 1800, 2300) > 10 * share("moon", 1800, 2300)
    assert share("mm", 0, 400) > share("ah", 0, 400)


def test_a_singer_gets_brighter_as_she_gets_louder() -> None:
    def centre(dynamic: str) -> float:
        marks = (Direction(F(0), "dynamic", dynamic),)
        (stem,) = stems(score_of(Part("Alto", line("A3:4:ah"), "alto"), directions=marks), rate=RATE).parts
        power = np.abs(np.fft.rfft(stem.samples)) ** 2
        return float((power * np.fft.rfftfreq(len(stem.samples), 1 / RATE)).sum() / power.sum())

    assert centre("pp") < centre("mf") < centre("ff")


# ---------------------------------------------------------------- loudness


def test_dynamics_accents_and_hairpins_are_heard() -> None:
    marks = (
        Direction(F(0), "dynamic", "p"), Direction(F(4), "dynamic", "f"),
        Direction(F(8), "wedge", value="diminuendo"), Direction(F(12), "wedge", value="stop"),
        Direction(F(12), "dynamic", "pp"),
    )  # fmt: skip
    (stem,) = stems(score_of(Part("Violin", line("A4:4 A4:4 A4:4 A4:4"), "violin"), directions=marks), rate=RATE).parts
    level = [
        rms(stem.samples[int((n.start_second + 0.2) * RATE) : int((n.end_second - 0.1) * RATE)]) for n in stem.notes
    ]
    assert decibels(level[1], level[0]) == pytest.approx(0.27 * (96 - 49), abs=1.5)
    assert level[3] < level[2] < level[1]
    falls = stem.samples[int(8 * 60 / TEMPO * RATE) :]
    assert decibels(rms(falls[RATE // 4 : RATE // 2]), rms(falls[RATE * 9 // 4 : RATE * 5 // 2])) > 6


def test_staccato_notes_are_short() -> None:
    def silence(**marks: object) -> float:
        (stem,) = stems(score_of(Part("Flute", line("A4:1 A4:1 A4:1 A4:1", **marks), "flute")), rate=RATE).parts
        quiet = np.abs(stem.samples[: int(4 * 60 / TEMPO * RATE)]) < 0.002
        return float(np.mean(quiet))

    assert silence(articulations=("staccato",)) > silence() + 0.2


def test_equal_scores_and_seeds_give_equal_samples() -> None:
    score = score_of(Part("Soprano", line("C5:2:la D5:2:la")), Part("Viola", line("C4:4")))
    one, same, other = (stems(score, rate=RATE, seed=seed) for seed in (3, 3, 4))
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(one.parts, same.parts, strict=True))
    assert not np.array_equal(one.parts[0].samples, other.parts[0].samples)
    assert sound_bytes(mixed(one), ".flac", rate=RATE) == sound_bytes(mixed(same), ".flac", rate=RATE)


# ---------------------------------------------------------------- rehearsal


CHOIR = score_of(
    Part("Soprano", line("E5:1:A- D5:1:men C5:2:sing G5:4:loud"), "soprano"),
    Part("Alto", line("G4:1:A- G4:1:men G4:2:sing B4:4:loud"), "alto"),
    Part("Tenor", line("C4:1:A- B3:1:men C4:2:sing D4:4:loud"), "tenor"),
    Part("Bass", line("C3:1:A- G2:1:men C3:2:sing G2:4:loud"), "bass"),
    directions=(Direction(F(0), "dynamic", "ff", part="Alto"), Direction(F(0), "dynamic", "p", part="Bass")),
)


@pytest.mark.parametrize("layout", ["open", "closed"])
def test_in_a_rehearsal_track_the_own_voice_is_8_db_above_each_other(layout: str, tmp_path: Path) -> None:
    score = read_score(write_score(CHOIR, tmp_path / "choir.musicxml", layout=layout))
    found = stems(score, rate=RATE)
    full, *tracks = rehearsal_tracks(found, Practice(count_in_bars=0))
    assert [track.title for track in tracks] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert all(0.5 < np.abs(track.sound).max() <= 0.9 for track in (full, *tracks))
    alone = [placed([part.samples], [1.0], [0.0], rate=RATE).mean(axis=1) for part in found.parts]
    voices = np.stack(alone, axis=1)
    assert all(part.rms > 0.01 for part in found.parts)
    for own, track in enumerate(tracks):
        gains = np.linalg.lstsq(voices, track.sound.mean(axis=1), rcond=None)[0]
        levels = [abs(gain) * rms(voice) for gain, voice in zip(gains, alone, strict=True)]
        others = [level for each, level in enumerate(levels) if each != own]
        assert all(decibels(levels[own], other) > 8 for other in others)
        assert all(other > 0 for other in others)
        assert rms(track.sound[:, 0]) > rms(track.sound[:, 1])  # the own voice is on the left


def test_the_count_in_fills_the_bar_before_a_pickup() -> None:
    whole = Bar(1, "1", F(1), F(3), Meter(3, 4), Key.parse("C"))
    bars = (replace(whole, index=0, number="0", onset_quarter=F(0), length_quarter=F(1), implicit=True), whole)
    found = stems(score_of(Part("Alto", line("C4:1 E4:3"), "alto"), bars=bars), rate=RATE)
    practice = Practice(metronome=True)
    quarter = 60 / TEMPO
    assert count_in_seconds(found, practice) == pytest.approx(5 * quarter)
    (track,) = rehearsal_tracks(found, practice)
    silent = [
        np.abs(track.sound[int((n + 0.3) * quarter * RATE) : int((n + 0.9) * quarter * RATE)]).max() for n in range(5)
    ]
    clicks = [np.abs(track.sound[int(n * quarter * RATE) :][: RATE // 50]).max() for n in range(5)]
    assert max(silent) < 0.001 < min(clicks)
    assert heard_at(track.sound[:, 0], RATE, 5 * quarter, 60) == pytest.approx(5 * quarter, abs=0.010)


@pytest.mark.parametrize("ending", [".wav", ".flac", ".ogg"])
def test_files_can_be_read_again(ending: str) -> None:
    sound = mixed(stems(CHOIR, rate=RATE))
    again, rate = soundfile.read(BytesIO(sound_bytes(sound, ending, rate=RATE)))
    assert (rate, again.shape) == (RATE, sound.shape)
    assert np.corrcoef(again[:, 0], sound[:, 0])[0, 1] > 0.99
    assert np.abs(again).max() < 1


# ---------------------------------------------------------------- command line


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_render_writes_rehearsal_tracks_and_their_page(tmp_path: Path) -> None:
    score = write_score(replace(CHOIR, title="A <Song>"), tmp_path / "choir.musicxml", layout="closed")
    done = run("render", score, "--rehearsal", tmp_path / "tracks", "--tempo", "120%", "--track-format", "flac")
    assert done.exit_code == 0
    names = {path.name for path in (tmp_path / "tracks").iterdir()}
    files = {"all-voices.flac", "1-soprano.flac", "2-alto.flac", "3-tenor.flac", "4-bass.flac"}
    assert names == {*files, "index.html"}
    page = (tmp_path / "tracks" / "index.html").read_text(encoding="utf-8")
    assert files <= set(re.findall(r'data-file="([^"]+)"', page))
    assert "A &lt;Song&gt;" in page
    assert "http" not in page.replace("http-equiv", "")
    assert len({soundfile.info(tmp_path / "tracks" / file).frames for file in files}) == 1


def test_render_writes_sound(tmp_path: Path) -> None:
    score = write_score(CHOIR, tmp_path / "choir.mxl")
    assert run("render", score, "-o", tmp_path / "choir.wav").exit_code == 0
    sound, _ = soundfile.read(tmp_path / "choir.wav")
    assert rms(sound) > 0.03


@pytest.mark.parametrize(("tempo", "bpm"), [("", 90), ("50%", 45), ("120", 120)])
def test_render_writes_midi_at_a_tempo(tempo: str, bpm: int, tmp_path: Path) -> None:
    score = write_score(CHOIR, tmp_path / "choir.mxl")
    assert run("render", score, "-o", tmp_path / "choir.mid", "--tempo", tempo).exit_code == 0
    messages = mido.MidiFile(tmp_path / "choir.mid").tracks[0]
    assert [round(mido.tempo2bpm(each.tempo)) for each in messages if each.type == "set_tempo"] == [bpm]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-o", "choir.mp3"), "cannot write .mp3; use .pdf, .png, .svg, .wav, .flac, .ogg, .mid"),
        ((), "say what to write: -o OUT for a file, --parts DIR for parts, or --rehearsal DIR"),
        (("--rehearsal", __file__), "there is a file of this name; give the name of a folder"),
        (("-o", "choir.wav", "--tempo", "slow"), "there is no tempo 'slow'"),
    ],
)
def test_what_cannot_be_rendered_is_refused_in_one_line(
    words: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    score = write_score(CHOIR, tmp_path / "choir.musicxml")
    monkeypatch.chdir(tmp_path)
    done = run("render", score, *words)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["choir.musicxml"]


def test_arrange_writes_sound(tmp_path: Path) -> None:
    song = Path(__file__).parents[1] / "examples" / "amazing-grace.musicxml"
    assert run("arrange", song, "--bars", "1-4", "--no-model", "-o", tmp_path / "out.ogg").exit_code == 0
    sound, _ = soundfile.read(tmp_path / "out.ogg")
    assert rms(sound) > 0.03
