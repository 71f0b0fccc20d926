// The pointer on the score. On a note: select it, and drag it up or down. Beside the notes: a click sets where the
// music plays from, a drag across bars selects them.
import { barAt, bars, editable, project, selected } from "../state/store";
import { clearSelection, edit, select, selectBars } from "../state/work";
import { player } from "../sound/player";
import { barAtPoint, nearestNote, onsetAtPoint, type Geometry, type NoteBox } from "./geometry";
import { drawnAt } from "./pages";

const REACH = { mouse: 13, touch: 24 };
const STILL = 5; // pixels that a click may move

interface Point {
  readonly geometry: Geometry;
  readonly x: number;
  readonly y: number;
}

function locate(event: PointerEvent): Point | null {
  const page = drawnAt(event.clientX, event.clientY);
  if (!page) return null;
  const box = page.element.getBoundingClientRect();
  return { geometry: page.geometry, x: event.clientX - box.left, y: event.clientY - box.top };
}

export function hold(event: PointerEvent): void {
  const point = locate(event);
  if (!point || event.button !== 0) return;
  const touch = event.pointerType === "touch";
  const note = nearestNote(point.geometry, point.x, point.y, touch ? REACH.touch : REACH.mouse);
  const surface = event.currentTarget as HTMLElement;
  surface.focus({ preventScroll: true });
  if (note) {
    if (event.shiftKey) extendTo(barAt(note.onset_quarter));
    else holdNote(event, note, point.geometry.stepHeight, touch);
  } else {
    holdBars(event, point, touch);
  }
}

/** Follow the pointer until it is let go; `end` is told whether it was a click. */
function track(start: PointerEvent, move: (event: PointerEvent) => void, end: (clicked: boolean) => void): void {
  let moved = false;
  const listening = new AbortController();
  const { signal } = listening;
  const stop = (clicked: boolean) => {
    listening.abort();
    end(clicked);
  };
  const onMove = (event: PointerEvent) => {
    moved ||= Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > STILL;
    if (moved) move(event);
  };
  window.addEventListener("pointermove", onMove, { signal });
  window.addEventListener("pointerup", () => stop(!moved), { signal });
  window.addEventListener("pointercancel", () => listening.abort(), { signal });
}

function holdNote(start: PointerEvent, note: NoteBox, stepHeight: number, touch: boolean): void {
  let steps = 0;
  const { element } = note;
  const show = () => {
    const unit = element.getScreenCTM()?.d ?? 1;
    if (steps) element.setAttribute("transform", `translate(0 ${(-steps * stepHeight) / unit})`);
    else element.removeAttribute("transform");
  };
  if (!touch) start.preventDefault();
  track(
    start,
    (event) => {
      if (touch || !editable.value) return; // a finger that moves scrolls
      if (selected.value?.id !== note.id) select(plain(note));
      steps = Math.round((start.clientY - event.clientY) / stepHeight);
      element.classList.add("dragged");
      show();
    },
    (clicked) => {
      element.classList.remove("dragged");
      if (clicked) select(plain(note));
      else if (steps) void drop(note, steps);
    },
  );
}

/** Change the note that was dragged; if the server refuses, it goes back to its place. */
async function drop(note: NoteBox, steps: number): Promise<void> {
  const before = project.value?.revision;
  await edit(plain(note), { steps });
  if (project.value?.revision === before) note.element.removeAttribute("transform");
}

function plain({ id, voice, onset_quarter }: NoteBox) {
  return { id, voice, onset_quarter };
}

function holdBars(start: PointerEvent, from: Point, touch: boolean): void {
  const first = barAtPoint(from.geometry, from.x, from.y);
  if (!first) return;
  if (start.shiftKey) {
    extendTo(first.index);
    return;
  }
  track(
    start,
    (event) => {
      if (touch) return;
      const to = locate(event);
      const bar = to && barAtPoint(to.geometry, to.x, to.y);
      if (bar) selectBars(first.index, bar.index);
    },
    (clicked) => {
      if (!clicked) return;
      const onset = onsetAtPoint(from.geometry, first, from.x);
      if (onset !== null) void player.seekTo(onset);
      if (bars.value || selected.value) clearSelection();
    },
  );
}

function extendTo(index: number): void {
  const anchor = bars.value ? bars.value[0] : selected.value ? barAt(selected.value.onset_quarter) : index;
  selectBars(anchor, index);
}
