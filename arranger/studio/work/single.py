"""Work on one file, without a project: what other programs ask for, such as a plugin of a notation program."""

from __future__ import annotations

from arranger.formats.writing import proven_musicxml
from arranger.harmonizing.sheets import HarmonyOptions
from arranger.harmonizing.sheets import harmonize as harmonize_sheet
from arranger.studio.answers import RefusedError, Say
from arranger.studio.project import Json
from arranger.studio.work.arranging import arrange
from arranger.studio.work.engraving import engrave
from arranger.studio.work.scores import Known, music_of, notice_entry, score_of, without_ids
from arranger.studio.work.taking import take_away
from arranger.studio.work.uploads import read_score_of, read_sheet_of
from theory.analysis import analyse as analyse_score
from theory.analysis.forms import to_json


def arrange_once(say: Say, *, content: bytes, name: str, choices: Json) -> list[Json]:
    """Return the arrangements of a sheet as MusicXML, each with its findings and notices, the best one first."""
    found = []
    for music, document in arrange(say, content=content, name=name, choices=choices):
        score = without_ids(score_of(music, document))
        found.append(
            {
                "musicxml": proven_musicxml(score, layout=music.layout).decode(),
                "title": music.title,
                "cost": music.cost,
                "profile": music.profile,
                "findings": list(music.findings),
                "notices": list(music.notices),
            }
        )
    return found


def harmonize(say: Say, *, content: bytes, name: str, style: str, temperature: float, seed: int, replace: bool) -> Json:
    """Return a tune with chord symbols as MusicXML. Raises RefusedError if it has symbols, unless they may go."""
    sheet = read_sheet_of(content, name)
    if sheet.score.has_symbols and not replace:
        raise RefusedError(f"{name}: it has chord symbols already; ask with replace to have others")
    found = harmonize_sheet(sheet, HarmonyOptions(style=style, temperature=temperature, seed=seed))
    chords = [{"onset_quarter": str(each.onset_quarter), "symbol": str(each.symbol)} for each in found.score.chords]
    notices = [notice_entry(each) for each in found.notices]
    return {"musicxml": proven_musicxml(found.score).decode(), "chords": chords, "notices": notices}


def analyse(say: Say, *, content: bytes, name: str) -> Json:
    """Return the Roman numerals, keys and non-chord tones of a score."""
    score, notices = read_score_of(content, name)
    found: Json = to_json(score, analyse_score(score))
    return {**found, "notices": [notice_entry(each) for each in notices]}


def render(say: Say, *, content: bytes, name: str, form: str, width: int, page: int) -> tuple[bytes, str]:
    """Return a score as a file of another form, or one page of it as SVG, and the media type."""
    score, notices = read_score_of(content, name)
    music, document = music_of(score, Known(notices=notices))
    if form == "svg":
        svg, _ = engrave(say, music=music, document=document, width=width, layout="auto", page=page)
        return svg.encode(), "image/svg+xml"
    return take_away(say, music=music, document=document, form=form)
