"""The version of the installed program, as written in reports."""

from __future__ import annotations


def program_version() -> str:
    """Return the version of the installed distribution, "unknown" where the code runs without being installed."""
    from importlib.metadata import PackageNotFoundError, version  # loads the email package

    try:
        return version("arranger")
    except PackageNotFoundError:
        return "unknown"
