/** A pitch as it is read: F♯4 for F#4. */
export function pitchText(pitch: string): string {
  return pitch.replace(/##/, "𝄪").replaceAll("#", "♯").replace(/^([A-Ga-g])b/, "$1♭").replace(/♭b/, "♭♭");
}
