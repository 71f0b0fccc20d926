"""Everything that a worker can do, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from arranger.studio.work.again import again, project_file
from arranger.studio.work.arranging import arrange
from arranger.studio.work.checking import check_file, report_page
from arranger.studio.work.choices import choices
from arranger.studio.work.editing import edit
from arranger.studio.work.engraving import engrave, notes, pages
from arranger.studio.work.explaining import why, why_at
from arranger.studio.work.opening import open_saved, open_score, open_sheet
from arranger.studio.work.repairing import repair
from arranger.studio.work.single import analyse, arrange_once, harmonize, render
from arranger.studio.work.sounding import stems, timemap
from arranger.studio.work.taking import take_away

TASKS: dict[str, Callable[..., Any]] = {
    task.__name__: task
    for task in (
        again,
        analyse,
        arrange,
        arrange_once,
        check_file,
        choices,
        edit,
        engrave,
        harmonize,
        notes,
        open_saved,
        open_score,
        open_sheet,
        pages,
        project_file,
        render,
        repair,
        report_page,
        stems,
        take_away,
        timemap,
        why,
        why_at,
    )
}
