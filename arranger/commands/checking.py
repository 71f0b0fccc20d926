"""``arranger check``: check any score by the rules that also steer the search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from arranger.commands.checking_output import Printer, write_results
from arranger.commands.errors import Refusal, refusals
from arranger.commands.running import check_files, outcomes
from arranger.commands.sources import expanded
from arranger.commands.streams import PIPE
from arranger.linter.baseline import read_baseline
from arranger.linter.configuration import Configuration, find_configuration, read_configuration
from arranger.linter.reports import FORMATS
from arranger.linter.reports.engraving import demand_engraver
from arranger.linter.settings import AUTO, Selection, Settings
from arranger.linter.suppression_comments import OWN_RULES, UNUSED
from arranger.linter.suppressions import unused_entry
from arranger.linter.verdict import Verdict
from theory.checking.report import Report
from theory.rules.catalogue import ALL
from theory.rules.profile import load_profile

CLEAN, FOUND, FAILED = 0, 1, 2
_HOMEWORK = "HW"  # beginning of the codes of `arranger.homework`
_EXAMINERS = "strict"  # the profile used for --grade


@dataclass(frozen=True)
class CheckRequest:
    """The options of the command line; an empty or missing value is taken from the configuration."""

    profile: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    output: str = "text"
    files_from: str = ""
    config: str = ""
    analysis: str = ""
    baseline: str = ""
    write_baseline: str = ""
    annotate: str = ""
    statistics: bool = False
    grade: str = ""
    exit_zero: bool = False
    max_warnings: int | None = None
    jobs: int | None = None
    assignment: str = ""
    marks: str = ""


def run(names: Sequence[str], request: CheckRequest) -> int:
    """Check scores, print what was found and return the exit code.

    0: no errors, and no more warnings than allowed; 1: more than that; 2: a file could not be read.
    """
    if request.assignment:
        return _mark_class(names, request)
    if request.marks:
        raise Refusal("--marks needs an assignment; name it with --assignment")
    with refusals():
        configured = configuration(request)
        request = completed(request, configured)
        sources = expanded(names, request.files_from)
        settings = settings_for(request, configured)
    _refuse_combinations(request, sources)
    single = len(names) == 1 and sources == list(names)
    form = request.grade or ("statistics" if request.statistics else request.output)
    printer = Printer(form, single=single)
    failed, kept = check_all(sources, settings, request, printer)
    printer.close()
    with refusals():
        write_results(kept, request.write_baseline, request.annotate)
    if failed:
        return FAILED
    return CLEAN if request.exit_zero or printer.tally.passes(request.max_warnings or 0) else FOUND


def _mark_class(names: Sequence[str], request: CheckRequest) -> int:
    """Mark many scores against one assignment and return the exit code, as for `run`."""
    from arranger.commands.homework import assignment_of
    from arranger.commands.homework import run as mark

    _refuse_beside_an_assignment(request)
    assignment = assignment_of(request.assignment)
    with refusals():
        configured = configuration(request)
        request = completed(replace(request, profile=request.profile or assignment.profile), configured)
        sources = expanded(names, request.files_from)
        settings = settings_for(replace(request, output="text"), configured)
    tally, failed = mark(
        sources,
        assignment,
        settings,
        form=request.output,
        folder=request.marks,
        jobs=1 if request.jobs is None else request.jobs,
    )
    if failed:
        return FAILED
    return CLEAN if request.exit_zero or tally.passes(request.max_warnings or 0) else FOUND


def _refuse_beside_an_assignment(request: CheckRequest) -> None:
    names = ("analysis", "annotate", "baseline", "write_baseline", "grade", "statistics")
    given = [f"--{name.replace('_', '-')}" for name in names if getattr(request, name)]
    if given:
        raise Refusal(f"{given[0]} has no meaning beside --assignment; leave it out")


def check_all(
    sources: Sequence[str], settings: Settings, request: CheckRequest, printer: Printer
) -> tuple[bool, list[Verdict]]:
    """Check every source and print each verdict as soon as it is ready.

    Returns whether a file could not be read, and the verdicts still needed to write a baseline or a marked copy.
    """
    with refusals():
        baseline = read_baseline(Path(request.baseline)) if request.baseline else None
    used: set[int] = set()
    matched: set[int] = set()
    failed, kept = False, []
    check = partial(check_files, settings=settings)
    jobs = 1 if request.jobs is None else request.jobs
    for outcome in outcomes(sources, check, jobs=jobs, quiet=printer.is_watched):
        if isinstance(outcome, str):
            failed = True
            printer.fail(outcome)
            continue
        verdict = baseline.applied(outcome) if baseline else outcome
        used |= verdict.used
        matched |= verdict.matched
        kept += [verdict] if request.write_baseline or request.annotate else []
        printer.add(verdict)
    for verdict in _unused(settings, matched - used, request.config):
        printer.add(verdict)
    return failed, kept


def _unused(settings: Settings, unused: set[int], path: str) -> Iterator[Verdict]:
    """Yield a verdict on the configuration file if some of its suppressions suppress nothing."""
    if unused and settings.selection.counts(UNUSED):
        findings = tuple(unused_entry(settings.suppressions[number]) for number in sorted(unused))
        yield Verdict(path, Report("configuration", findings))


def configuration(request: CheckRequest) -> Configuration:
    """Return the configuration named by --config, or else the nearest one."""
    return read_configuration(Path(request.config)) if request.config else find_configuration(Path.cwd())


def completed(request: CheckRequest, configured: Configuration) -> CheckRequest:
    """Return the request with options that were not given filled in from the configuration."""
    return replace(
        request,
        profile=request.profile or configured.profile or (_EXAMINERS if request.grade else AUTO),
        select=request.select or configured.select,
        ignore=request.ignore or configured.ignore,
        extend_select=request.extend_select or configured.extend_select,
        baseline=request.baseline or ("" if request.write_baseline else configured.baseline),
        max_warnings=configured.max_warnings if request.max_warnings is None else request.max_warnings,
        jobs=configured.jobs if request.jobs is None else request.jobs,
        config=configured.path,
    )


def settings_for(request: CheckRequest, configured: Configuration) -> Settings:
    """Return the settings for the check of each file. Raises ValueError for an unknown profile, format or code."""
    if request.profile != AUTO:
        load_profile(request.profile)
    if request.output not in FORMATS:
        raise ValueError(f"{request.output!r} is not a format; choose from {', '.join(FORMATS)}")
    if request.output == "html":
        demand_engraver()
    return Settings(
        Selection(
            request.profile,
            codes(request.select),
            codes(request.ignore),
            codes(request.extend_select),
            tuple((codes([code])[0], severity) for code, severity in configured.severity),
        ),
        suppressions=tuple(replace(entry, rules=codes(entry.rules)) for entry in configured.suppress),
        fingerprints=bool(request.baseline or request.write_baseline) or request.output == "sarif",
        keep_score=bool(request.annotate or request.grade) or request.output == "html",
        analysis=request.analysis,
        lines=request.output in ("sarif", "github"),
    )


def _refuse_combinations(request: CheckRequest, sources: Sequence[str]) -> None:
    if request.annotate and len(sources) > 1:
        raise Refusal("--annotate marks one score only; name just one to check")
    if request.analysis and len(sources) > 1:
        raise Refusal("--analysis belongs to one score; name just one to check")
    if request.files_from == PIPE and PIPE in sources:
        raise Refusal("standard input cannot be both a score and a list of files")
    if request.annotate == PIPE:
        raise Refusal("--annotate needs the name of a file; the findings go to standard output")


def codes(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the codes and beginnings of codes in comma-separated texts. Raises ValueError if no rule has such a code.

    >>> codes(["vl101,HA", "SP1"])
    ('VL101', 'HA', 'SP1')
    """
    found = [code.strip().upper() for text in texts for code in text.split(",") if code.strip()]
    for code in found:
        if not code.startswith(_HOMEWORK) and not any(
            known.startswith(code) for known in (*(rule.code for rule in ALL), *OWN_RULES)
        ):
            raise ValueError(f"no rule's code begins with {code!r}; `arranger rules` lists them")
    return tuple(found)
