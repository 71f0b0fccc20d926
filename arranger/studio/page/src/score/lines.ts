// The notes of each voice in the order of the music, for the keys.
import { computed } from "@preact/signals";
import { quarters, type Onset } from "../api/onset";
import type { Note } from "../api/types";
import { noteById, notes } from "../state/store";

const lines = computed(() => {
  const found = new Map<number, Note[]>();
  for (const note of notes.value) found.set(note.voice, [...(found.get(note.voice) ?? []), note]);
  for (const line of found.values()) line.sort((one, other) => quarters(one.onset_quarter) - quarters(other.onset_quarter));
  return found;
});

/** The note of a voice that sounds at a moment, or else its first. */
export function noteAt(voice: number, onset: Onset): Note | null {
  const line = lines.value.get(voice) ?? [];
  const moment = quarters(onset) + 1e-6;
  return line.filter((note) => quarters(note.onset_quarter) <= moment).at(-1) ?? line[0] ?? null;
}

/** The note before (-1) or after (1) a note in its voice. */
export function neighbour(id: string, direction: 1 | -1): Note | null {
  const note = noteById.value.get(id);
  const line = note ? (lines.value.get(note.voice) ?? []) : [];
  const at = line.findIndex((each) => each.id === id);
  return at < 0 ? null : (line[at + direction] ?? null);
}
