"""Starting the studio: the folder of its projects, a free port, and the server."""

from __future__ import annotations

import os
import socket
import sys
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
PORT = 8323
EXTRA = "pip install 'arranger[studio]'"


@dataclass(frozen=True)
class Wish:
    """How the studio is started."""

    port: int = PORT  # 0: any free one
    folder: str = ""  # of the projects; empty: the usual one of this system
    opens_browser: bool = True
    workers: int = 0  # 0: as many as suit the machine


def serve(wish: Wish, say: Callable[[str], None]) -> None:
    """Run the studio until it is interrupted.

    Raises ValueError if a package is missing, the port is taken or the folder cannot be used.
    """
    try:
        import uvicorn

        from arranger.studio.app import app_of
        from arranger.studio.service import Studio
    except ModuleNotFoundError as error:
        raise ValueError(f"the studio needs {error.name}, which is not installed; {EXTRA}") from error
    folder = Path(wish.folder) if wish.folder else usual_folder()
    listening = _listen(wish.port)
    address = f"http://{HOST}:{listening.getsockname()[1]}"
    try:
        app = app_of(Studio(folder / "projects", workers=wish.workers))
    except OSError as error:
        raise ValueError(f"{folder}: {error.strerror or error}; choose another folder with --folder") from error
    say(f"the studio is at {address} (projects in {folder}); end it with Ctrl-C")
    if wish.opens_browser:
        webbrowser.open(address)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3, server_header=False)
    uvicorn.Server(config).run(sockets=[listening])


def usual_folder() -> Path:
    """Return the folder for the data of programs on this system, with this program's name."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "arranger"


def _listen(port: int) -> socket.socket:
    """Return a socket of this computer's own that listens on a port. Raises ValueError if it is taken."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named, or answers wait 40 ms
    if sys.platform != "win32":
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOST, port))
        found.listen(128)  # before the address is told: who asks at once waits, and is not refused
    except OSError as error:
        found.close()
        reason = error.strerror or str(error)
        raise ValueError(
            f"port {port} cannot be used ({reason}); is a studio open? --port 0 takes a free one"
        ) from error
    return found
