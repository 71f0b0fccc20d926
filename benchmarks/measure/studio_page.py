"""How heavy and how quick the studio's page is, in a headless Chromium before the real server.

    python -m benchmarks.measure.studio_page [--bars 32] [--edits 20] [--scrolled 200]

It needs playwright and Chromium. Times are milliseconds in the page: median, and 95 of 100 below. The last line says
how busy the machine was; on a busy one the times are longer.

- *page*: requests and bytes until the start is there, and until a score is; requests to any other host.
- *first paint*: from the navigation to the first paint, the page not being in the browser's cache.
- *edit*: from the press of a key on a note to the findings of the changed score, and to its page.
- *scrolling*: time between frames while a score is scrolled from its beginning to its end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure.studio import tune
from benchmarks.studio_server import Server, arranged, start

EDIT = """async (key) => {
  const score = document.getElementById("score");
  const begun = performance.now();
  const until = (node, options) => new Promise((done) => {
    const watcher = new MutationObserver(() => { watcher.disconnect(); done(performance.now() - begun); });
    watcher.observe(node, options);
  });
  const verdict = until(score, { attributes: true, attributeFilter: ["data-revision"] });
  const page = until(score.querySelector(`[data-note]`).closest(".page").querySelector(".ink"), { childList: true });
  score.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  return [await verdict, await page];
}"""
SCROLL = """async () => {
  const stage = document.getElementById("stage");
  const frames = [];
  let last = performance.now();
  while (stage.scrollTop + stage.clientHeight < stage.scrollHeight - 1 && frames.length < 2000) {
    stage.scrollBy(0, 90);
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  return frames;
}"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def spread(values: Sequence[float]) -> str:
    """Return the median and the 95th percentile of some milliseconds."""
    ordered = sorted(values)
    return f"{statistics.median(ordered):.0f} ms, 95 of 100 below {ordered[int(0.95 * (len(ordered) - 1))]:.0f} ms"


def opened(server: Server, bars: int) -> str:
    """Return the address of a project: a tune of so many bars, arranged."""
    with server.client() as client:
        project = client.post("/projects", json={"text": tune(bars)}).json()["id"]
        arranged(client, project, style="hymn", effort="low")
    return f"{server.address}/#/p/{project}"


def weight(page: Any, server: Server, score: str) -> None:
    """Print what the page asks for, and when it is painted first."""
    answers: list[tuple[str, int]] = []
    page.on("response", lambda answer: answers.append((answer.url, len(answer.body()))))
    page.goto(server.address, wait_until="networkidle")
    print(f"start: {len(answers)} requests, {sum(size for _, size in answers) / 1000:.0f} kB")
    page.goto(score)
    page.locator("[id='n-3-0-1']").wait_for()
    page.wait_for_load_state("networkidle")
    elsewhere = [url for url, _ in answers if not url.startswith(server.address)]
    print(f"with a score: {len(answers)} requests, {sum(size for _, size in answers) / 1000:.0f} kB")
    print(f"requests to other hosts: {len(elsewhere)}")


def first_paint(browser: Any, server: Server, times: int = 7) -> None:
    """Print when the page is painted first, in a new browser context each time."""
    found = []
    for _ in range(times):
        page = browser.new_page()
        page.goto(server.address, wait_until="networkidle")
        found.append(page.evaluate(PAINT))
        page.close()
    print(f"first paint: {spread(found)}")


def edits(page: Any, score: str, times: int) -> None:
    """Print how long a key press takes to its verdict and to its page."""
    page.goto(score)
    page.locator("[id='n-1-4-1']").wait_for()
    box = page.locator("[id='n-1-4-1'] .notehead").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".mark-selected").wait_for()
    found = []
    for time in range(times):
        found.append(page.evaluate(EDIT, "ArrowUp" if time % 2 else "ArrowDown"))
        page.wait_for_load_state("networkidle")
    print(f"edit to verdict: {spread([verdict for verdict, _ in found])}")
    print(f"edit to page: {spread([drawn for _, drawn in found])}")


def measure(server: Server, browser: Any, wish: argparse.Namespace) -> None:
    """Print everything."""
    first_paint(browser, server)
    score = opened(server, wish.bars)
    weight(browser.new_page(), server, score)
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    edits(page, score, wish.edits)
    page.goto(opened(server, wish.scrolled))
    page.locator("[id='n-3-0-1']").wait_for()
    page.wait_for_load_state("networkidle")
    print(f"scrolling {wish.scrolled} bars, between frames: {spread(page.evaluate(SCROLL))}")


def main() -> None:
    """Start the studio and measure its page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bars", type=int, default=32, help="of the score that is edited")
    parser.add_argument("--edits", type=int, default=20)
    parser.add_argument("--scrolled", type=int, default=200, help="bars of the score that is scrolled")
    wish = parser.parse_args()
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as running:
        server = start(Path(folder))
        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            measure(server, browser, wish)
        finally:
            browser.close()
            server.stop()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
