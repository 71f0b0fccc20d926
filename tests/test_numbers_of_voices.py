"""Two to six voices: search, objective, checker and writing give the same guarantees for each number."""

from __future__ import annotations

import numpy as np
import pytest

from arranger.arranging.main import Arrangement, Options, arrange_variants
from arranger.arranging.part_proposer import SeatedProposer, seats_of
from arranger.arranging.search.beam import Search
from arranger.arranging.search.exact import optimum, pairwise
from arranger.arranging.search.proposer import Silent
from arranger.editing.grounds import grounds_of_arrangement
from arranger.editing.why import reason_of
from arranger.formats.reading import read_score
from arranger.formats.writing import write_score
from theory.notation.instruments import instrument
from theory.rules.profile import load_profile
from theory.slices.windows import ranges_of

TUNE = '"C" E2 G2 | "F" A2 c2 | "G7" d2 B2 | "C" c4 | "Am" c2 A2 | "Dm" F2 A2 | "G" G2 G2 | "C" E4 |]'
VOICES = {
    2: ("soprano", "bass"),
    3: ("soprano", "alto", "bass"),
    4: ("soprano", "alto", "tenor", "bass"),
    5: ("soprano", "soprano", "alto", "tenor", "bass"),
    6: ("soprano", "soprano", "alto", "tenor", "bass", "bass"),
}


@pytest.fixture(scope="module")
def choirs(tmp_path_factory):
    """The file of a choir for each number of voices."""
    folder, found = tmp_path_factory.mktemp("choirs"), {}
    for count, voices in VOICES.items():
        roles = ["melody", *["inner"] * (count - 2), "bass"]
        parts = (
            f'[[parts]]\nname = "{voice.capitalize()} {number}"\ninstrument = "{voice}"\nrole = "{role}"\n'
            for number, (voice, role) in enumerate(zip(voices, roles, strict=True), 1)
        )
        found[count] = folder / f"choir{count}.toml"
        found[count].write_text(f'title = "Choir of {count}"\nfamily = "choir"\n' + "".join(parts), encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def arranged(choirs, lead_sheet):
    """A function that arranges the tune for a number of voices by rules alone, once."""
    made: dict[int, Arrangement] = {}

    def arrange(count: int) -> Arrangement:
        if count not in made:
            options = Options(ensemble=str(choirs[count]), style="hymn", key="keep", beam=4, model=None)
            made[count] = next(arrange_variants(lead_sheet(TUNE), options))
        return made[count]

    return arrange


@pytest.mark.parametrize("count", VOICES)
def test_the_terms_of_the_search_sum_to_its_cost(arranged, count: int) -> None:
    arrangement = arranged(count)
    assert sum(term.cost for term in arrangement.terms) == pytest.approx(arrangement.hypothesis.cost, abs=1e-2)


@pytest.mark.parametrize("count", VOICES)
def test_what_is_ruled_out_does_not_occur(arranged, count: int) -> None:
    arrangement = arranged(count)
    profile = load_profile(arrangement.plan.style.profile)
    assert [finding.message for finding in arrangement.report().findings if profile.of(finding.code).forbid] == []


@pytest.mark.parametrize("count", VOICES)
def test_every_voice_keeps_its_range_and_its_place(arranged, count: int) -> None:
    plan, midi = arranged(count).plan, arranged(count).hypothesis.midi
    assert midi.shape[1] == count
    free = list(plan.free)
    assert (midi[:, free] >= plan.ranges.lowest[free]).all()
    assert (midi[:, free] <= plan.ranges.highest[free]).all()
    assert (np.diff(midi, axis=1) <= 0).all()


@pytest.mark.parametrize("count", [3, 4, 5, 6])
def test_the_chords_have_their_thirds(arranged, count: int) -> None:
    plan, midi = arranged(count).plan, arranged(count).hypothesis.midi
    begins = np.flatnonzero(plan.texture.chord_onset)
    assert all((plan.context.role[t][midi[t] % 12] == 2).any() for t in begins)


@pytest.mark.parametrize("layout", ["open", "closed"])
@pytest.mark.parametrize("count", VOICES)
def test_a_score_is_read_as_it_was_written(arranged, tmp_path, count: int, layout: str) -> None:
    score, path = arranged(count).score, tmp_path / "out.musicxml"
    write_score(score, path, layout=layout)
    lines = [[(note.onset_quarter, note.pitch) for note in part.notes if note.pitch] for part in score.parts]
    read = read_score(path)
    assert [[(note.onset_quarter, note.pitch) for note in part.notes if note.pitch] for part in read.parts] == lines


@pytest.mark.parametrize("count", [2, 3])
def test_the_beam_finds_the_optimum_where_it_covers_all_states(choirs, lead_sheet, count: int) -> None:
    options = Options(ensemble=str(choirs[count]), style="hymn", key="keep", beam=2, model=None)
    plan = next(arrange_variants(lead_sheet('"C" E2 G2 | "G7" F2 D2 | "C" E4 |]'), options)).plan
    search = next(arrange_variants(lead_sheet('"C" E2 G2 | "G7" F2 D2 | "C" E4 |]'), options)).search
    objective = pairwise(search.objective)
    wide = Search(plan, objective, Silent(), width=20_000, kept=20_000)
    assert wide.run()[0].cost == pytest.approx(optimum(plan, objective).cost, abs=2e-3)


@pytest.mark.parametrize("count", VOICES)
def test_every_note_has_its_reason(arranged, count: int) -> None:
    grounds = grounds_of_arrangement(arranged(count))
    for line in grounds.lines[1:]:
        reason = reason_of(grounds, line[2])
        assert reason.text.startswith(f"Bar {reason.bar}, beat ")
        assert reason.candidates


@pytest.mark.parametrize(
    ("names", "seats"),
    [
        (("soprano", "alto", "bass"), (0, 1, -1, 2)),
        (("soprano", "alto", "baritone"), (0, 1, -1, 2)),
        (("soprano", "tenor", "bass"), (0, -1, 1, 2)),
        (("soprano", "alto", "tenor"), (0, 1, 2, -1)),
        (("alto", "tenor", "bass"), (-1, 0, 1, 2)),
    ],
)
def test_three_parts_sit_where_they_sing(names: tuple[str, ...], seats: tuple[int, ...]) -> None:
    assert seats_of(ranges_of([instrument(name) for name in names])) == seats


def test_the_model_helps_three_parts_and_lets_the_fourth_rest(choirs, lead_sheet) -> None:
    options = Options(ensemble=str(choirs[3]), style="hymn", key="keep", beam=4)
    arrangement = next(arrange_variants(lead_sheet(TUNE), options))
    assert isinstance(arrangement.search.proposer, SeatedProposer)
    assert arrangement.search.model_weight > 0
    assert any(term.source == "model" for term in arrangement.terms)
    assert sum(term.cost for term in arrangement.terms) == pytest.approx(arrangement.hypothesis.cost, abs=1e-2)
    assert not [notice for notice in arrangement.notices if "rules alone" in notice.message]
