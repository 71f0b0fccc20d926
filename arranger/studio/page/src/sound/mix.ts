// How loud each voice is: a volume, and who is muted or sings alone.
import { signal } from "@preact/signals";

export interface Fader {
  readonly volume: number; // 0..1
  readonly muted: boolean;
  readonly solo: boolean;
}

const PLAIN: Fader = { volume: 0.8, muted: false, solo: false };
export const faders = signal<ReadonlyMap<number, Fader>>(new Map());

export function fader(voice: number): Fader {
  return faders.value.get(voice) ?? PLAIN;
}

export function setFader(voice: number, change: Partial<Fader>): void {
  faders.value = new Map(faders.value).set(voice, { ...fader(voice), ...change });
}

/** The gain that a voice is heard with. */
export function gainOf(voice: number): number {
  const all = [...faders.value.values()];
  const { volume, muted, solo } = fader(voice);
  if (all.some((each) => each.solo)) return solo ? volume : 0;
  return muted ? 0 : volume;
}
