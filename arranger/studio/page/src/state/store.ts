// The state of the page: the project as the server last told it, and what the reader has selected.
import { batch, computed, signal } from "@preact/signals";
import { quarters, sameOnset, type Onset } from "../api/onset";
import type { Change, Checked, Choices, Finding, Moment, Note, Project, ProjectLine, Setting, What, Why } from "../api/types";
import { named, t } from "../strings";

export type View = "start" | "score" | "check";
export type Panel = "setting" | "findings" | "note";
export type JobKind = "arrange" | "again" | "repair";

export interface Job {
  readonly kind: JobKind;
  readonly id: string;
  readonly share: number;
  readonly phase: string;
  readonly sketch: number; // grows with each sketch of the score; 0 before the first
  readonly found: number; // versions that can be heard already
}

export interface NoteRef {
  readonly id: string;
  readonly voice: number;
  readonly onset_quarter: Onset;
}

export const view = signal<View>("start");
export const choices = signal<Choices | null>(null);
export const recent = signal<readonly ProjectLine[]>([]);
export const project = signal<Project | null>(null);
export const what = signal<What>("arrangement");
export const setting = signal<Setting>({});
export const panel = signal<Panel>("setting");
export const sheetOpen = signal(false); // on a phone: is the inspector open?
export const timemap = signal<readonly Moment[]>([]);
export const notes = signal<readonly Note[]>([]);
export const noteById = computed(() => new Map(notes.value.map((note) => [note.id, note])));

export const selected = signal<NoteRef | null>(null);
export const bars = signal<readonly [number, number] | null>(null);
export const voices = signal<ReadonlySet<number>>(new Set());
export const why = signal<Why | null>(null);
export const finding = signal<Finding | null>(null);

export const job = signal<Job | null>(null);
export const diff = signal<readonly Change[] | null>(null);

const versions = computed(() => (project.value?.variants.length ? `${project.value.id} ${JSON.stringify(project.value.origin)}` : ""));
const laidAside = signal("");
export const hasVersions = computed(() => versions.value !== "");
export const comparing = computed(() => hasVersions.value && versions.value !== laidAside.value);

/** Lay the versions aside: the project keeps them, to be compared later. */
export function layAside(): void {
  laidAside.value = versions.value;
}

export function compareAgain(): void {
  laidAside.value = "";
}
export const checked = signal<Checked | null>(null);

export const toast = signal<{ readonly text: string; readonly kind: "plain" | "error" } | null>(null);
export const offline = signal(false);
export const saving = signal(false);
export const announcement = signal("");
export const helpOpen = signal(false);

export const editable = computed(() => !!project.value?.arrangement && what.value === "arrangement");

let toastTimer = 0;
export function say(text: string, kind: "plain" | "error" = "plain"): void {
  window.clearTimeout(toastTimer);
  toast.value = { text, kind };
  toastTimer = window.setTimeout(() => (toast.value = null), kind === "error" ? 9000 : 4000);
}

/** The voices that are made again unless the reader says otherwise: all but the tune. */
export function usualVoices({ parts, tune = [] }: Project): ReadonlySet<number> {
  const others = parts.map((part) => part.voice).filter((voice) => !tune.includes(voice));
  return new Set(others.length ? others : parts.map((part) => part.voice));
}

/** Take what the server says as the project's state. */
export function adopt(next: Project): void {
  batch(() => {
    const before = project.value;
    project.value = next;
    const now: What = next.arrangement ? "arrangement" : "sheet";
    if (before?.id !== next.id) {
      setting.value = next.choices;
      what.value = now;
      selected.value = bars.value = why.value = finding.value = diff.value = null;
      voices.value = usualVoices(next);
    } else if (before.arrangement !== next.arrangement || before.parts.length !== next.parts.length) {
      what.value = now;
      selected.value = why.value = bars.value = null;
      voices.value = usualVoices(next);
    }
  });
}

export function barAt(onset_quarter: Onset): number {
  const all = project.value?.bars ?? [];
  const moment = quarters(onset_quarter) + 1e-6;
  let index = 0;
  for (const bar of all) if (quarters(bar.onset_quarter) <= moment) index = bar.index;
  return index;
}

export function barNumber(index: number): string {
  return project.value?.bars[index]?.number ?? String(index + 1);
}

export function partName(voice: number): string {
  const name = project.value?.parts.find((part) => part.voice === voice)?.name;
  return name ? named("part", name) : t("voice", { n: voice + 1 });
}

export function isPinned(note: { voice: number; onset_quarter: Onset }): boolean {
  return !!project.value?.pins.some(
    (pin) => pin.voice === note.voice && sameOnset(pin.onset_quarter, note.onset_quarter),
  );
}
