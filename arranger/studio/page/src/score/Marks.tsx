// What lies over the notes: findings, pins, the selection, and what has just changed.
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { quarters } from "../api/onset";
import type { Severity } from "../api/types";
import { bars, diff, finding, project, selected, what } from "../state/store";
import { marked } from "../state/versions";
import type { Geometry, NoteBox } from "./geometry";

const RANK: Record<Severity, number> = { info: 0, warning: 1, error: 2 };

/** Of all findings on a note, the gravest: a note has one colour. */
const severities = computed(() => {
  const worst = new Map<string, Severity>();
  if (what.value !== "arrangement") return worst;
  for (const { severity, note_ids } of project.value?.findings ?? []) {
    for (const id of note_ids) {
      const before = worst.get(id);
      if (!before || RANK[severity] > RANK[before]) worst.set(id, severity);
    }
  }
  return worst;
});

const pinned = computed(() => new Set((project.value?.pins ?? []).map((pin) => `${pin.voice} ${quarters(pin.onset_quarter).toFixed(4)}`)));

function ring(note: NoteBox, by: number) {
  const size = Math.max(note.width, note.height) + 2 * by;
  return { left: `${note.x - size / 2}px`, top: `${note.y - size / 2}px`, width: `${size}px`, height: `${size}px` };
}

export function Marks({ geometry }: { readonly geometry: Geometry }) {
  const range = bars.value;
  const chosen = selected.value;
  const changed = marked.value ?? new Set(diff.value?.flatMap((change) => change.note_ids ?? []) ?? []);
  const pointed = new Set(finding.value?.note_ids ?? []);
  const found = useMemo(() => geometry.notes.filter((note) => severities.value.has(note.id)), [geometry, severities.value]);
  const pins = useMemo(
    () => geometry.notes.filter((note) => pinned.value.has(`${note.voice} ${quarters(note.onset_quarter).toFixed(4)}`)),
    [geometry, pinned.value],
  );
  return (
    <div class="marks" aria-hidden="true">
      {range &&
        geometry.bars
          .filter((bar) => bar.index >= range[0] && bar.index <= range[1])
          .map((bar) => (
            <div
              class="mark-bar"
              style={{ left: `${bar.left}px`, top: `${bar.top - 14}px`, width: `${bar.width}px`, height: `${bar.height + 28}px` }}
            />
          ))}
      {found.map((note) => (
        <div
          class={`mark-finding ${severities.value.get(note.id)}${pointed.has(note.id) ? " pointed" : ""}`}
          data-note={note.id}
          style={ring(note, pointed.has(note.id) ? 7 : 4)}
        />
      ))}
      {geometry.notes
        .filter((note) => changed.has(note.id))
        .map((note) => (
          <div class="mark-changed" style={ring(note, 6)} />
        ))}
      {pins.map((note) => (
        <svg class="mark-pin" viewBox="0 0 10 14" style={{ left: `${note.x - 5}px`, top: `${note.y - note.height / 2 - 15}px` }}>
          <circle cx="5" cy="4" r="3.4" />
          <path d="M5 7v6" />
        </svg>
      ))}
      {chosen && geometry.byId.has(chosen.id) && (
        <div class="mark-selected" data-note={chosen.id} style={ring(geometry.byId.get(chosen.id) as NoteBox, 5)} />
      )}
    </div>
  );
}
