"""The studio's page in a browser, before the real server and the real model: what a choir director does with it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arranger import arrange, read_lead_sheet, read_score
from arranger.formats.writing import to_musicxml
from benchmarks.measure.scaling import song
from benchmarks.studio_server import ROOT, Server, start

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
expect.set_options(timeout=30_000)  # milliseconds; the machine may be busy

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
    pytest.mark.flaky(reruns=2),  # real processes and clocks, on machines that others use too
]
AXE = ROOT / "arranger" / "studio" / "page" / "node_modules" / "axe-core" / "axe.min.js"
SONG = ROOT / "examples" / "amazing-grace.musicxml"
SOUND = ("--autoplay-policy=no-user-gesture-required", "--mute-audio")
LONG = 120_000  # milliseconds for an arrangement on a busy machine
GAINS = """(() => {
  const made = [];
  const create = BaseAudioContext.prototype.createGain;
  BaseAudioContext.prototype.createGain = function () {
    made.push(create.call(this));
    return made.at(-1);
  };
  window.gains = () => made.map((each) => Math.round(10 * each.gain.value) / 10);
})()"""  # notes the loudness of all that is mixed
DROP = """async ({ text, name }) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name));
  for (const kind of ["dragover", "drop"]) {
    window.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        yield running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *SOUND])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = start(tmp_path_factory.mktemp("studio"))
    yield found
    found.stop()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that must not ask any other host, nor meet an error but that its server is gone, which a test may kill."""
    found = browser.new_page(viewport={"width": 1440, "height": 900}, accept_downloads=True, locale="en-GB")
    asked, errors = [], []
    found.on("request", lambda request: asked.append(request.url))
    found.on("pageerror", lambda error: errors.append(str(error)))
    found.set_default_timeout(30_000)
    yield found
    found.close()
    assert [error for error in errors if error != "unreachable"] == []
    assert [url for url in asked if not url.startswith(("http://127.0.0.1:", "blob:"))] == []


def drop(page: Any, path: Path) -> None:
    expect(page.get_by_test_id("choose-file")).to_be_visible()
    page.evaluate(DROP, {"text": path.read_text(encoding="utf-8"), "name": path.name})


def heads(page: Any) -> Any:
    return page.locator(".ink g.note")


@pytest.fixture(scope="module")
def hymn() -> bytes:
    """The song as a hymn in MusicXML, arranged once for all tests."""
    return to_musicxml(arrange(read_lead_sheet(SONG), style="hymn", effort="low").score)


def opened(page: Any, server: Server, score: bytes) -> str:
    """Open a whole score in the studio; returns its id."""
    with server.client() as client:
        files = {"file": ("hymn.musicxml", score)}
        project: str = client.post("/projects", files=files, data={"what": "score"}).json()["id"]
    page.goto(f"{server.address}/#/p/{project}")
    expect(page.locator("[id='n-3-0-1']")).to_be_attached()
    return project


def click_head(page: Any, note: str, *, above: float = 0.0) -> None:
    """Click in the middle of a note head, or some pixels above it."""
    box = page.locator(f"[id='{note}'] .notehead").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - above)


def pitch(page: Any) -> Any:
    return page.get_by_test_id("pitch")


def test_a_dropped_sheet_is_engraved_at_once_and_then_arranged(page: Any, server: Server) -> None:
    page.goto(server.address)
    drop(page, SONG)
    expect(heads(page)).to_have_count(len(read_lead_sheet(SONG).score.parts[0].notes))
    page.get_by_text("Hymn", exact=True).click()
    page.get_by_test_id("arrange").click()
    expect(page.get_by_test_id("progress")).to_be_visible()
    expect(page.get_by_test_id("progress")).to_be_hidden(timeout=LONG)
    for voice in range(4):
        expect(page.locator(f"[id='n-{voice}-0-1']")).to_be_attached()
    expect(page.get_by_test_id("saved")).to_have_text("Saved")


def test_the_score_grows_while_it_is_searched_and_cancelling_leaves_the_sheet(
    page: Any, server: Server, tmp_path: Path
) -> None:
    long = tmp_path / "long.abc"
    long.write_text(song(96, seed=1), encoding="utf-8")
    page.goto(server.address)
    drop(page, long)
    expect(heads(page).first).to_be_attached()
    page.get_by_text("More choices").click()
    page.get_by_test_id("effort").select_option("high")
    page.get_by_test_id("arrange").click()
    expect(page.get_by_test_id("sketch").locator("g.note").first).to_be_attached(timeout=LONG)
    page.get_by_test_id("cancel").click()
    expect(page.get_by_test_id("progress")).to_be_hidden()
    expect(page.get_by_test_id("sketch")).to_have_count(0)
    expect(page.get_by_test_id("undo")).to_be_disabled()
    expect(page.locator("[id='n-3-0-1']")).to_have_count(0)
    page.get_by_test_id("effort").select_option("low")
    page.get_by_test_id("arrange").click()
    expect(page.locator("[id='n-3-0-1']")).to_be_attached(timeout=LONG)


def test_a_tune_may_be_typed(page: Any, server: Server) -> None:
    page.goto(server.address)
    page.get_by_test_id("type-abc").click()
    page.locator("#abc").fill('X:1\nT:Three Notes\nL:1/4\nK:C\n"C"C E G2|]\n')
    page.get_by_test_id("open-abc").click()
    expect(heads(page)).to_have_count(3)
    expect(page.get_by_role("heading", name="Three Notes")).to_be_visible()


def test_a_broken_file_is_refused_in_one_line(page: Any, server: Server, tmp_path: Path) -> None:
    broken = tmp_path / "broken.musicxml"
    broken.write_text("<score-partwise><part>", encoding="utf-8")
    page.goto(server.address)
    drop(page, broken)
    expect(page.locator(".toast.error")).to_contain_text("broken.musicxml")
    expect(page.get_by_test_id("choose-file")).to_be_visible()


def test_notes_are_changed_by_keys_and_every_action_is_one_step_of_undo(page: Any, server: Server, hymn: bytes) -> None:
    opened(page, server, hymn)
    page.get_by_role("tab", name="Note").click()
    click_head(page, "n-1-1-1")  # a half note: its middle is a hole
    before = pitch(page).inner_text()
    page.keyboard.press("ArrowUp")
    expect(pitch(page)).not_to_have_text(before)
    raised = pitch(page).inner_text()
    page.keyboard.press("a")
    expect(pitch(page)).to_have_text(re.compile("^A[♯♭]?[34]$"))
    page.get_by_test_id("undo").click()
    expect(pitch(page)).to_have_text(raised)
    page.keyboard.press("Control+z")
    expect(pitch(page)).to_have_text(before)
    page.keyboard.press("Control+Shift+Z")
    expect(pitch(page)).to_have_text(raised)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".mark-selected")).to_have_attribute("data-note", re.compile("^n-1-"))
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".mark-selected")).to_have_attribute("data-note", re.compile("^n-2-"))


def test_a_note_is_dragged_to_another_pitch(page: Any, server: Server, hymn: bytes) -> None:
    opened(page, server, hymn)
    box = page.locator("[id='n-2-1-1'] .notehead").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(x, y)
    before = pitch(page).inner_text()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 1.1 * box["height"], steps=5)
    page.mouse.up()
    expect(pitch(page)).not_to_have_text(before)
    expect(page.get_by_test_id("undo")).to_have_attribute("title", re.compile("Edit"))


def test_a_note_says_why_it_is_there_and_offers_others(page: Any, server: Server, hymn: bytes) -> None:
    opened(page, server, hymn)
    click_head(page, "n-1-3-1")
    expect(page.get_by_test_id("why")).to_be_visible()
    other = page.get_by_test_id("alternative").first
    wanted = other.locator("strong").inner_text()
    other.click()
    expect(pitch(page)).to_have_text(wanted)


def test_a_finding_leads_to_its_notes(page: Any, server: Server, hymn: bytes) -> None:
    opened(page, server, hymn)
    page.get_by_role("tab", name="Findings").click()
    page.get_by_test_id("finding").first.click()
    expect(page.locator(".mark-finding.pointed").first).to_be_visible()


def test_a_fault_is_repaired_and_may_be_put_back(page: Any, server: Server, tmp_path: Path) -> None:
    page.goto(f"{server.address}/#/check")
    page.get_by_test_id("check-files").set_input_files(ROOT / "examples" / "homework" / "answers" / "ben.musicxml")
    page.get_by_test_id("open-checked").click()
    page.get_by_role("tab", name="Findings").click()
    expect(page.locator(".finding.error").first).to_be_visible()
    faults = page.locator(".finding.error").count()
    page.get_by_test_id("repair").click()
    expect(page.get_by_test_id("diff")).to_be_visible(timeout=LONG)
    assert page.locator(".finding.error").count() < faults
    page.get_by_test_id("put-back").click()
    expect(page.locator(".finding.error")).to_have_count(faults)


def test_bars_are_made_again_heard_and_taken(page: Any, server: Server, hymn: bytes) -> None:
    opened(page, server, hymn)
    click_head(page, "n-1-7-1")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_test_id("selection")).to_be_visible()
    page.get_by_test_id("again").click()
    expect(page.get_by_test_id("compare")).to_be_visible(timeout=LONG)
    for name in "ABC":
        expect(page.get_by_test_id(f"version-{name}")).to_contain_text("differ")
    page.get_by_test_id("version-B").get_by_role("button", name="Listen to B").click()
    expect(page.get_by_test_id("play")).to_have_attribute("data-playing", "true", timeout=LONG)
    expect(page.locator(".mark-changed").first).to_be_visible()
    page.get_by_test_id("take-B").click()
    expect(page.get_by_test_id("compare")).to_be_hidden()
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("compare")).to_be_visible()


def test_music_is_heard_from_a_click_with_voices_alone_and_muted(page: Any, server: Server, hymn: bytes) -> None:
    page.add_init_script(GAINS)
    opened(page, server, hymn)
    click_head(page, "n-0-10-1", above=50)  # beside the notes: from there
    expect(page.get_by_test_id("position")).to_have_text(re.compile("4"))
    page.get_by_test_id("mute-1").click()
    page.get_by_test_id("solo-2").click()
    page.get_by_test_id("play").click()
    expect(page.get_by_test_id("play")).to_have_attribute("data-playing", "true", timeout=LONG)
    expect(page.locator(".note.sounding").first).to_be_attached()
    expect(page.get_by_test_id("position")).to_have_text(re.compile("5"))
    assert page.evaluate("gains()") == [1, 0, 0, 0.8, 0]  # all, then soprano, alto, tenor, bass
    page.get_by_test_id("solo-2").click()
    expect(page.get_by_test_id("solo-2")).to_have_attribute("aria-pressed", "false")
    page.wait_for_timeout(300)
    assert page.evaluate("gains()") == [1, 0.8, 0, 0.8, 0.8]
    page.get_by_test_id("play").click()
    expect(page.get_by_test_id("play")).to_have_attribute("data-playing", "false")
    assert float(page.get_by_test_id("position").get_attribute("data-seconds")) > 7


def test_a_loop_grows_faster_each_time_round(page: Any, server: Server, hymn: bytes) -> None:
    opened(page, server, hymn)
    expect(page.get_by_test_id("tempo")).to_have_text("♩ = 84")
    page.get_by_test_id("tempo").click()
    page.get_by_test_id("rise").select_option("10")
    page.keyboard.press("Escape")
    click_head(page, "n-1-1-1")
    page.keyboard.press("Shift+ArrowRight")
    page.get_by_test_id("loop-bars").click()
    expect(page.get_by_test_id("tempo")).to_have_text("♩ = 92", timeout=LONG)
    page.get_by_test_id("play").click()
    expect(page.get_by_test_id("tempo")).to_have_text("♩ = 84")


def test_a_pin_is_shown_kept_and_taken_away(page: Any, server: Server, hymn: bytes) -> None:
    opened(page, server, hymn)
    click_head(page, "n-3-1-1")
    page.keyboard.press("p")
    expect(page.locator(".mark-pin")).to_have_count(1)
    page.reload()
    expect(page.locator(".mark-pin")).to_have_count(1)
    click_head(page, "n-3-1-1")
    page.keyboard.press("p")
    expect(page.locator(".mark-pin")).to_have_count(0)


def test_the_result_is_taken_away_with_its_tune(page: Any, server: Server, hymn: bytes, tmp_path: Path) -> None:
    opened(page, server, hymn)
    page.get_by_test_id("take-away").click()
    with page.expect_download() as coming:
        page.get_by_test_id("download-musicxml").click()
    coming.value.save_as(tmp_path / "hymn.musicxml")
    sung = [note.pitch for note in read_score(tmp_path / "hymn.musicxml").parts[0].notes]
    assert sung == [note.pitch for note in read_lead_sheet(SONG).score.parts[0].notes]


def test_a_killed_server_loses_nothing(page: Any, hymn: bytes, tmp_path: Path) -> None:
    first = start(tmp_path)
    try:
        project = opened(page, first, hymn)
        click_head(page, "n-1-1-1")
        before = pitch(page).inner_text()
        page.keyboard.press("ArrowUp")
        expect(pitch(page)).not_to_have_text(before)
        expect(page.get_by_test_id("saved")).to_have_text("Saved")
        changed = pitch(page).inner_text()
    finally:
        first.kill()
    second = start(tmp_path)
    try:
        page.goto(f"{second.address}/#/p/{project}")
        click_head(page, "n-1-1-1")
        expect(pitch(page)).to_have_text(changed)
        page.keyboard.press("Control+z")
        expect(pitch(page)).to_have_text(before)
    finally:
        second.stop()


def test_a_class_is_checked_by_file_and_by_rule(page: Any, server: Server) -> None:
    page.goto(f"{server.address}/#/check")
    answers = sorted((ROOT / "examples" / "homework" / "answers").glob("*.musicxml"))
    page.get_by_test_id("check-files").set_input_files(answers)
    for answer in answers:
        expect(page.get_by_test_id("files")).to_contain_text(answer.name)
    expect(page.get_by_test_id("rules")).to_contain_text("parallel fifths")
    with page.expect_download() as coming:
        page.get_by_test_id("marked-copies").click()
    assert "<svg" in Path(coming.value.path()).read_text(encoding="utf-8")


def test_keys_are_listed_and_languages_change_all_words(page: Any, server: Server) -> None:
    page.goto(server.address)
    page.keyboard.press("?")
    expect(page.get_by_test_id("help-sheet")).to_contain_text("the nearest note of this name")
    page.keyboard.press("Escape")
    page.get_by_test_id("settings").click()
    page.locator("#language").select_option("de")
    expect(page.get_by_test_id("choose-file")).to_have_text("Datei wählen")
    page.locator("#language").select_option("zh")
    expect(page.get_by_test_id("choose-file")).to_have_text("选择文件")


def test_a_phone_gets_a_narrow_score_and_nothing_beside_it(page: Any, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(server.address)
    drop(page, SONG)
    expect(heads(page).first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("tab", name="Setting").click()
    expect(page.get_by_test_id("arrange")).to_be_in_viewport(ratio=0.5)


@pytest.mark.skipif(not AXE.is_file(), reason="npm ci was not run in arranger/studio/page: axe-core is missing")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(page: Any, server: Server, hymn: bytes, theme: str) -> None:
    page.goto(server.address)
    page.get_by_test_id("settings").click()
    page.get_by_role("button", name=theme.capitalize()).click()
    page.keyboard.press("Escape")
    found = axe(page)
    opened(page, server, hymn)
    click_head(page, "n-1-3-1")
    expect(page.get_by_test_id("why")).to_be_visible()
    found += axe(page)
    page.get_by_role("tab", name="Findings").click()
    page.keyboard.press("?")
    found += axe(page)
    page.goto(f"{server.address}/#/check")
    page.get_by_test_id("check-files").set_input_files(ROOT / "examples" / "homework" / "answers" / "ben.musicxml")
    expect(page.get_by_test_id("rules")).to_be_visible()
    assert found + axe(page) == []


def axe(page: Any) -> list[str]:
    """Return what axe finds on the page as it is, one line a rule and place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then((result) => result.violations)")
    return [f"{each['impact']} {each['id']}: {node['target']}" for each in found for node in each["nodes"]]


STRINGS = ROOT / "arranger" / "studio" / "page" / "src" / "strings"
EXTRA = ("part.", "ensemble.")  # names that the server gives in English


@pytest.mark.parametrize("language", ["de", "zh"])
def test_every_text_of_the_page_is_translated(language: str) -> None:
    english, other = (json.loads((STRINGS / f"{name}.json").read_text(encoding="utf-8")) for name in ("en", language))
    assert {key for key in other if not key.startswith(EXTRA)} == set(english)
    for key, text in english.items():
        assert sorted(re.findall(r"\{\w+\}", other[key])) == sorted(re.findall(r"\{\w+\}", text)), key
