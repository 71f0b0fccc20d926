"""The structure of the code: no import cycles, no product that needs the laboratory, small rooms, light commands."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("theory", "corpora", "arranger")
LARGEST_ROOM = 16  # code files
LAB_DOORS = ("arranger.lab", "arranger.cli", "arranger.commands")


def modules() -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found[".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")] = path
    return found


def imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """Yield the project's modules that a module imports, at its top or inside a function, but for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and getattr(branch.test, "id", "") == "TYPE_CHECKING"
        for node in branch.body
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in for_types:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                target = inner if inner in known else node.module
                if target in known:
                    yield target


@pytest.fixture(scope="module")
def graph() -> nx.DiGraph:
    known = modules()
    return nx.DiGraph((name, other) for name, path in known.items() for other in imported(path, known))


def test_no_module_imports_itself_by_a_detour(graph: nx.DiGraph) -> None:
    assert list(nx.simple_cycles(graph)) == []


def test_no_room_imports_itself_by_a_detour(graph: nx.DiGraph) -> None:
    rooms = nx.DiGraph()
    for name, other in graph.edges:
        one, two = (".".join(each.split(".")[:2]) for each in (name, other))
        if one != two:
            rooms.add_edge(one, two)
    assert list(nx.simple_cycles(rooms)) == []


def test_only_the_command_line_leads_to_the_laboratory(graph: nx.DiGraph) -> None:
    to_lab = {name for name, other in graph.edges if other.startswith("arranger.lab")}
    assert {name for name in to_lab if not name.startswith(LAB_DOORS)} == set()


def test_no_room_is_a_hall() -> None:
    folders = {path.parent for path in modules().values()}
    sizes = {folder.relative_to(ROOT).as_posix(): len(list(folder.glob("*.py"))) for folder in folders}
    assert {folder: size for folder, size in sizes.items() if size > LARGEST_ROOM} == {}


READ_AND_SAY = (
    "arranger.cli arranger.commands arranger.formats "
    "theory.notation theory.slices theory.tables theory.types theory.values"
)
ARRANGE = f"{READ_AND_SAY} arranger.arranging arranger.characters arranger.harmonizing theory.harmony theory.rules"
CHECK = f"{READ_AND_SAY} arranger.linter theory.analysis theory.checking theory.harmony theory.rules theory.version"
LOADED = {  # command: other packages, and rooms of this project, that it loads
    "--help": ("click", "arranger.cli arranger.formats"),  # limits are defaults of options
    "arrange examples/amazing-grace.musicxml -o OUT": (
        "click numpy threadpoolctl",
        f"{ARRANGE} arranger.harmonizing arranger.models corpora.encode",
    ),
    "harmonize examples/greensleeves.abc --replace": (
        "click numpy",
        f"{READ_AND_SAY} arranger.harmonizing arranger.models theory.harmony",
    ),
    "check examples/amazing-grace.musicxml --exit-zero": ("click numpy", CHECK),
    "compose --bars 4 --seed 1 -o OUT": (
        "click numpy",
        f"{READ_AND_SAY} arranger.characters arranger.composing arranger.models",
    ),
}
PROGRAM = """
import sys
from arranger.cli import main
try:
    main(sys.argv[1:], standalone_mode=False)
finally:
    own = ("theory", "corpora", "arranger")
    others = {name.split(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
    rooms = {".".join(name.split(".")[:2]) for name in sys.modules if name.startswith(own) and "." in name}
    print(*(name for name in others if not name.startswith(("_", "cython", *own))), file=sys.stderr)
    print(*rooms, file=sys.stderr)
"""


@pytest.mark.parametrize("command", LOADED)
def test_a_command_imports_what_it_needs_and_no_more(command: str, tmp_path: Path) -> None:
    packages, rooms = LOADED[command]
    words = command.replace("OUT", str(tmp_path / "out.musicxml")).split()
    done = subprocess.run([sys.executable, "-c", PROGRAM, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    *_, loaded_packages, loaded_rooms = done.stderr.splitlines()
    assert set(loaded_packages.split()) == set(packages.split())
    assert set(loaded_rooms.split()) == set(rooms.split())
