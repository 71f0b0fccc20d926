// The pages that are drawn at this moment, so that the cursor, the findings and the keys find their notes.
import { signal } from "@preact/signals";
import type { PageShape } from "../api/types";
import type { Geometry, NoteBox } from "./geometry";

export interface DrawnPage {
  readonly number: number;
  readonly element: HTMLElement;
  readonly geometry: Geometry;
}

export interface DrawnNote {
  readonly page: DrawnPage;
  readonly note: NoteBox;
}

const drawn = new Map<number, DrawnPage>();
export const drawing = signal(0); // grows with each page that is drawn
export const shapes = signal<readonly PageShape[]>([]);

export function pageDrawn(page: DrawnPage): void {
  drawn.set(page.number, page);
  drawing.value += 1;
}

export function forgetPage(number: number): void {
  if (drawn.delete(number)) drawing.value += 1;
}

export function findNote(id: string): DrawnNote | null {
  for (const page of drawn.values()) {
    const note = page.geometry.byId.get(id);
    if (note) return { page, note };
  }
  return null;
}

/** The first of some notes that is drawn. */
export function findFirst(ids: readonly string[]): DrawnNote | null {
  for (const id of ids) {
    const found = findNote(id);
    if (found) return found;
  }
  return null;
}

/** The number of the page that has a bar. */
export function pageOfBar(index: number): number {
  return shapes.value.find((shape) => index >= shape.first_bar && index <= shape.last_bar)?.page ?? 1;
}

/** The page under a point of the window. */
export function drawnAt(clientX: number, clientY: number): DrawnPage | null {
  for (const page of drawn.values()) {
    const box = page.element.getBoundingClientRect();
    if (clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom) return page;
  }
  return null;
}
