"""The rule catalogue: all rules, sorted by code, and the lookup by code."""

from __future__ import annotations

from theory.rules.catalogue.counterpoint import (
    accented_parallel,
    direct_perfect,
    dissonance_note_against_note,
    downbeat_perfects,
    interior_unison,
    opening_and_close,
    parallel_imperfect_run,
    suspension_unresolved,
    unlicensed_dissonance,
)
from theory.rules.catalogue.harmony import (
    avoid_note,
    bass_not_root,
    chromatic_clash,
    doubled_altered_tone,
    doubled_diminished_fifth,
    doubled_leading_tone,
    doubled_seventh,
    foreign_close,
    incomplete_chord,
    minor_ninth_clash,
    missing_essential_tone,
    missing_third,
    unprepared_half_step_clash,
    unusual_doubling,
    wrong_note,
    wrong_slash_bass,
)
from theory.rules.catalogue.keys import (
    leading_tone_not_raised,
    melodic_minor,
    note_foreign_to_key,
    open_end,
    unfitting_signature,
)
from theory.rules.catalogue.lines import (
    outlined_dissonance,
    shapeless_line,
    successive_leaps,
)
from theory.rules.catalogue.melody import (
    augmented_interval,
    diminished_interval,
    leap_not_recovered,
    leap_over_octave,
    seventh_leap,
)
from theory.rules.catalogue.notation import (
    bar_length,
    fermata_missing,
    given_line_changed,
    part_order,
    spelling,
)
from theory.rules.catalogue.playing import (
    breath_and_agility,
    hand_span,
    tessitura,
    too_many_notes,
    unplayable_stop,
)
from theory.rules.catalogue.progression import (
    chord_over_bar_line,
    no_cadence,
    retrogression,
    six_four_without_function,
    symbol_denied,
)
from theory.rules.catalogue.spacing import (
    bass_far_below,
    low_interval_limit,
    out_of_range,
    uncomfortable_range,
    wide_spacing,
)
from theory.rules.catalogue.tendency import (
    augmented_sixth_unresolved,
    cadential_six_four_unresolved,
    dominant_seventh_unresolved,
    inner_leading_tone_unresolved,
    leading_tone_unresolved,
    seventh_approached_by_falling_leap,
    seventh_unresolved,
)
from theory.rules.catalogue.voice_leading import (
    all_voices_similar,
    contrary_fifths,
    contrary_octaves,
    cross_relation,
    direct_fifth,
    direct_inner_interval,
    direct_octave,
    direct_unison,
    parallel_fifths,
    parallel_octaves,
    parallel_unisons,
    unequal_fifths,
    voice_crossing,
    voice_overlap,
)
from theory.rules.rule import Rule

ALL: tuple[Rule, ...] = (
    opening_and_close,  # CP101
    dissonance_note_against_note,
    direct_perfect,
    interior_unison,
    parallel_imperfect_run,
    unlicensed_dissonance,
    suspension_unresolved,
    downbeat_perfects,
    wrong_note,  # HA101
    wrong_slash_bass,
    missing_third,
    incomplete_chord,
    doubled_leading_tone,
    doubled_seventh,
    doubled_altered_tone,
    unusual_doubling,
    six_four_without_function,
    retrogression,
    no_cadence,
    chord_over_bar_line,
    foreign_close,
    missing_essential_tone,  # HA201
    bass_not_root,
    avoid_note,
    minor_ninth_clash,
    given_line_changed,
    symbol_denied,
    unprepared_half_step_clash,
    chromatic_clash,
    doubled_diminished_fifth,
    note_foreign_to_key,  # KE101
    leading_tone_not_raised,
    melodic_minor,
    unfitting_signature,
    open_end,
    spelling,
    augmented_interval,  # ME101
    diminished_interval,
    seventh_leap,
    leap_over_octave,
    leap_not_recovered,
    successive_leaps,
    outlined_dissonance,
    shapeless_line,
    uncomfortable_range,  # RA101
    out_of_range,
    tessitura,
    too_many_notes,  # RA201
    unplayable_stop,
    hand_span,
    breath_and_agility,
    bar_length,  # RH101
    part_order,
    fermata_missing,
    wide_spacing,  # SP101
    bass_far_below,
    low_interval_limit,
    parallel_fifths,  # VL101
    parallel_octaves,
    parallel_unisons,
    contrary_fifths,
    contrary_octaves,
    unequal_fifths,
    accented_parallel,
    all_voices_similar,
    direct_fifth,  # VL201
    direct_octave,
    direct_unison,
    direct_inner_interval,
    voice_crossing,  # VL301
    voice_overlap,
    leading_tone_unresolved,  # VL401
    inner_leading_tone_unresolved,
    dominant_seventh_unresolved,
    seventh_approached_by_falling_leap,
    augmented_sixth_unresolved,
    cross_relation,
    cadential_six_four_unresolved,
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
