"""Bars of rest in a part: several in a row are drawn as one, with their number."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

_PLAIN = frozenset({"note", "attributes", "backup", "forward", "sound"})  # what a bar within a long rest may hold
_ATTRIBUTES_KEPT = ("key", "time", "clef", "transpose", "measure-style")


def is_rest(measure: Element) -> bool:
    """Whether nothing is played in a bar."""
    notes = measure.findall("note")
    return bool(notes) and all(note.find("rest") is not None for note in notes)


def long_rests(part: Element) -> list[range]:
    """Return the runs of two bars of rest or more that nothing divides: no mark, change, repeat or double line."""
    measures = part.findall("measure")
    runs: list[range] = []
    for index, measure in enumerate(measures):
        if not is_rest(measure):
            continue
        if runs and runs[-1].stop == index and _goes_on(measure, measures[index - 1]):
            runs[-1] = range(runs[-1].start, index + 1)
        else:
            runs.append(range(index, index + 1))
    return [run for run in runs if len(run) > 1]


def _goes_on(measure: Element, before: Element) -> bool:
    """Whether nothing at the bar line, and nothing in the second bar, divides two bars of rest."""
    changes = any(
        attributes.find(tag) is not None for attributes in measure.findall("attributes") for tag in _ATTRIBUTES_KEPT
    )
    marked = any(child.tag not in _PLAIN and child.tag != "barline" for child in measure)
    left = any(line.get("location") == "left" for line in measure.findall("barline"))
    right = any(line.get("location") != "left" for line in before.findall("barline"))
    return not (changes or marked or left or right)


def join(part: Element, runs: Sequence[range]) -> tuple[int, ...]:
    """Let these runs of rests be drawn as one each, and return how many bars each drawn bar stands for."""
    measures = part.findall("measure")
    for run in runs:
        measure = measures[run.start]
        attributes = measure.find("attributes")
        if attributes is None:
            attributes = Element("attributes")
            measure.insert(0, attributes)
        style = SubElement(attributes, "measure-style")
        SubElement(style, "multiple-rest").text = str(len(run))
    lengths = {run.start: len(run) for run in runs}
    inside = {index for run in runs for index in run if index != run.start}
    return tuple(lengths.get(index, 1) for index in range(len(measures)) if index not in inside)
