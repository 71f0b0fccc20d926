// The count-in: one bar of clicks, the first one higher.
import { quarters } from "../api/onset";
import { barAt, project, timemap } from "../state/store";
import { momentAt, secondsPerQuarter } from "./clock";

/** Sound one bar of beats from now on; returns how long it lasts in seconds. */
export function countIn(context: AudioContext, from: number, rate: number): number {
  const onset = timemap.value[Math.max(0, momentAt(from))]?.onset_quarter ?? "0";
  const bar = project.value?.bars[barAt(onset)];
  const beats = bar?.beats ?? 4;
  const beat = ((4 / (bar?.beat_type ?? 4)) * secondsPerQuarter(from)) / rate;
  const missing = bar?.length_quarter ? (beats * 4) / (bar.beat_type ?? 4) - quarters(bar.length_quarter) : 0;
  const before = missing > 0 ? (missing / 4) * (bar?.beat_type ?? 4) : beats; // a pickup: only the beats before it
  const clicks = missing > 0 ? beats + before : beats;
  for (let index = 0; index < clicks; index += 1) click(context, context.currentTime + 0.08 + index * beat, index % beats === 0);
  return clicks * beat;
}

function click(context: AudioContext, at: number, strong: boolean): void {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = strong ? 1568 : 1047;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(strong ? 0.5 : 0.3, at + 0.002);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.06);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.07);
}
