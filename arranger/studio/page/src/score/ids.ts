// Ids of notes, as the server writes them: n-<voice>-<onset in quarters as a fraction>.
import type { NoteRef } from "../state/store";

const ID = /^n-(\d+)-(-?\d+)-(\d+)/;

export function parseNoteId(id: string): NoteRef | null {
  const match = ID.exec(id);
  if (!match) return null;
  return { id, voice: Number(match[1]), onset_quarter: match[3] === "1" ? String(match[2]) : `${match[2]}/${match[3]}` };
}
