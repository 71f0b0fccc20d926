"""Everything that a worker can do, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from arranger.studio.work.arranging import arrange
from arranger.studio.work.choices import choices
from arranger.studio.work.editing import edit
from arranger.studio.work.engraving import engrave, notes, pages, timemap
from arranger.studio.work.opening import open_score, open_sheet

TASKS: dict[str, Callable[..., Any]] = {
    task.__name__: task for task in (arrange, choices, edit, engrave, notes, open_score, open_sheet, pages, timemap)
}
