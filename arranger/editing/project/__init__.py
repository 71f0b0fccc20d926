"""Project files: an arrangement with everything from which it can be changed further."""

from arranger.editing.project.file import open_project, save_project

__all__ = ["open_project", "save_project"]
