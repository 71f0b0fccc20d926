// Times travel as exact fractions of a quarter note, such as "7/2"; for drawing and comparing a number will do.

export type Onset = string;

export function quarters(onset: Onset | number): number {
  if (typeof onset === "number") return onset;
  const [numerator, denominator] = onset.split("/").map(Number);
  return (numerator ?? 0) / (denominator ?? 1);
}

export function sameOnset(one: Onset | number, other: Onset | number): boolean {
  return Math.abs(quarters(one) - quarters(other)) < 1e-6;
}
