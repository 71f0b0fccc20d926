// From moments of the score to seconds and back, by the time map of the server (at the tempo of the score).
import { quarters, type Onset } from "../api/onset";
import { project, timemap } from "../state/store";

const USUAL_TEMPO = 90; // quarters a minute, where nothing tells

/** The index of the moment that sounds at a time; -1 before the first. */
export function momentAt(seconds: number): number {
  const all = timemap.value;
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.seconds ?? 0) <= seconds + 1e-4) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function secondsAt(onset: Onset | number): number {
  const moment = quarters(onset);
  const all = timemap.value;
  const exact = all.find((each) => quarters(each.onset_quarter) >= moment - 1e-6);
  return exact?.seconds ?? endSeconds();
}

/** The end of the last bar, or a little after the last attack where the server does not say. */
export function endSeconds(): number {
  const last = timemap.value.at(-1);
  if (!last) return 0;
  const bar = project.value?.bars.at(-1);
  if (!bar?.length_quarter) return last.seconds + 2;
  const left = quarters(bar.onset_quarter) + quarters(bar.length_quarter) - quarters(last.onset_quarter);
  return last.seconds + Math.max(0, left) * secondsPerQuarter(last.seconds);
}

export function secondsPerQuarter(seconds: number): number {
  const all = timemap.value;
  const at = Math.max(0, Math.min(momentAt(seconds), all.length - 2));
  const [one, other] = [all[at], all[at + 1]];
  if (!one || !other) return 60 / USUAL_TEMPO;
  const length = quarters(other.onset_quarter) - quarters(one.onset_quarter);
  return length > 0 ? (other.seconds - one.seconds) / length : 60 / USUAL_TEMPO;
}

/** Quarters a minute at a time. */
export function tempoAt(seconds: number): number {
  return 60 / secondsPerQuarter(seconds);
}

export interface Span {
  readonly from: number; // seconds
  readonly to: number;
}

/** The seconds of some bars, or of all. */
export function spanOf(range: readonly [number, number] | null): Span {
  const all = project.value?.bars ?? [];
  if (!range) return { from: 0, to: endSeconds() };
  const next = all[range[1] + 1];
  return {
    from: secondsAt(all[range[0]]?.onset_quarter ?? 0),
    to: next ? secondsAt(next.onset_quarter) : endSeconds(),
  };
}
