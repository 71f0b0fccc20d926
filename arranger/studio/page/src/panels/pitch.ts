const PITCH = /\b[A-G](#{1,2}|b{1,2})?(?=-?\d)/g;

/** A pitch as it is read: F♯4 for F#4. */
export function pitchText(pitch: string): string {
  return pitch.replace("##", "𝄪").replace("#", "♯").replace(/(?<=[A-G])bb/, "𝄫").replace(/(?<=[A-G])b/, "♭");
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A text with its pitches as they are read; F#4-G4 stays on one line. */
export function pitchesIn(text: string): string {
  return text.replace(PITCH, pitchText).replace(/(\d)-(?=[A-G])/g, "$1\u2060–\u2060");
}
