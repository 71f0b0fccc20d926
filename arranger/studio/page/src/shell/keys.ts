// The keys. Those without a modifier work on the score and wherever no field wants them; Help lists them.
import { bringIntoView } from "../score/scrolling";
import { neighbour, noteAt } from "../score/lines";
import { settle } from "../panels/Dock";
import { inOrder, jumpTo } from "../panels/FindingsPanel";
import { fader, setFader } from "../sound/mix";
import { player } from "../sound/player";
import { momentAt, spanOf } from "../sound/clock";
import { preferences } from "../state/preferences";
import { barAt, bars, comparing, finding, helpOpen, project, selected, timemap, view, voices, what, why } from "../state/store";
import { again, clearSelection, edit, editToLetter, redo, repair, select, selectBars, takeAlternative, togglePin, undo } from "../state/work";
import type { Note, What } from "../api/types";

const TYPING = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, dialog";
const OWN_ARROWS = "input[type=range], input[type=radio], [role=tab], select";

export function onKey(event: KeyboardEvent): void {
  const target = event.target as Element;
  if (event.defaultPrevented || target.closest(TYPING)) return;
  const command = event.ctrlKey || event.metaKey;
  if (event.key === "?" && !command) {
    helpOpen.value = true;
    event.preventDefault();
    return;
  }
  if (view.value !== "score" || !project.value) return;
  if (event.key.startsWith("Arrow") && target.closest(OWN_ARROWS)) return;
  if ((event.key === " " || event.key === "Enter") && target.closest("button, a, summary, input")) return;
  const handled = command ? commandKey(event) : event.key.startsWith("Arrow") ? arrowKey(event) : plainKey(event);
  if (handled) event.preventDefault();
}

function commandKey(event: KeyboardEvent): boolean {
  const key = event.key.toLowerCase();
  if (key === "z") void (event.shiftKey ? redo() : undo());
  else if (key === "y") void redo();
  else if (selected.value && (key === "arrowup" || key === "arrowdown")) void edit(selected.value, { steps: key === "arrowup" ? 7 : -7 });
  else return false;
  return true;
}

function arrowKey(event: KeyboardEvent): boolean {
  const vertical = event.key === "ArrowUp" || event.key === "ArrowDown";
  const by = event.key === "ArrowUp" || event.key === "ArrowRight" ? 1 : -1;
  if (vertical) return event.shiftKey ? otherVoice(-by as 1 | -1) : movePitch(by, event.altKey);
  return event.shiftKey ? extend(by) : nextNote(by);
}

function movePitch(by: number, semitones: boolean): boolean {
  if (!selected.value) return false;
  void edit(selected.value, semitones ? { semitones: by } : { steps: by });
  return true;
}

function choose(note: Note | null): boolean {
  if (!note) return false;
  select({ id: note.id, voice: note.voice, onset_quarter: note.onset_quarter });
  return true;
}

function nextNote(by: 1 | -1): boolean {
  const from = selected.value;
  if (from) return choose(neighbour(from.id, by)) || true;
  const moment = timemap.value[Math.max(0, momentAt(player.now()))];
  return choose(noteAt(0, moment?.onset_quarter ?? "0"));
}

function otherVoice(by: 1 | -1): boolean {
  const from = selected.value;
  return !!from && choose(noteAt(from.voice + by, from.onset_quarter));
}

function extend(by: number): boolean {
  const last = (project.value?.bars.length ?? 1) - 1;
  const here = selected.value ? barAt(selected.value.onset_quarter) : 0;
  const [from, to] = bars.value ?? [here, here];
  const next = bars.value ? Math.min(last, Math.max(from, to + by)) : to;
  selectBars(from, next);
  const bar = project.value?.bars[next];
  const id = bar && noteAt(0, bar.onset_quarter)?.id;
  if (id) bringIntoView(id, { gently: true });
  return true;
}

const PLAIN: Record<string, () => void> = {
  " ": () => player.toggle(),
  home: () => player.rewind(),
  end: () => choose(noteAt(selected.value?.voice ?? 0, String(1e6))),
  p: () => selected.value && void togglePin(selected.value),
  n: () => void again(),
  r: () => void repair(),
  l: () => (preferences.loop.value = !preferences.loop.value),
  m: () => voiceOf((voice) => setFader(voice, { muted: !fader(voice).muted })),
  s: () => voiceOf((voice) => setFader(voice, { solo: !fader(voice).solo })),
  "[": () => otherFinding(-1),
  "]": () => otherFinding(1),
  enter: takeShown,
  escape: leave,
};

function plainKey(event: KeyboardEvent): boolean {
  const key = event.key.toLowerCase();
  if (event.altKey) return false;
  if (/^[a-g]$/.test(key) && selected.value) return toLetter(key);
  if (/^[0-9]$/.test(key)) return digit(Number(key));
  const action = PLAIN[key];
  action?.();
  return !!action;
}

function toLetter(letter: string): boolean {
  if (selected.value) void editToLetter(selected.value, letter);
  return true;
}

function digit(n: number): boolean {
  if (comparing.value) return listenTo(n);
  if (bars.value && n > 0) return toggleVoice(n - 1);
  const other = why.value?.alternatives[n - 1];
  if (selected.value && other) void takeAlternative(selected.value, other);
  return !!other;
}

function listenTo(n: number): boolean {
  const variants = project.value?.variants ?? [];
  const index = n === 0 ? null : variants[n - 1]?.index;
  if (index === undefined) return false;
  const shown: What = index === null ? "arrangement" : `variant-${index}`;
  what.value = shown;
  void player.play({ what: shown, span: spanOf(project.value?.origin?.bars ?? null), once: true });
  return true;
}

function toggleVoice(voice: number): boolean {
  if (!project.value?.parts[voice]) return false;
  const next = new Set(voices.value);
  if (!next.delete(voice)) next.add(voice);
  if (next.size) voices.value = next;
  return true;
}

function takeShown(): void {
  const [, index] = /^variant-(\d+)$/.exec(what.value) ?? [];
  if (index === undefined) return;
  void settle(Number(index));
}

function leave(): void {
  if (comparing.value) {
    void settle(null);
  } else {
    finding.value = null;
    clearSelection();
  }
}

function voiceOf(action: (voice: number) => void): void {
  if (selected.value) action(selected.value.voice);
}

function otherFinding(by: number): void {
  const all = inOrder(project.value?.findings ?? []);
  if (!all.length) return;
  const at = finding.value ? all.indexOf(finding.value) : by > 0 ? -1 : 0;
  const next = all[(at + by + all.length) % all.length];
  if (next) jumpTo(next);
}
