"""The built files of the studio's page: made from its source, complete, and asking nobody else."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE, STATIC = ROOT / "arranger" / "studio" / "page", ROOT / "arranger" / "studio" / "static"
NAMESPACES = ("http://www.w3.org/", "https://www.w3.org/")
ENOUGH = 220_000  # bytes of everything that the first screen asks for


def contents(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
@pytest.mark.skipif(not (PAGE / "node_modules").is_dir(), reason="npm ci was not run in arranger/studio/page")
def test_the_built_files_are_what_the_source_builds(tmp_path: Path) -> None:
    build = ["npx", "--no-install", "vite", "build", "--logLevel", "error", "--outDir", str(tmp_path), "--emptyOutDir"]
    subprocess.run(["npx", "--no-install", "tsc", "--noEmit"], cwd=PAGE, check=True)
    subprocess.run(build, cwd=PAGE, check=True)
    assert contents(tmp_path) == contents(STATIC)


def test_every_file_that_the_page_names_is_there() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="/([^"]+)"', page)
    assert len(named) >= 3
    assert [name for name in named if not (STATIC / name).is_file()] == []


def test_no_built_file_names_another_host() -> None:
    for file in (*STATIC.rglob("*.js"), *STATIC.rglob("*.css"), STATIC / "index.html"):
        addresses = re.findall(r"https?://[^\s\"'`)]+", file.read_text(encoding="utf-8"))
        assert [each for each in addresses if not each.startswith(NAMESPACES)] == [], file.name


def test_the_page_is_small() -> None:
    languages = re.compile(r"(de|zh)-[\w-]+\.js$|notices\.txt$")  # loaded when asked for
    sizes = {name: len(data) for name, data in contents(STATIC).items() if not languages.search(name)}
    assert sum(sizes.values()) <= ENOUGH, sizes


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in (PAGE / "package-lock.json").read_text(encoding="utf-8")
