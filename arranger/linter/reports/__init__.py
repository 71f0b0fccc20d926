"""What ``arranger check`` says of a file, and the forms in which it can be said, one a module.

Some forms are a text for each file, printed as soon as it is checked, so that ten thousand files stream;
others are one document about all files. Nothing here reads or writes files or knows the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from arranger.linter.reports import concise, github, grading, html, json_report, junit, sarif, text
from arranger.linter.verdict import Verdict

__all__ = ["FORMATS", "GRADES", "STREAMED", "WHOLE", "Verdict"]

STREAMED: dict[str, Callable[[Verdict], str]] = {
    "text": text.lines,
    "concise": concise.lines,
    "github": github.lines,
    "jsonl": json_report.line,
}
WHOLE: dict[str, Callable[[Sequence[Verdict], Sequence[str]], str]] = {
    "json": json_report.document,
    "sarif": sarif.document,
    "junit": junit.document,
    "html": html.document,
}
FORMATS = (*STREAMED, *WHOLE)
GRADES: dict[str, Callable[[Verdict], str]] = {"ap": grading.lines}
