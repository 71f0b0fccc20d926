"""What is built from the checkout: the wheel has every file of the packages, and so has one built from the sdist."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("theory/", "corpora/", "arranger/")
PAGE_SOURCE = "arranger/studio/page/"  # what is built of it ships
BUILD = "import sys; from setuptools import build_meta; print(getattr(build_meta, sys.argv[1])(sys.argv[2]))"


def tracked() -> list[str]:
    """The files of the checkout that git knows or would take."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("needs a checkout with git")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def built(kind: str, folder: Path, out: Path) -> Path:
    """Build a ``wheel`` or an ``sdist`` as pip does, without asking the network."""
    words = [sys.executable, "-c", BUILD, f"build_{kind}", str(out)]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel built from the checkout, and the one built from its sdist."""
    folder = tmp_path_factory.mktemp("build")
    checkout, first, second = folder / "checkout", folder / "first", folder / "second"
    for name in tracked():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, checkout / name)
    sdist = built("sdist", checkout, first)
    with tarfile.open(sdist) as archive:
        archive.extractall(second, filter="data")
    (unpacked,) = (path for path in second.iterdir() if path.is_dir())
    return built("wheel", checkout, first), built("wheel", unpacked, second)


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.startswith(PACKAGES)}


def test_the_wheel_has_every_file_of_the_packages_and_is_the_same_from_the_sdist(wheels: tuple[Path, Path]) -> None:
    from_checkout, from_sdist = map(contents, wheels)
    packaged = [name for name in tracked() if name.startswith(PACKAGES) and not name.startswith(PAGE_SOURCE)]
    assert sorted(from_checkout) == sorted(packaged)
    assert from_sdist == from_checkout


def test_the_installed_wheel_arranges(wheels: tuple[Path, Path], tmp_path: Path) -> None:
    words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target"]
    subprocess.run([*words, str(tmp_path / "site"), str(wheels[0])], check=True, capture_output=True)
    song, out = ROOT / "examples" / "amazing-grace.musicxml", tmp_path / "out.musicxml"
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); import arranger; from arranger.cli import main; "
        f"assert arranger.__file__.startswith({str(tmp_path)!r}), arranger.__file__; main(sys.argv[1:])"
    )
    arguments = ["arrange", str(song), "--beam", "2", "-o", str(out)]
    subprocess.run([sys.executable, "-c", code, *arguments], cwd=tmp_path, check=True, capture_output=True)
    assert out.read_bytes().startswith(b"<?xml")
