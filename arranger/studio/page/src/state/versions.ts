// Versions side by side: which notes of each differ from the score as it is.
import { computed, effect, signal } from "@preact/signals";
import { server } from "../api/client";
import type { Note } from "../api/types";
import { project, what } from "./store";
import { report } from "./work";

const differing = signal<ReadonlyMap<number, ReadonlySet<string>>>(new Map());

/** The ids of the notes in which a version differs from the score. */
export function differenceOf(index: number): ReadonlySet<string> | null {
  return differing.value.get(index) ?? null;
}

/** The notes to be marked: those in which the version that is shown differs. */
export const marked = computed(() => {
  const [, index] = /^variant-(\d+)$/.exec(what.value) ?? [];
  return index === undefined ? null : differenceOf(Number(index));
});

function difference(before: ReadonlyMap<string, Note>, notes: readonly Note[]): ReadonlySet<string> {
  const other = (note: Note) => before.get(note.id)?.pitch !== note.pitch || before.get(note.id)?.duration_quarter !== note.duration_quarter;
  return new Set(notes.filter(other).map((note) => note.id));
}

async function compare(id: string, indices: readonly number[]): Promise<void> {
  const before = new Map((await server.notes(id, "arrangement")).map((note) => [note.id, note]));
  for (const index of indices) {
    const notes = await server.notes(id, `variant-${index}`);
    if (project.value?.id !== id) return;
    differing.value = new Map(differing.value).set(index, difference(before, notes));
  }
}

let compared = "";
effect(() => {
  const now = project.value;
  const key = now?.variants.length && now.origin?.made_by === "again" ? `${now.id} ${now.revision}` : "";
  if (key === compared) return;
  compared = key;
  differing.value = new Map();
  if (now && key) compare(now.id, now.variants.map((variant) => variant.index)).catch(report);
});
