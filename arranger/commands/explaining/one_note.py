"""``arranger why``: the reasons of the notes at one place of a score."""

from __future__ import annotations

import json
from fractions import Fraction

import click

from arranger.arranging.given.places import place as placed
from arranger.commands.errors import Refusal, faults
from arranger.commands.notices import source_name
from arranger.commands.streams import read_from
from arranger.editing.grounds import Grounds, grounds_of
from arranger.editing.why import Reason, reason_of, why
from arranger.formats.reading import read_score


def run(source: str, place: str, voice: str, *, style: str, form: str) -> None:
    """Print why a voice, or each voice that sounds, has its note at a bar and beat of a score."""
    score = read_from(source, read_score)
    try:
        onset = placed(place, score).start_quarter
        grounds = grounds_of(score, style)
    except ValueError as error:
        raise Refusal(f"{source_name(source)}: {error}") from error
    with faults(source):
        try:
            reasons = [why(grounds, voice, onset)] if voice else _all(grounds, onset)
        except ValueError as error:
            raise Refusal(f"{source_name(source)}: {error}") from error
    if form == "json":
        click.echo(json.dumps([reason.to_json() for reason in reasons], indent=2, ensure_ascii=False))
    else:
        click.echo("\n\n".join(reason.text for reason in reasons))


def _all(grounds: Grounds, onset_quarter: Fraction) -> list[Reason]:
    tones = (grounds.tone_at(voice, onset_quarter) for voice in range(grounds.texture.shape[1]))
    found = [reason_of(grounds, tone) for tone in tones if tone]
    if not found:
        raise ValueError("no voice sounds there; name a beat with notes")
    return found
