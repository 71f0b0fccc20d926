"""The guard before the studio: who may ask, how much they may send, and what a browser may do with the answers.

The studio listens on this computer alone, but any page in a browser can send requests there. So a request must name
this computer as its host (a foreign name that leads here is refused), and must not come from a page of another origin.
A request that changes something also needs a header that a foreign form cannot send.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_HEADER = "x-arranger"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Guard:
    """Refuses what must not reach the studio, and adds headers to every answer."""

    def __init__(self, app: ASGIApp, *, hosts: tuple[str, ...] = LOOPBACK, most_bytes: int) -> None:
        self._app, self._hosts, self._most_bytes = app, hosts, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message.get("headers", ())}
                added = [each for each in _HEADERS if each[0] not in own]
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            await send(message)

        refused = self._refusal(scope)
        if refused:
            await _refuse(guarded_send, *refused)
            return
        await self._app(scope, _counted(receive, self._most_bytes), guarded_send)

    @property
    def _too_large(self) -> str:
        return f"more than {self._most_bytes >> 20} MB; too large for scores, is it the right file?"

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return status and reason if a request must not pass."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if _host(headers.get("host", "")) not in self._hosts:
            return 421, "this server answers to the name of this computer only; open it as http://127.0.0.1"
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            return 403, "a page of another origin may not use this server"
        follows_link = scope["method"] == "GET" and headers.get("sec-fetch-mode") == "navigate"
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none") and not follows_link:
            return 403, "a page of another origin may not use this server"
        is_json = headers.get("content-type", "").split(";")[0].strip() == "application/json"
        if scope["method"] in _CHANGES and OWN_HEADER not in headers and not is_json:
            return 403, "send the header X-Arranger: 1 with every request that changes something"
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdecimal() or len(length) > 15:
            return 400, "the length of the request is not a number"
        return (413, self._too_large) if int(length) > self._most_bytes else None


def _host(header: str) -> str:
    """Return a host without its port.

    >>> _host("127.0.0.1:8080"), _host("[::1]:80"), _host("localhost")
    ('127.0.0.1', '[::1]', 'localhost')
    """
    name, _, port = header.rpartition(":")
    return (name if name and port.isdecimal() else header).lower()


class TooLargeError(Exception):
    """A request sends more than it may."""


def _counted(receive: Receive, most_bytes: int) -> Receive:
    """Pass a request's body on; raise TooLargeError when it grows too large."""
    left = most_bytes

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooLargeError(f"more than {most_bytes >> 20} MB; too large for scores, is it the right file?")
        return message

    return counted


async def _refuse(send: Send, status: int, reason: str) -> None:
    body = json.dumps({"error": reason}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
