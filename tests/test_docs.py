"""Every name in the documentation exists: modules, functions, files, commands, options, links and quoted code.

A `Page` is separated into prose, spans of code and blocks of code. Each ``wrong_…`` function yields a message for
every name on a page that does not exist. The last test shows each of them a page with a wrong name.
"""

from __future__ import annotations

import inspect
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click
import numpy as np
import pytest

from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.plan import plan_of
from arranger.arranging.search.objective import Objective
from arranger.arranging.styles import load_style
from arranger.cli import main as command_line
from arranger.formats.reading import read_lead_sheet
from theory.rules import catalogue
from theory.slices.texture import HOLE

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
PACKAGES = ("theory", "corpora", "arranger", "benchmarks")
FOLDERS = (*PACKAGES, "tests", "docs", "examples", "integrations", ".ci")
SHELL = ("sh", "")  # languages of the blocks that show commands; "" also shows trees of files

FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)
DOTTED = re.compile(rf"(?<![\w./-])(?:{'|'.join(PACKAGES)})(?:\.\w+)+(?![\w/])")
IMPORT = re.compile(rf"from (?P<module>(?:{'|'.join(PACKAGES)})[\w.]*) import (?P<names>\w+(?:, \w+)*)")
PATH = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./*-]*")
TREE = re.compile(r"[\w.-]+/ {2,}")
IN_TREE = re.compile(r"^(?P<indent> *)(?P<name>[\w.-]+/?)(?: {2,}|$)")
OPTION = re.compile(r"--?[a-z][a-z-]*")
NAME = re.compile(  # such as plan_of, LeadSheet, Search.run, context(...), predecessors[t]
    r"(?:\w+_\w*|[A-Z][a-z]+[A-Z]\w*|\w+(?=[(\[])|[A-Z]\w*[a-z]\w*\.\w+)(?:\(.*\)|\[.*\])?"
)
CHORD = re.compile(r"[A-G][b#]?(m|maj|sus|dim|aug)?\d?\(.*\)")
SHORT_PATH = re.compile(r"[a-z_][a-z_-]+(?:/[a-z_][\w-]+)+(?:\.\w+)?/?")  # such as search/beam.py
DEFINED_IN = re.compile(r"(?P<names>`[\w.]+`(?:(?:,| and)\s+`[\w.]+`)*)\s+in\s+`(?P<path>[\w/]+\.py)`")
ROOM = re.compile(r"^\| (?P<names>`[\w.]+`(?:, `[\w.]+`)*) \|", re.MULTILINE)
ENDS_COMMAND = {"&&", "||", "|", ";"}


@dataclass(frozen=True)
class Page:
    """A page of Markdown and where it is (links are relative to that)."""

    path: Path
    text: str

    @cached_property
    def blocks(self) -> list[tuple[str, str]]:
        """The language and the text of each block of code."""
        return [(each["language"], each["code"]) for each in FENCE.finditer(self.text)]

    @cached_property
    def prose(self) -> str:
        """The text without the blocks of code."""
        return FENCE.sub("", self.text)

    @cached_property
    def spans(self) -> list[str]:
        """The spans of code in the prose, each on one line."""
        return [" ".join(span.split()) for span in SPAN.findall(self.prose)]

    @cached_property
    def code(self) -> list[str]:
        """The spans, and the blocks that show Python or commands."""
        return [*self.spans, *(code for language, code in self.blocks if language in (*SHELL, "python"))]

    @cached_property
    def commands(self) -> list[list[str]]:
        """The command lines in spans and blocks, as words."""
        lines = list(self.spans)
        for language, code in self.blocks:
            if language in SHELL and not TREE.match(code):
                lines += code.replace("\\\n", " ").splitlines()
        return [command for line in lines for command in _split(line)]

    @cached_property
    def anchors(self) -> set[str]:
        """The anchors of the headings, as GitHub makes them."""
        titles = (each["title"].replace("`", "").lower() for each in HEADING.finditer(self.prose))
        return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


def _split(line: str) -> Iterator[list[str]]:
    """Yield the commands of a line of shell; a line that is no shell has none."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return
    command: list[str] = []
    for word in [*words, ";"]:
        if word in ENDS_COMMAND:
            yield command
            command = []
        else:
            command.append(word.strip("[].,"))


@cache
def read(path: Path) -> Page:
    """Return a page of the documentation."""
    return Page(path, path.read_text(encoding="utf-8"))


@cache
def _files() -> tuple[Path, ...]:
    """All files in the folders of the repository."""
    return tuple(path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts)


@cache
def _words() -> frozenset[str]:
    """Every word in the modules, tests and tables, except in this module."""
    files = (path for path in _files() if path.suffix in (".py", ".toml") and path != Path(__file__))
    texts = (path.read_text(encoding="utf-8") for path in files)
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


# ---------------------------------------------------------------- modules and what they define


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _exists(dotted: str) -> bool:
    """Whether a name is a module, or something in a module or class; what needs torch is believed without torch."""
    parts, rest = dotted.split("."), []
    while parts and not _is_module(".".join(parts)):
        rest.insert(0, parts.pop())
    if not rest:
        return True
    if not parts:
        return False
    try:
        value: object = import_module(".".join(parts))
    except ModuleNotFoundError as error:
        return error.name == "torch"
    for name in rest:
        fields = [each for cls in getattr(value, "__mro__", ()) for each in getattr(cls, "__annotations__", ())]
        if not hasattr(value, name) and name not in fields:
            return False
        value = getattr(value, name, None)
    return True


def wrong_names(page: Page) -> Iterator[str]:
    """Dotted names of the packages, imported names, and in spans also short names such as `Search.run`."""
    for code in page.code:
        for name in DOTTED.findall(code):
            if not _exists(name):
                yield f"{name} does not exist"
        for each in IMPORT.finditer(code):
            names = [f"{each['module']}.{name}" for name in each["names"].split(", ")]
            yield from (f"{name} does not exist" for name in names if not _exists(name))
    for span in page.spans:
        if NAME.fullmatch(span) and not CHORD.fullmatch(span):
            names = re.split(r"[(\[]", span)[0].split(".")
            yield from (f"{span}: nothing is called {name}" for name in names if name not in _words())
    for each in DEFINED_IN.finditer(page.prose):
        path = ROOT / each["path"]
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for name in SPAN.findall(each["names"]):
            if not re.search(rf"^ *(?:def |class )?{name.split('.')[-1]}(?:\(|:| = )", text, re.MULTILINE):
                yield f"{name} is not defined in {each['path']}"


# ---------------------------------------------------------------- files


def wrong_paths(page: Page) -> Iterator[str]:
    """Paths in code that begin with a folder of the repository, the ends of such paths, and trees of files."""
    for code in page.code:
        for path in (each.rstrip(".") for each in PATH.findall(code)):
            if not any(ROOT.glob(path)) if "*" in path else not (ROOT / path).exists():
                yield f"there is no {path}"
    for span in page.spans:
        if SHORT_PATH.fullmatch(span) and not PATH.fullmatch(span):
            end = f"/{span.rstrip('/')}"
            if not any(f"/{path.relative_to(ROOT)}".endswith((end, f"{end}.py")) for path in _files()):
                yield f"no path ends in {span}"
    for language, code in page.blocks:
        yield from (f"there is no {path}" for path in _in_tree(code) if not language and not (ROOT / path).exists())


def _in_tree(code: str) -> Iterator[Path]:
    """Yield the paths in a tree of files, in which a folder is a name with a stroke and its content is indented."""
    if not TREE.match(code):
        return
    folders: dict[int, Path] = {}
    for line in code.splitlines():
        if found := IN_TREE.match(line):
            depth = len(found["indent"])
            above = [folder for indent, folder in folders.items() if indent < depth]
            path = Path(*above[-1:], found["name"])
            folders = {indent: folder for indent, folder in folders.items() if indent < depth} | {depth: path}
            yield path


def wrong_links(page: Page) -> Iterator[str]:
    """Relative links, with their anchors."""
    for target in (each["target"] for each in LINK.finditer(page.prose)):
        name, _, anchor = target.partition("#")
        path = (page.path.parent / name).resolve() if name else page.path
        if "://" in target:
            continue
        if name and not path.exists():
            yield f"there is no {target}"
        elif anchor and anchor not in (read(path) if name else page).anchors:
            yield f"{name or 'the page'} has no heading #{anchor}"


# ---------------------------------------------------------------- the command line


@cache
def _commands() -> dict[str, click.Command]:
    """The commands of the program by their names."""
    context = click.Context(command_line)
    found = {name: command_line.get_command(context, name) for name in command_line.list_commands(context)}
    ours = {name: command for name, command in found.items() if command}
    groups = {name: group.commands for name, group in ours.items() if isinstance(group, click.Group)}
    return ours | {f"{name} {inner}": each for name, inside in groups.items() for inner, each in inside.items()}


def _options(command: click.Command) -> set[str]:
    names = [name for each in command.params for name in (*each.opts, *each.secondary_opts)]
    return {"-h", "--help", *names}


@cache
def _every_option() -> frozenset[str]:
    """The options of all commands, of the benchmarks and of the tests."""
    ours = [name for command in _commands().values() for name in _options(command)]
    scripts = [*(ROOT / "benchmarks").rglob("*.py"), ROOT / "tests" / "conftest.py"]
    others = [name for path in scripts for name in _declared(path)]
    return frozenset([*ours, *others, "--version"])


@cache
def _declared(path: Path) -> frozenset[str]:
    """The options that a script declares."""
    declared = re.findall(r'"(--[a-z][a-z/-]*)"', path.read_text(encoding="utf-8"))
    return frozenset(name for each in declared for name in each.split("/"))


def wrong_commands(page: Page) -> Iterator[str]:
    """Commands of `arranger` and of the benchmarks with their options, and options that stand alone."""
    for words in page.commands:
        yield from _wrong_in(words)
    for name in re.findall(r"\barranger\[(\w+)\]", page.text):
        if name not in _extras():
            yield f"arranger[{name}] is not an extra of pyproject.toml"


def _wrong_in(words: list[str]) -> Iterator[str]:
    """Yield what is wrong in one command: its name, or options that it does not have."""
    commands = _commands()
    ours = next((at for at, word in enumerate(words[:-1]) if Path(word).name == "arranger"), -1)
    module = words[words.index("-m") + 1] if "-m" in words[:-1] else ""
    if ours >= 0 or (words and words[0] in commands):
        name = words[ours + 1]
        if not re.fullmatch(r"[a-z]+", name):  # a placeholder, or an option of the program itself
            return
        if name not in commands:
            yield f"there is no command arranger {name}"
            return
        inner = f"{name} {words[ours + 2]}" if words[ours + 2 :] else name
        name = inner if inner in commands else name
        title, known, rest = f"arranger {name}", frozenset(_options(commands[name])), words[ours + 2 :]
    elif module.startswith("benchmarks.") and _is_module(module):
        title, known, rest = module, _declared(ROOT / f"{module.replace('.', '/')}.py"), words
    elif words and words[0].startswith("--"):
        title, known, rest = "the program", _every_option(), words
    else:
        return
    for option in (word.partition("=")[0] for word in rest):
        if OPTION.fullmatch(option) and option not in known and option != "-m":
            yield f"{title} has no option {option}"


@cache
def _extras() -> set[str]:
    return set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"])


# ---------------------------------------------------------------- quoted code


def wrong_rules(page: Page) -> Iterator[str]:
    """Blocks that show a rule: they must be the text of the code."""
    for language, code in page.blocks:
        if language == "python" and (name := re.search(r"^@rule\(.*^def (\w+)\(", code, re.MULTILINE | re.DOTALL)):
            rule = getattr(catalogue, name[1], None)
            if rule is None or inspect.getsource(rule.find).strip() != code.strip():
                yield f"the rule {name[1]} is not the text of the code"


# ---------------------------------------------------------------- the tests

CHECKS = (wrong_names, wrong_paths, wrong_links, wrong_commands, wrong_rules)


def wrong(page: Page) -> list[str]:
    """Return everything that is wrong on a page."""
    return [each for check in CHECKS for each in check(page)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_name_on_the_page_exists(path: Path) -> None:
    assert wrong(read(path)) == []


def test_the_walk_names_the_sizes_of_its_song(examples: Path) -> None:
    text, style = " ".join((ROOT / "docs" / "design.md").read_text(encoding="utf-8").split()), load_style("hymn")
    sheet = read_lead_sheet(examples / "amazing-grace.musicxml")
    plan = plan_of(sheet, load_ensemble("satb"), style, melody=0)
    objective = Objective.of(style, np.array([False, True, True, True]))
    assert f"({len(sheet.score.bars)} bars, {len(sheet.score.chords)} chord symbols)" in text
    assert f"{plan.texture.shape} with {(plan.texture.pitch == HOLE).sum()} holes" in text
    assert f"profile ({sum(map(len, objective.rules.values()))})" in text
    assert f"preferences of the style ({len(objective.preferences)})" in text


def test_the_table_of_rooms_is_the_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (each for each in settings["tool"]["importlinter"]["contracts"] if each["type"] == "layers")
    rows = [SPAN.findall(each["names"]) for each in ROOM.finditer(read(ROOT / "docs" / "design.md").prose)]
    layers = [
        [name for each in layer.split(" | ") if _is_built(name := each.strip("()"))] for layer in contract["layers"]
    ]
    assert [row for row in rows if row[0].startswith(PACKAGES)] == [layer for layer in layers if layer]


def _is_built(name: str) -> bool:
    """Whether a room of the contract exists; one in parentheses may not exist yet."""
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


RIGHT = """# A page

The holes of `theory.slices.texture.Texture.pitch` are filled by `Search.run`. `plan_of` in `arranger/arranging/plan.py`
says where: see [design](design.md#how-it-is-built), [here](#a-page) and `search/beam.py`. A chord is `C(add9)`, a meter
`6/8`. Options: `--seed`, `check --format json`. To train, install `arranger[train]`.

```sh
arranger arrange tune.abc --bars 1-4 \\
    -o tune.musicxml && python -m benchmarks.measure.cold_start tune.abc --runs 3   # --nothing
```

```
theory/       what can be said about notes
  rules/      their catalogue
```

```python
from theory.notation.pitch import Interval, Pitch
```

```python
RULE```
"""
WRONG = [
    (
        "theory.slices.texture.Texture.pitch",
        "theory.slices.texture.Texture.colour",
        "theory.slices.texture.Texture.colour",
    ),
    ("theory.slices.texture.Texture.pitch", "theory.slices.colour", "theory.slices.colour does not exist"),
    ("import Interval, Pitch", "import Interval, Colour", "theory.notation.pitch.Colour does not exist"),
    ("Search.run", "Search.colourise", "nothing is called colourise"),
    ("`plan_of` in", "`modes_of` in", "modes_of is not defined in arranger/arranging/plan.py"),
    ("`plan_of` in `arranger/arranging/plan.py`", "`colour_of`", "nothing is called colour_of"),
    ("arranging/plan.py", "arranging/colour.py", "there is no arranger/arranging/colour.py"),
    ("search/beam.py", "search/colour.py", "no path ends in search/colour.py"),
    ("  rules/", "  colour/", "there is no theory/colour"),
    ("design.md#", "colour.md#", "there is no colour.md"),
    ("#how-it-is-built", "#colour", "design.md has no heading #colour"),
    ("#a-page", "#another-page", "the page has no heading #another-page"),
    ("arranger arrange", "arranger colour", "there is no command arranger colour"),
    ("--bars", "--colours", "arranger arrange has no option --colours"),
    ("--runs", "--colours", "benchmarks.measure.cold_start has no option --colours"),
    ("check --format", "check --colour", "arranger check has no option --colour"),
    ("--seed", "--colour", "the program has no option --colour"),
    ("arranger[train]", "arranger[colour]", "arranger[colour] is not an extra of pyproject.toml"),
    ("perfect_fifth", "fifth", "the rule parallel_fifths is not the text of the code"),
]


def example(text: str) -> Page:
    """Return a page that quotes the rule of parallel fifths."""
    return Page(ROOT / "docs" / "example.md", text.replace("RULE", inspect.getsource(catalogue.parallel_fifths.find)))


def test_a_page_without_a_wrong_name_passes() -> None:
    assert wrong(example(RIGHT)) == []


@pytest.mark.parametrize(("right", "name", "message"), WRONG, ids=[message for *_, message in WRONG])
def test_a_wrong_name_is_found(right: str, name: str, message: str) -> None:
    page = example(RIGHT)
    found = wrong(Page(page.path, page.text.replace(right, name)))
    assert any(message in each for each in found)
