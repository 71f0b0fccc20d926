// The character of a setting, as sliders show it and as the program reads it: "calm=0.5, rich".
import type { Axis } from "../api/types";

/** The value of an axis in a text: -1 is its low word, 1 its high word, 0 neither. */
export function valueOn(axis: Axis, character: string): number {
  for (const term of character.split(",")) {
    const [word, amount = "1"] = term.trim().split("=");
    const size = Number(amount);
    if (!Number.isFinite(size)) continue;
    if (word === axis.low) return -size;
    if (word === axis.high) return size;
  }
  return 0;
}

export function withValue(axes: readonly Axis[], character: string, changed: Axis, value: number): string {
  const terms = axes.map((axis) => {
    const amount = axis.low === changed.low ? value : valueOn(axis, character);
    if (!amount) return "";
    const word = amount < 0 ? axis.low : axis.high;
    return Math.abs(amount) === 1 ? word : `${word}=${Math.abs(amount)}`;
  });
  return terms.filter(Boolean).join(", ");
}
