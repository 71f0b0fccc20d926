"""Planted faults against given chords and keys, in slices where chord and notes agree: HA, KE and VL4.

Each function takes a scene whose score has chord symbols and yields faults of one rule in random order.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.faults.planting import Fault, Scene, near, up
from theory.notation.chord import ChordSymbol
from theory.notation.pitch import Pitch, Tone

_ON_BEAT = 0.25


def plain_places(scene: Scene) -> Iterator[tuple[int, ChordSymbol]]:
    """Yield the clean slices (with their chord) in which a chord begins on a beat and all voices attack chord tones."""
    texture = scene.texture
    for place in scene.slices():
        chord = texture.chord[place]
        if chord is None or chord.root is None or not texture.chord_onset[place] or texture.strength[place] < _ON_BEAT:
            continue
        voices = range(texture.shape[1])
        if all(scene.begins(place, voice) and role(scene, place, voice) for voice in voices):
            yield place, chord


def role(scene: Scene, place: int, voice: int) -> str | None:
    """Return the role of a voice's note in the current chord (root, third ...); None for foreign notes and rests."""
    chord = scene.texture.chord[place]
    midi = int(scene.texture.pitch[place, voice])
    return chord.role_of(midi % 12) if chord is not None and midi >= 0 else None


def tone(chord: ChordSymbol, wanted: str) -> Tone | None:
    """Return the tone of a chord with this role, or None."""
    assert chord.root is not None
    return next((chord.root.up(each.interval) for each in chord.tones if each.role == wanted), None)


def placed(note: Tone, other: Pitch) -> Pitch:
    """Return a tone in the octave nearest to a pitch."""
    return near(Pitch(4, note.step, note.alter), other)


def replaced(scene: Scene, wanted: str, substitute: str) -> Iterator[Fault]:
    """All notes of one role become another chord tone, except in the bass; at least two chord tones remain."""
    for place, chord in plain_places(scene):
        other, bass = tone(chord, substitute), scene.texture.shape[1] - 1
        voices = [voice for voice in range(bass + 1) if role(scene, place, voice) == wanted]
        left = {role(scene, place, voice) for voice in range(bass + 1) if voice not in voices}
        if other is not None and voices and bass not in voices and len({*left, substitute}) > 1:
            changes = {(place, voice): placed(other, scene.pitch(place, voice)) for voice in voices}
            yield scene.planted(place, scene.sounding(place), changes)


def wrong_note(scene: Scene) -> Iterator[Fault]:
    """A note becomes foreign to the chord, approached and left by leap."""
    for voice in scene.voices():
        for after in scene.moves(voice):
            place = after - 1
            chord = scene.texture.chord[place]
            before, then = _before(scene, place, voice), scene.pitch(after, voice)
            if chord is None or chord.root is None or before is None or scene.texture.chord[after] is not chord:
                continue
            here = scene.pitch(place, voice)
            for name in ("M2", "-M2", "m3", "-m3", "P4", "-P4", "P5", "-P5"):
                goal = up(here, name)
                apart = all(abs(goal.midi - other.midi) > 2 for other in (before, then))
                if apart and chord.role_of(goal.midi % 12) is None and abs(goal.alter) < 2:
                    yield scene.planted(place, (voice,), {(place, voice): goal})
                    break


def _before(scene: Scene, place: int, voice: int) -> Pitch | None:
    """Return the pitch before a note that begins in this slice; None across a phrase end or after a rest."""
    if place < 1 or not scene.begins(place, voice) or scene.texture.phrase_end[place - 1]:
        return None
    return scene.pitch(place - 1, voice) if scene.texture.pitch[place - 1, voice] >= 0 else None


def wrong_bass(scene: Scene, *, slash: bool) -> Iterator[Fault]:
    """The bass has another chord tone than the symbol asks for."""
    bass = scene.texture.shape[1] - 1
    for place, chord in plain_places(scene):
        if (chord.bass is not None) != slash or scene.texture.pitch[place, bass] % 12 != chord.bass_pitch_class:
            continue
        other = tone(chord, "root" if slash else "third")
        if other is not None:
            goal = placed(other, scene.pitch(place, bass))
            lowest = all(goal.midi < scene.texture.pitch[place, voice] for voice in range(bass))
            if lowest:
                yield scene.planted(place, scene.sounding(place), {(place, bass): goal})


def doubled(scene: Scene, wanted: str, *, dominant: bool) -> Iterator[Fault]:
    """A second voice doubles a chord tone, such as the seventh or, with ``dominant``, the third of a dominant."""
    for place, chord in plain_places(scene):
        voices = [voice for voice in scene.voices() if role(scene, place, voice) == wanted]
        if len(voices) != 1 or (dominant and not _is_dominant(scene, place, chord)):
            continue
        for voice in scene.voices():
            if voice not in voices and voice != scene.texture.shape[1] - 1:
                goal = near(scene.pitch(place, voices[0]), scene.pitch(place, voice))
                yield scene.planted(place, tuple(sorted((voice, *voices))), {(place, voice): goal})
                break


def _is_dominant(scene: Scene, place: int, chord: ChordSymbol) -> bool:
    """Return whether a chord has a major third above the fifth degree of the key."""
    assert chord.root is not None
    third = tone(chord, "third")
    fifth_degree = (scene.texture.key[place].tonic.pitch_class + 7) % 12
    return third is not None and chord.root.pitch_class == fifth_degree and _above(chord, third) == 4


def _above(chord: ChordSymbol, note: Tone) -> int:
    assert chord.root is not None
    return (note.pitch_class - chord.root.pitch_class) % 12


def foreign_to_key(scene: Scene) -> Iterator[Fault]:
    """A note becomes chromatic and is left by a whole tone or more."""
    for voice in scene.voices():
        for after in scene.moves(voice):
            key, chord = scene.texture.key[after - 1], scene.texture.chord[after - 1]
            if chord is None or chord.root is None or not scene.begins(after - 1, voice):
                continue
            scale = {*key.scale, *((key.tonic.pitch_class + each) % 12 for each in (9, 11))}
            goal = up(scene.pitch(after - 1, voice), "A1")
            leaves = abs(scene.pitch(after, voice).midi - goal.midi)
            if goal.midi % 12 not in scale and chord.role_of(goal.midi % 12) is None and leaves > 1 and goal.alter < 2:
                yield scene.planted(after, (voice,), {(after - 1, voice): goal})


def natural_seventh(scene: Scene) -> Iterator[Fault]:
    """At a cadence in minor the leading tone is not raised, neither in the dominant's symbol nor in the voice."""
    for place, chord, following in changes(scene):
        key = scene.texture.key[place]
        goes_home = following.root is not None and following.root.pitch_class == key.tonic.pitch_class
        if (
            not (key.is_minor and goes_home and _is_dominant(scene, place, chord))
            or scene.texture.key[place + 1] != key
        ):
            continue
        thirds = [voice for voice in scene.voices() if role(scene, place, voice) == "third"]
        assert chord.root is not None
        if len(thirds) == 1 and scene._alone(place, thirds[0]):
            lowered = scene.with_chord(place, ChordSymbol.build(chord.root, "m"))
            goal = up(scene.pitch(place, thirds[0]), "-A1")
            yield lowered.planted(place + 1, (thirds[0],), {(place, thirds[0]): goal})


def changes(scene: Scene) -> Iterator[tuple[int, ChordSymbol, ChordSymbol]]:
    """Yield the clean slices after which the root changes within a phrase, with both chords."""
    texture = scene.texture
    for place in scene.slices():
        if place + 1 >= texture.shape[0] or texture.phrase_end[place] or not scene.is_clean(place + 1):
            continue
        chord, following = texture.chord[place], texture.chord[place + 1]
        roots = [each.root.pitch_class for each in (chord, following) if each is not None and each.root]
        if len(set(roots)) > 1:
            assert chord is not None
            assert following is not None
            yield place, chord, following


def stray_leading_tone(scene: Scene) -> Iterator[Fault]:
    """The leading tone of a dominant in an outer voice falls a third when the chord resolves to the tonic."""
    outer = (0, scene.texture.shape[1] - 1)
    for place, chord, following in changes(scene):
        assert following.root is not None
        home = following.root.pitch_class == scene.texture.key[place].tonic.pitch_class
        for voice in outer if home and _is_dominant(scene, place, chord) else ():
            if role(scene, place, voice) == "third" and scene.begins(place + 1, voice):
                goal = up(scene.pitch(place, voice), "-M3")
                yield scene.planted(place + 1, (voice,), {(place + 1, voice): goal})


def stray_seventh(scene: Scene) -> Iterator[Fault]:
    """The seventh of a dominant seventh chord leaps up a fourth, and no other voice takes it up."""
    for place, chord, _ in changes(scene):
        seventh, third = tone(chord, "seventh"), tone(chord, "third")
        if seventh is None or third is None or (_above(chord, third), _above(chord, seventh)) != (4, 10):
            continue
        after = scene.texture.pitch[place + 1]
        for voice in scene.voices():
            if role(scene, place, voice) == "seventh" and scene.begins(place + 1, voice):
                others = [int(midi) % 12 for other, midi in enumerate(after) if other != voice and midi >= 0]
                if seventh.pitch_class not in others:
                    goal = up(scene.pitch(place, voice), "P4")
                    yield scene.planted(place + 1, (voice,), {(place + 1, voice): goal})


def misspelled(scene: Scene) -> Iterator[Fault]:
    """A chord tone is spelled enharmonically, with the next letter."""
    for place, chord in plain_places(scene):
        usual = scene.texture.key[place].spelling
        for voice in scene.voices():
            here = scene.pitch(place, voice)
            goal = up(here, "d2")
            seventh_of_dim7 = chord.quality == "dim7" and role(scene, place, voice) == "seventh"
            if goal.midi == here.midi and goal.fifths != usual[here.midi % 12] and not seventh_of_dim7:
                yield scene.planted(place, (voice,), {(place, voice): goal})
                break
