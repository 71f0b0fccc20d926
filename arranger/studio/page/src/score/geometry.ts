// Where the notes and bars of an engraved page are, in pixels from the page's upper left corner.
import type { Onset } from "../api/onset";
import { parseNoteId } from "./ids";
import type { NoteRef } from "../state/store";

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface NoteBox extends NoteRef {
  readonly x: number; // the middle of the note head
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly element: SVGGElement;
}

export interface BarBox extends Box {
  readonly index: number;
}

export interface Geometry {
  readonly notes: readonly NoteBox[];
  readonly byId: ReadonlyMap<string, NoteBox>;
  readonly bars: readonly BarBox[];
  readonly stepHeight: number; // half the distance of two staff lines
}

const EMPTY: Geometry = { notes: [], byId: new Map(), bars: [], stepHeight: 4 };

function within(element: Element, origin: DOMRect): Box {
  const box = element.getBoundingClientRect();
  return { left: box.left - origin.left, top: box.top - origin.top, width: box.width, height: box.height };
}

function stepHeight(svg: SVGSVGElement): number {
  const lines = svg.querySelectorAll(".staff > path");
  const [first, second] = [lines[0], lines[1]];
  if (!first || !second) return EMPTY.stepHeight;
  const gap = Math.abs(second.getBoundingClientRect().top - first.getBoundingClientRect().top);
  return gap > 1 ? gap / 2 : EMPTY.stepHeight;
}

function staffBox(measure: Element, origin: DOMRect): Box {
  const boxes = [...measure.querySelectorAll(":scope > .staff > path")].map((line) => within(line, origin));
  if (!boxes.length) return within(measure, origin);
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.left + box.width));
  const bottom = Math.max(...boxes.map((box) => box.top + box.height));
  return { left, top, width: right - left, height: bottom - top };
}

/** Measure a page once, when it has been drawn. `barAt` tells the bar of a moment. */
export function measurePage(svg: SVGSVGElement, barAt: (onset_quarter: Onset) => number): Geometry {
  const origin = svg.getBoundingClientRect();
  const notes: NoteBox[] = [];
  for (const element of svg.querySelectorAll<SVGGElement>("g.note")) {
    const place = parseNoteId(element.id);
    const head = element.querySelector(".notehead") ?? element;
    if (!place) continue;
    const { left, top, width, height } = within(head, origin);
    notes.push({ ...place, x: left + width / 2, y: top + height / 2, width, height, element });
  }
  let last = -1;
  const bars = [...svg.querySelectorAll("g.measure")].map((measure): BarBox => {
    const named = /^m-(\d+)$/.exec(measure.id);
    const note = [...measure.querySelectorAll("g.note")].map((each) => parseNoteId(each.id)).find((each) => each);
    last = named ? Number(named[1]) : note ? barAt(note.onset_quarter) : last + 1;
    return { index: last, ...staffBox(measure, origin) };
  });
  return { notes, byId: new Map(notes.map((note) => [note.id, note])), bars, stepHeight: stepHeight(svg) };
}

/** The note whose head is nearest to a point, if it is near: the middle of a half note is a hole, and fingers are wide. */
export function nearestNote(geometry: Geometry, x: number, y: number, reach: number): NoteBox | null {
  let best: NoteBox | null = null;
  let least = reach;
  for (const note of geometry.notes) {
    const distance = Math.hypot(Math.max(0, Math.abs(x - note.x) - note.width / 2), Math.max(0, Math.abs(y - note.y) - note.height / 2));
    const finer = distance + 0.01 * Math.hypot(x - note.x, y - note.y); // two heads that touch: the nearer middle
    if (finer < least) [best, least] = [note, finer];
  }
  return best;
}

/** The bar at a point: within it, or else the nearest in height and then in width. */
export function barAtPoint(geometry: Geometry, x: number, y: number): BarBox | null {
  let best: BarBox | null = null;
  let least = Infinity;
  for (const bar of geometry.bars) {
    const dy = Math.max(bar.top - y, 0, y - bar.top - bar.height);
    const dx = Math.max(bar.left - x, 0, x - bar.left - bar.width);
    if (dy * 3 + dx < least) [best, least] = [bar, dy * 3 + dx];
  }
  return best;
}

/** The moment of a bar that is nearest to a point: that of the note column there. */
export function onsetAtPoint(geometry: Geometry, bar: BarBox, x: number): Onset | null {
  const inside = geometry.notes.filter((note) => note.x >= bar.left - 2 && note.x <= bar.left + bar.width + 2 && note.y > bar.top - 80 && note.y < bar.top + bar.height + 80);
  let best: NoteBox | null = null;
  for (const note of inside) if (!best || Math.abs(note.x - x) < Math.abs(best.x - x)) best = note;
  return best?.onset_quarter ?? null;
}
