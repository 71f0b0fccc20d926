// Scrolling to a note, also to one on a page that has not been drawn yet.
import { barAt } from "../state/store";
import { parseNoteId } from "./ids";
import { findNote, pageOfBar } from "./pages";

export function scroller(): HTMLElement | null {
  return document.getElementById("stage");
}

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

interface Manner {
  readonly gently?: boolean; // only if the note is out of sight
}

export function bringIntoView(id: string, { gently = false }: Manner = {}): void {
  const stage = scroller();
  if (!stage) return;
  const found = findNote(id);
  if (!found) {
    void scrollToPageOf(id);
    return;
  }
  const top = found.page.element.getBoundingClientRect().top + found.note.y;
  const view = stage.getBoundingClientRect();
  const margin = Math.min(140, view.height / 5);
  if (gently && top > view.top + margin && top < view.bottom - margin) return;
  stage.scrollBy({ top: top - view.top - view.height / 2.6, behavior: calm.matches ? "auto" : "smooth" });
}

async function scrollToPageOf(id: string): Promise<void> {
  const note = parseNoteId(id);
  if (!note) return;
  const number = pageOfBar(barAt(note.onset_quarter));
  document.querySelector(`.surface [data-page="${number}"]`)?.scrollIntoView({ block: "start" });
  for (let tries = 0; tries < 30; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100)); // the page is drawn in a moment
    if (!findNote(id)) continue;
    bringIntoView(id, { gently: true });
    return;
  }
}
