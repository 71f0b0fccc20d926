"""Instruments and ensembles: ranges, transposition, parts, and lookup by name."""

import pytest

from arranger.arranging.ensembles import ENSEMBLES, load_ensemble
from arranger.arranging.ensembles.reading import ROLES
from theory.notation.instruments import CLEFS, instrument, instruments
from theory.notation.pitch import Pitch


@pytest.mark.parametrize("name", sorted(instruments()))
def test_bands_lie_within_each_other(name):
    played = instrument(name)
    assert played.absolute.low.midi <= played.comfortable.low.midi <= played.tessitura.low.midi
    assert played.tessitura.high.midi <= played.comfortable.high.midi <= played.absolute.high.midi
    assert 0 <= played.program <= 127
    assert played.range_source


def test_choir_voices():
    assert str(instrument("soprano").comfortable) == "C4-G5"
    assert str(instrument("bass").absolute) == "C2-E4"
    assert instrument("tenor").clef == CLEFS["treble-8vb"]
    assert instrument("viola").clef == CLEFS["alto"]
    assert instrument("alto").is_voice
    assert not instrument("flute").is_voice


@pytest.mark.parametrize(
    ("name", "written", "sounding"),
    [
        ("clarinet", "C5", "Bb4"),
        ("alto-sax", "C5", "Eb4"),
        ("baritone-sax", "C5", "Eb3"),
        ("tenor-sax", "D5", "C4"),
        ("horn", "G4", "C4"),
        ("double-bass", "C3", "C2"),
        ("viola", "C4", "C4"),
    ],
)
def test_transposition_leads_from_written_to_sounding(name, written, sounding):
    assert str(Pitch.parse(written).up(instrument(name).transposition)) == sounding


@pytest.mark.parametrize("name", ENSEMBLES.names)
def test_ensembles_are_whole(name):
    ensemble = load_ensemble(name)
    assert len(ensemble.parts) >= 2
    roles = [part.role for part in ensemble.parts]
    assert set(roles) <= set(ROLES)
    assert roles.count("melody") == 1
    assert roles.count("bass") == (name not in ("sa", "ssa"))  # upper voices alone have no bass
    assert ensemble.joined_barlines == (ensemble.family != "choir")
    heights = [sum((p.instrument.tessitura.low.midi, p.instrument.tessitura.high.midi)) for p in ensemble.parts]
    assert heights == sorted(heights, reverse=True), "parts stand in score order, highest first"


def test_an_unknown_name_offers_the_nearest():
    with pytest.raises(ValueError, match="string-quartet"):
        load_ensemble("string quartett")
    with pytest.raises(ValueError, match="viola"):
        instrument("vioala")


def test_a_dangerous_name_is_no_path():
    with pytest.raises(ValueError, match="no ensemble"):
        load_ensemble("../styles/song")
