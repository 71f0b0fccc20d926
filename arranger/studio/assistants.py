"""The arranger as tools for assistants, over the Model Context Protocol (`arranger mcp`).

An assistant names files in one folder, and the results are files in it too; nothing outside the folder is read or
written. The work is that of the studio, in a worker process with the same limits.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.files import read_bytes
from arranger.formats.writing.files import WriteError, write_bytes
from arranger.studio.answers import DONE
from arranger.studio.pool import Pool
from arranger.studio.project import Json
from arranger.studio.worker import Confines
from theory.rules.catalogue import ALL
from theory.tables import nearest
from theory.version import program_version

_SECONDS = 900.0
_MOST_SHOWN = 40  # findings in one answer
_Score = Annotated[str, Field(description="A file in the folder: MusicXML, MXL, ABC, MIDI or Humdrum.")]
_INSTRUCTIONS = (
    "Arranges tunes for choir, quartet or band, and checks scores by rules of music theory. Files are named relative "
    "to one folder, which this server works in. Times are bars by their printed numbers, and beats counted from 1."
)


class Desk:
    """The tools, and the worker that does what they ask for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._pool = Pool(1, waiting=20, confines=Confines())

    def close(self) -> None:
        """End the worker."""
        self._pool.close()

    async def arrange(
        self,
        score: _Score,
        output: Annotated[str, Field(description="File to write: .musicxml, .mxl, .mid, .pdf, .wav or .ogg.")],
        ensemble: Annotated[str, Field(description="Such as satb, ssa, ttbb, string-quartet, sax-quartet.")] = "satb",
        style: Annotated[str, Field(description="song, hymn, chorale, renaissance, folk or sustained.")] = "song",
        key: Annotated[str, Field(description="auto, keep, or a key such as Bb or F# minor.")] = "auto",
        seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0,
    ) -> Json:
        """Arrange a lead sheet (a tune with or without chord symbols and words), and write the result to a file."""
        choices = {"ensemble": ensemble, "style": style, "key": key, "seed": seed}
        content = self._read(score)
        ((music, document), *_) = await self._done("arrange", content=content, name=score, choices=choices)
        await self._write(output, music=music, document=document)
        return {"written": output, "parts": [part["name"] for part in music.parts], **_told(music)}

    async def check(
        self,
        score: _Score,
        profile: Annotated[str, Field(description="auto, or a profile such as chorale, hymn, jazz, strict.")] = "auto",
    ) -> Json:
        """Return what the rules of part-writing find in a score, each with its bar, beat and voices."""
        found = await self._done("check_file", content=self._read(score), name=score, profile=profile)
        findings = [_finding(each) for each in found["findings"]]
        shown = {"findings": findings[:_MOST_SHOWN], "left_out": max(0, len(findings) - _MOST_SHOWN)}
        notices = [each["message"] for each in found["notices"]]
        return {"profile": found["profile"], "counts": found["counts"], **shown, "notices": notices}

    async def explain(
        self,
        rule: Annotated[str, Field(description="Code or name of a rule, such as VL101 or parallel-fifths.")] = "",
        score: Annotated[str, Field(description="A file, to explain one of its notes.")] = "",
        voice: Annotated[int, Field(ge=0, le=63, description="Index of the part; 0 is the top one.")] = 0,
        place: Annotated[str, Field(description="Bar and beat, such as 12.3.")] = "",
    ) -> Json:
        """Explain a rule, or why a note of a score stands where it stands and what others would do."""
        if rule:
            found = next((each for each in ALL if rule.casefold() in (each.code.casefold(), each.name)), None)
            if found is None:
                raise ToolError(f"there is no rule {rule!r}; {nearest(rule, [each.name for each in ALL])}")
            return {"code": found.code, "name": found.name, "definition": found.definition, "source": found.source}
        if not score or not place:
            raise ToolError("name a rule, or a score with a voice and a place such as 12.3")
        content = self._read(score)
        reason: Json = await self._done("why_at", content=content, name=score, voice=voice, place=place)
        return reason

    async def render(
        self,
        score: _Score,
        output: Annotated[str, Field(description="File to write: .pdf, .musicxml, .mxl, .mid, .wav or .ogg.")],
    ) -> Json:
        """Write a score in another form: pages, sound, MIDI or MusicXML."""
        music, document = await self._done("open_score", content=self._read(score), name=score)
        await self._write(output, music=music, document=document)
        return {"written": output}

    async def _done(self, kind: str, **arguments: Any) -> Any:
        """Return the result of a job. Raises ToolError with its one line if it cannot be done."""
        job = self._pool.submit(kind, arguments, seconds=_SECONDS)
        try:
            while not job.is_finished:
                await asyncio.sleep(0.02)
        finally:
            if not job.is_finished:
                self._pool.cancel(job)
        if job.state != DONE:
            raise ToolError(job.error or "cancelled")
        return job.result

    async def _write(self, output: str, **arguments: Any) -> None:
        path = self._path(output)
        content, _ = await self._done("take_away", form=path.suffix.removeprefix(".").lower(), **arguments)
        try:
            write_bytes(path, content)
        except WriteError as error:
            raise ToolError(str(error)) from error

    def _read(self, name: str) -> bytes:
        try:
            return read_bytes(self._path(name))
        except ReadError as error:
            raise ToolError(str(error)) from error

    def _path(self, name: str) -> Path:
        """Return a file in the folder. Raises ToolError if the name leads out of it."""
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder):
            raise ToolError(f"{name} is outside the folder {self._folder}; start `arranger mcp --folder` elsewhere")
        return path


def _told(music: Any) -> Json:
    findings = [_finding(each) for each in music.findings if each["severity"] != "info"]
    return {
        "profile": music.profile,
        "findings": findings[:_MOST_SHOWN],
        "notices": [each["message"] for each in music.notices],
    }


def _finding(entry: Json) -> Json:
    return {name: entry[name] for name in ("code", "name", "severity", "message", "bar", "beat", "voices")}


def server_of(desk: Desk) -> MCPServer[Any]:
    """Return a server with the tools of a desk."""
    server: MCPServer[Any] = MCPServer("arranger", instructions=_INSTRUCTIONS, version=program_version())
    for tool in (desk.arrange, desk.check, desk.explain, desk.render):
        server.tool()(tool)
    return server


def serve(folder: Path) -> None:
    """Answer an assistant on standard input and output until it goes."""
    desk = Desk(folder)
    try:
        server_of(desk).run()
    finally:
        desk.close()
