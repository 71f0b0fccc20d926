"""How a page is asked for: its width in pixels, its layout and its number."""

from __future__ import annotations

from arranger.studio.schemas import Schema, whole

NARROWEST, WIDEST = 280, 4000  # pages in pixels
DRAWN: dict[str, Schema] = {
    "width": whole(NARROWEST, WIDEST, default=1000, description="Width of the page in pixels."),
    "layout": {"type": "string", "enum": ["auto", "open", "closed"], "default": "auto"},
}
PAGE: dict[str, Schema] = {**DRAWN, "page": whole(1, 10_000, default=1)}
