// What the reader does with a project. Each function is one action, and one step of undo.
import { batch } from "@preact/signals";
import { follow, server, ServerError } from "../api/client";
import type { Alternative, Project, What } from "../api/types";
import { stepsToLetter } from "../score/letters";
import { count, t } from "../strings";
import {
  adopt,
  announcement,
  barAt,
  barNumber,
  bars,
  compareAgain,
  diff,
  editable,
  isPinned,
  job,
  noteById,
  notes,
  offline,
  panel,
  partName,
  project,
  recent,
  saving,
  say,
  selected,
  setting,
  sheetOpen,
  timemap,
  toast,
  usualVoices,
  view,
  voices,
  what,
  why,
  type Job,
  type JobKind,
  type NoteRef,
} from "./store";

/** Say in one line what went wrong; a server that does not answer is asked again until it does. */
export function report(error: unknown): void {
  if (error instanceof DOMException && error.name === "AbortError") return;
  if (error instanceof ServerError && error.status === 0) void waitForServer();
  else say(error instanceof Error ? error.message : String(error), "error");
}

async function waitForServer(): Promise<void> {
  if (offline.value) return;
  offline.value = true;
  toast.value = null;
  while (offline.value) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    try {
      const id = project.value?.id;
      const found = id ? await server.project(id) : null;
      if (!id) await server.choices();
      offline.value = false;
      job.value = null;
      if (found) adopt(found);
    } catch (error) {
      if (error instanceof ServerError && error.status > 0) offline.value = false;
    }
  }
}

// Actions run one after another, so that quick key presses arrive in their order.
let queue: Promise<void> = Promise.resolve();
function inTurn(action: () => Promise<void>): Promise<void> {
  saving.value = true;
  const mine = (queue = queue.then(action).catch(report));
  void mine.then(() => mine === queue && (saving.value = false));
  return mine;
}

export function openProject(next: Project): void {
  adopt(next);
  view.value = "score";
  listenAgain(next);
  panel.value = next.arrangement && !next.choices.ensemble ? "findings" : "setting";
  const hash = `#/p/${next.id}`;
  if (location.hash !== hash) history.pushState(null, "", hash);
}

export async function open(load: () => Promise<Project>): Promise<void> {
  try {
    openProject(await load());
  } catch (error) {
    report(error);
  }
}

export async function refreshRecent(): Promise<void> {
  try {
    recent.value = await server.projects();
  } catch (error) {
    report(error);
  }
}

// The notes and their times follow the project. What the eye waits for, the page and the verdict, goes first.
const MUSIC_DELAY = 250; // milliseconds
let musicKey = "";
let music: Promise<void> = Promise.resolve();
let musicTimer = 0;

export function musicChanged(): void {
  window.clearTimeout(musicTimer);
  musicTimer = window.setTimeout(freshMusic, notes.value.length ? MUSIC_DELAY : 0);
}

/** Wait until the notes are those of the project as it is now. */
export function freshMusic(): Promise<void> {
  const now = project.value;
  const key = now ? `${now.id} ${now.revision} ${what.value}` : "";
  if (now && key !== musicKey) {
    musicKey = key;
    music = loadMusic(now.id, key);
  }
  return music;
}

async function loadMusic(id: string, key: string): Promise<void> {
  try {
    const coming = server.timemap(id, what.value).then((moments) => {
      if (key === musicKey) timemap.value = moments; // else overtaken by a later change
    });
    const line = await server.notes(id, what.value);
    if (key === musicKey) notes.value = line.filter((note) => note.pitch);
    await coming;
  } catch (error) {
    if (key === musicKey) musicKey = "";
    report(error);
  }
}

let stopListening: (() => void) | null = null;

async function run(kind: JobKind, start: () => Promise<{ job: string }>): Promise<void> {
  if (job.value) return;
  try {
    listen(kind, (await start()).job);
  } catch (error) {
    report(error);
  }
}

function listen(kind: JobKind, id: string): void {
  job.value = { kind, id, share: 0, phase: "", sketch: 0, found: 0 };
  sheetOpen.value = false; // on a phone the score is what one waits for
  stopListening = follow(id, {
    progress: (share, phase) => goesOn(id, { share, phase }),
    sketch: (sketch) => goesOn(id, { sketch }),
    variant: (index) => void showFound(id, index + 1),
    done(result) {
      batch(() => {
        job.value = null;
        adopt(result);
        if (kind === "repair") repaired(result.repair?.changes ?? []);
        if (kind === "arrange") arranged(result);
      });
    },
    failed(error) {
      job.value = null;
      if (error) say(error, "error");
      else void waitForServer();
    },
    cancelled: () => (job.value = null),
  });
}

function goesOn(id: string, news: Partial<Job>): void {
  if (job.value?.id === id) job.value = { ...job.value, ...news };
}

/** Show a version as soon as it is found, while others are still looked for. */
async function showFound(id: string, found: number): Promise<void> {
  const now = project.value;
  if (!now || job.value?.id !== id) return;
  try {
    const next = await server.project(now.id);
    if (job.value?.id !== id || project.value?.id !== now.id) return;
    adopt(next);
    goesOn(id, { found });
  } catch (error) {
    report(error);
  }
}

/** Listen to the work that still goes on for a project that has just been opened. */
function listenAgain(next: Project): void {
  const going = next.jobs?.find((each) => each.kind === "arrange" || each.kind === "again" || each.kind === "repair");
  if (going && !job.value) listen(going.kind as JobKind, going.id);
}

function arranged(done: Project): void {
  what.value = "arrangement";
  const n = done.findings.length;
  announcement.value = t("arranged", { findings: count("finding", n) });
}

function repaired(changes: typeof diff.value): void {
  diff.value = changes;
  announcement.value = changes?.length ? count("changed", changes.length) : t("repair.nothing");
  if (!changes?.length) say(t("repair.nothing"));
}

export function arrangeNow(): Promise<void> {
  const now = project.value;
  diff.value = null;
  return now ? run("arrange", () => server.arrange(now.id, setting.value)) : Promise.resolve();
}

const TAKING = "Take variant"; // how the server names this step
let seed = 0;
export function again(): Promise<void> {
  const now = project.value;
  const here = selected.value ? barAt(selected.value.onset_quarter) : null;
  const range = bars.value ?? (here === null ? null : ([here, here] as const));
  if (!now || !range || !editable.value) return Promise.resolve();
  if (!bars.value) bars.value = range;
  diff.value = null;
  seed += 1;
  return run("again", () => server.again(now.id, range, wantedVoices(now), seed));
}

/** The selected voices; none where they are the usual ones, so that a tune that wanders from voice to voice stays. */
function wantedVoices(now: Project): number[] {
  const usual = usualVoices(now);
  const same = usual.size === voices.value.size && [...usual].every((voice) => voices.value.has(voice));
  return same ? [] : [...voices.value].sort((one, other) => one - other);
}

export function repair(select: readonly string[] = []): Promise<void> {
  const now = project.value;
  return now && editable.value ? run("repair", () => server.repair(now.id, select)) : Promise.resolve();
}

export async function cancel(): Promise<void> {
  const running = job.value;
  stopListening?.();
  job.value = null;
  if (running) await server.cancel(running.id).catch(report);
}

function apply(action: (id: string) => Promise<Project>, after?: (next: Project) => void): Promise<void> {
  return inTurn(async () => {
    const now = project.value;
    if (!now || job.value) return;
    const next = await action(now.id);
    adopt(next);
    after?.(next);
  });
}

export type PitchChange = { steps: number } | { semitones: number } | { pitch: string };

export function edit(note: NoteRef, change: PitchChange): Promise<void> {
  if (!editable.value) return Promise.resolve();
  diff.value = null;
  const { voice, onset_quarter } = note;
  return apply((id) => server.edit(id, { voice, onset_quarter, ...change }), lookAtSelected);
}

/** Give a note the nearest pitch with a letter's name. */
export function editToLetter(note: NoteRef, letter: string): Promise<void> {
  if (!editable.value) return Promise.resolve();
  return apply(async (id) => {
    await freshMusic();
    const pitch = noteById.value.get(note.id)?.pitch;
    const steps = pitch ? stepsToLetter(pitch, letter) : 0;
    const { voice, onset_quarter } = note;
    return steps ? server.edit(id, { voice, onset_quarter, steps }) : server.project(id);
  }, lookAtSelected);
}

export function togglePin(note: NoteRef): Promise<void> {
  if (!editable.value) return Promise.resolve();
  return apply((id) => server.pin(id, note.voice, note.onset_quarter, !isPinned(note)));
}

export function undo(): Promise<void> {
  diff.value = null;
  if (project.value?.undo_name?.startsWith(TAKING)) compareAgain();
  return apply((id) => server.undo(id), lookAtSelected);
}
export const redo = (): Promise<void> => apply((id) => ((diff.value = null), server.redo(id)), lookAtSelected);
export const take = (variant: number): Promise<void> => apply((id) => server.take(id, variant), lookAtSelected);
export const takeAlternative = (note: NoteRef, other: Alternative): Promise<void> => edit(note, { pitch: other.pitch });

let asking: AbortController | null = null;

/** Ask why the selected note is what it is. */
export async function lookAtSelected(): Promise<void> {
  asking?.abort();
  const [now, note] = [project.value, selected.value];
  if (!now?.arrangement || !note) {
    why.value = null;
    return;
  }
  asking = new AbortController();
  try {
    const answer = await server.why(now.id, note.voice, note.onset_quarter, asking.signal);
    why.value = answer;
    const known = noteById.value.get(note.id);
    const place = known ? t("place", { bar: barNumber(known.bar), beat: known.beat }) : "";
    announcement.value = [partName(note.voice), place, answer.pitch, answer.role].filter(Boolean).join(", ");
  } catch (error) {
    why.value = null;
    if (error instanceof ServerError && error.status >= 400 && error.status < 500) return;
    report(error);
  }
}

export function select(note: NoteRef | null): void {
  batch(() => {
    selected.value = note;
    if (note) bars.value = null;
    if (note && panel.value !== "note") panel.value = "note";
    if (!note) why.value = null;
  });
  if (note) void lookAtSelected();
}

export function selectBars(from: number, to: number): void {
  batch(() => {
    bars.value = [Math.min(from, to), Math.max(from, to)];
    selected.value = null;
  });
  announcement.value = t("selected.bars", { from: barNumber(Math.min(from, to)), to: barNumber(Math.max(from, to)) });
}

export function clearSelection(): void {
  batch(() => {
    selected.value = bars.value = why.value = null;
  });
}

export function show(next: What): void {
  what.value = next;
}
