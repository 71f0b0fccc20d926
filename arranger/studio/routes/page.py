"""The page itself: its built files, and the fonts of the engraving, which Verovio's package carries as web fonts."""

from __future__ import annotations

import base64
import re
from functools import cache
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_STYLESHEET_AND_PLACE = {  # name -> style sheet of Verovio, and which of the fonts in it
    "leipzig": ("Leipzig.css", 0),
    "liberation": ("Liberation.css", 0),
    "liberation-bold": ("Liberation.css", 1),
    "liberation-italic": ("Liberation.css", 2),
}
_EMBEDDED = re.compile(r"base64,\s*([A-Za-z0-9+/=]+)")
_FOR_GOOD = "public, max-age=31536000, immutable"


def page_routes(static: Path) -> list[BaseRoute]:
    """Return the routes of the page, whose built files are in a folder."""
    return [Route("/fonts/{name}.woff2", _font), Mount("/", _Files(directory=static, html=True))]


class _Files(StaticFiles):
    """Built files: a name in ``assets`` carries a hash of its content, so that a browser may keep the file for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, and say how long it may be kept."""
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = _FOR_GOOD if path.startswith("assets") else "no-cache"
        return answer


async def _font(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STYLESHEET_AND_PLACE:
        raise HTTPException(404, f"there is no font {name!r}; there are {', '.join(_STYLESHEET_AND_PLACE)}")
    return Response(web_font(name), media_type="font/woff2", headers={"cache-control": _FOR_GOOD})


@cache
def web_font(name: str) -> bytes:
    """Return a font of the engraving as WOFF2.

    >>> web_font("leipzig")[:4]
    b'wOF2'
    """
    import verovio  # an extra

    stylesheet, place = _STYLESHEET_AND_PLACE[name]
    text = (Path(verovio.__file__).parent / "data" / stylesheet).read_text(encoding="utf-8")
    return base64.b64decode(_EMBEDDED.findall(text)[place])
