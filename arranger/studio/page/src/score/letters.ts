// Names of notes as letters on the keyboard.

const LETTERS = "cdefgab";

/** How many steps lead from a pitch to the nearest one with this letter. */
export function stepsToLetter(pitch: string, letter: string): number {
  const from = LETTERS.indexOf(pitch.charAt(0).toLowerCase());
  const up = (LETTERS.indexOf(letter) - from + 7) % 7;
  return up > 3 ? up - 7 : up;
}
