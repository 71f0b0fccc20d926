"""Arrange one piece."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

from arranger.arranging.ensembles import resolved
from arranger.arranging.ensembles.layout import default_layout
from arranger.arranging.given.pins import PinError
from arranger.arranging.given.pins_file import all_pins, pins_beside
from arranger.arranging.main import Arrangement, Options, arrange_variants
from arranger.arranging.wishes import demand_fit, is_sung
from arranger.batch.jobs.measures import FINDINGS, SEVERITIES, SIZES, findings, severities, sizes, told
from arranger.batch.outcome import Columns, Kind, Outcome, Piece, wishes_of
from arranger.formats.reading import ReadError, parse_lead_sheet
from arranger.formats.reduction import with_reduction
from arranger.formats.writing import to_bytes, without_words
from theory.notation.score import LeadSheet, Score


@dataclass(frozen=True)
class ArrangeJob:
    """An arrangement of each lead sheet, and what the rules of its style find in it."""

    kind: ClassVar[Kind] = Kind(
        command="arrange",
        folder="scores",
        figures=Columns("scores", {**SIZES, **SEVERITIES, "cost": float, "cost_per_slice": float, "notices": str}),
        details=FINDINGS,
        counted=("code", "name"),
        together=1,
        beside=pins_beside,
    )

    options: Options = field(default_factory=Options)
    ending: str = ".musicxml"
    layout: str = ""  # open or closed; empty: that of the style
    reduction: bool = False  # a piano part for rehearsals below an open score
    words: bool | None = None  # whether to print the words; None: only for choirs
    melody_part: str | None = None  # of each sheet, by name or number

    def settings(self) -> dict[str, Any]:
        """Return all that the arrangements depend on, beside the sheet."""
        return {**asdict(self), "files": _fingerprints(self.options)}

    def outcome(self, piece: Piece) -> Outcome:
        """Return the arrangement of a sheet and its findings. Raises ReadError for a sheet that cannot have it."""
        sheet = parse_lead_sheet(piece.data, piece.source, melody_part=self.melody_part)
        options = replace(self.options, ensemble=resolved(self.options.ensemble, piece.source))
        with wishes_of(piece):
            demand_fit(options, sheet)
            pins, told_of_pins = all_pins(piece.source, "", options.pins)
            options = options.with_only_pins(pins)
        found = _arranged(sheet, options, piece)
        report, score = found.report(), found.score
        cost = float(found.hypothesis.cost)
        figures = {
            **sizes(score),
            **severities(report),
            "cost": round(cost, 4),
            "cost_per_slice": round(cost / found.plan.texture.shape[0], 4),
            "notices": told((*told_of_pins, *report.notices)),
        }
        return Outcome(files={self.ending: self._written(score, options)}, figures=figures, details=findings(report))

    def _written(self, score: Score, options: Options) -> bytes:
        """Return an arrangement in the wanted format."""
        printed = is_sung(options) if self.words is None else self.words
        layout = self.layout or ("open" if self.reduction else default_layout(options, score))
        score = score if printed else without_words(score)
        score = with_reduction(score) if self.reduction and self.ending != ".mid" else score
        return to_bytes(score, self.ending, layout=layout)


def _arranged(sheet: LeadSheet, options: Options, piece: Piece) -> Arrangement:
    """Return an arrangement; of pins that exclude each other, one gives way. Raises ReadError for a wrong pin."""
    if not options.pins:
        return next(arrange_variants(sheet, options))
    from arranger.editing.conflicts.relief import arrange_with_relief  # few sheets have pins

    try:
        return next(arrange_with_relief(sheet, options))
    except PinError as error:
        raise ReadError(piece.source, str(error)) from error


def _fingerprints(options: Options) -> dict[str, str]:
    """Return the SHA-256 of each file that the options name: an ensemble, or a folder of weights."""
    named = [Path(name) for name in (options.ensemble, options.model) if name and Path(name).exists()]
    files = [path for each in named for path in (sorted(each.rglob("*")) if each.is_dir() else [each])]
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()}
