"""The rule catalogue: every rule by its code."""

from __future__ import annotations

from theory.rule import Rule
from theory.rules.harmony import (
    bass_not_root,
    doubled_leading_tone,
    doubled_seventh,
    foreign_close,
    incomplete_chord,
    missing_essential_tone,
    missing_third,
    unprepared_half_step_clash,
    wrong_note,
    wrong_slash_bass,
)
from theory.rules.keys import leading_tone_not_raised, note_foreign_to_key
from theory.rules.melody import augmented_interval, diminished_interval, leap_over_octave, seventh_leap
from theory.rules.notation import bar_length, given_line_changed, part_order, spelling
from theory.rules.spacing import out_of_range, uncomfortable_range, wide_spacing
from theory.rules.tendency import dominant_seventh_unresolved, leading_tone_unresolved, seventh_unresolved
from theory.rules.voice_leading import (
    contrary_fifths,
    contrary_octaves,
    cross_relation,
    direct_fifth,
    direct_octave,
    parallel_fifths,
    parallel_octaves,
    parallel_unisons,
    unequal_fifths,
    voice_crossing,
    voice_overlap,
)

ALL: tuple[Rule, ...] = (
    wrong_note,  # HA101
    wrong_slash_bass,
    missing_third,
    incomplete_chord,
    doubled_leading_tone,
    doubled_seventh,
    foreign_close,
    missing_essential_tone,  # HA201
    bass_not_root,
    given_line_changed,
    unprepared_half_step_clash,
    note_foreign_to_key,  # KE101
    leading_tone_not_raised,
    spelling,
    augmented_interval,  # ME101
    diminished_interval,
    seventh_leap,
    leap_over_octave,
    uncomfortable_range,  # RA101
    out_of_range,
    bar_length,  # RH101
    part_order,
    wide_spacing,  # SP101
    parallel_fifths,  # VL101
    parallel_octaves,
    parallel_unisons,
    contrary_fifths,
    contrary_octaves,
    unequal_fifths,
    direct_fifth,  # VL201
    direct_octave,
    voice_crossing,  # VL301
    voice_overlap,
    leading_tone_unresolved,  # VL401
    dominant_seventh_unresolved,
    cross_relation,
    seventh_unresolved,
)
_BY_CODE = {rule.code: rule for rule in ALL}


def by_code(code: str) -> Rule:
    """Return the rule of a code; ValueError where there is none.

    >>> by_code("VL101").name
    'parallel-fifths'
    """
    if code not in _BY_CODE:
        raise ValueError(f"{code!r} is not a rule; `arranger rules` lists them")
    return _BY_CODE[code]
