"""The tools for assistants, asked by the protocol's own client over standard input and output."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

pytestmark = pytest.mark.flaky(reruns=2)  # real processes and clocks, on machines that others use too
ROOT = Path(__file__).parents[1]
Ask = tuple[str, dict[str, Any]]


def answers(folder: Path, *asked: Ask) -> list[tuple[bool, str]]:
    """Return whether each call failed, and the text that it answered."""

    async def talk() -> list[tuple[bool, str]]:
        command = ["-m", "arranger", "mcp", "--folder", str(folder)]
        server = StdioServerParameters(command=sys.executable, args=command, env={"PYTHONPATH": str(ROOT)})
        async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
            await session.initialize()
            tools = await session.list_tools()
            assert {tool.name for tool in tools.tools} == {"arrange", "check", "explain", "render"}
            found = []
            for name, arguments in asked:
                result = await session.call_tool(name, arguments)
                found.append((bool(result.is_error), "".join(getattr(each, "text", "") for each in result.content)))
            return found

    return anyio.run(talk)


@pytest.fixture
def folder(tmp_path: Path, examples: Path) -> Path:
    shutil.copy(examples / "amazing-grace.musicxml", tmp_path)
    return tmp_path


def test_an_assistant_arranges_checks_explains_and_renders(folder: Path) -> None:
    tune = {"score": "amazing-grace.musicxml", "output": "hymn.musicxml", "style": "hymn"}
    calls: list[Ask] = [
        ("arrange", tune),
        ("check", {"score": "hymn.musicxml", "profile": "hymn"}),
        ("explain", {"rule": "parallel-fifths"}),
        ("explain", {"score": "hymn.musicxml", "voice": 3, "place": "2.1"}),
        ("render", {"score": "hymn.musicxml", "output": "hymn.mid"}),
    ]
    found = answers(folder, *calls)
    assert [failed for failed, _ in found] == [False] * 5, found
    arranged, checked, rule, reason, _ = (json.loads(text) for _, text in found)
    assert arranged["parts"] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert checked["profile"] == "hymn"
    assert rule["code"] == "VL101"
    assert reason["heading"].startswith("Bar 2, beat 1, Bass:")
    assert (folder / "hymn.mid").read_bytes().startswith(b"MThd")


def test_what_cannot_be_is_said_in_one_line_and_nothing_outside_the_folder_is_touched(folder: Path) -> None:
    outside = folder.parent / "outside.musicxml"
    calls: list[Ask] = [
        ("check", {"score": "../amazing-grace.musicxml"}),
        ("check", {"score": "/etc/passwd"}),
        ("render", {"score": "amazing-grace.musicxml", "output": str(outside)}),
        ("check", {"score": "none.mid"}),
        ("arrange", {"score": "amazing-grace.musicxml", "output": "x.musicxml", "ensemble": "sat"}),
        ("render", {"score": "amazing-grace.musicxml", "output": "x.doc"}),
        ("explain", {"rule": "VL999"}),
    ]
    reasons = ["outside the folder", "outside the folder", "outside the folder", "no such file", "did you mean satb?",
               "there is no form 'doc'", "VL999"]  # fmt: skip
    for (failed, text), reason in zip(answers(folder, *calls), reasons, strict=True):
        assert failed
        assert reason in text
    assert not outside.exists()
    assert [path.name for path in folder.iterdir()] == ["amazing-grace.musicxml"]
