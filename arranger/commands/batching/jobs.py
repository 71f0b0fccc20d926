"""The jobs that the options of `arranger batch` ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from arranger.arranging.ensembles import resolved
from arranger.arranging.main import Options, check_choices
from arranger.arranging.wishes import demand_sense
from arranger.batch.jobs.analysing import AnalyseJob
from arranger.batch.jobs.arranging import ArrangeJob
from arranger.batch.jobs.checking import CheckJob
from arranger.batch.jobs.rendering import RenderJob
from arranger.batch.summary import Summary
from arranger.commands.checking import CheckRequest, completed, configuration, settings_for
from arranger.engraving.parts.extracting import PartOptions
from theory.notation.key import Key

Passes = Callable[[Summary], bool]  # whether all is well


def arrange_job(options: Options, *, layout: str | None, **printed: Any) -> ArrangeJob:
    """Return the job of arranging. Raises ValueError for an unknown name or choices that exclude each other."""
    options = replace(options, ensemble=resolved(options.ensemble, ""))
    check_choices(options)
    demand_sense(options, layout or "", reduction=printed["reduction"])
    return ArrangeJob(options, layout=layout or "", **printed)


def check_job(choices: Mapping[str, Any]) -> tuple[CheckJob, Passes]:
    """Return the job of checking, and what decides whether all is well."""
    asked = CheckRequest(**choices)
    configured = configuration(asked)
    request = completed(asked, replace(configured, baseline=""))

    def passes(summary: Summary) -> bool:
        found = summary.severities
        return request.exit_zero or (not found["error"] and found["warning"] <= (request.max_warnings or 0))

    return CheckJob(settings_for(request, configured)), passes


def analyse_job(form: str, key: str) -> AnalyseJob:
    """Return the job of analysing. Raises ValueError for a text that is not a key."""
    if key:
        Key.parse(key)
    return AnalyseJob(form, key)


def render_job(ending: str, *, concert: bool, cues: bool, chords: str, **choices: Any) -> RenderJob:
    """Return the job of rendering. Raises ValueError if a package that it needs is missing."""
    job = RenderJob(ending, wanted=PartOptions(concert, cues, chords), **choices)
    job.demand()
    return job
