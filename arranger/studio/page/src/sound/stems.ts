// The sound of each voice, rendered by the server at a tempo and decoded once, and when its notes are heard.
import { server } from "../api/client";
import type { Moment, What } from "../api/types";

export interface Sound {
  readonly voice: number;
  readonly buffer: AudioBuffer;
}

export interface Rendering {
  readonly sounds: readonly Sound[];
  readonly moments: readonly Moment[]; // in seconds at the tempo of the score
}

export interface Wanted {
  readonly id: string;
  readonly what: What;
  readonly rate: number; // 1: the tempo of the score
  readonly revision: number;
}

const KEPT = 6; // renderings that are kept: tempos, alternatives
const renderings = new Map<string, Promise<Rendering>>();

async function decode(context: AudioContext, url: string): Promise<AudioBuffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return context.decodeAudioData(await answer.arrayBuffer());
}

async function render(context: AudioContext, { id, what, rate }: Wanted): Promise<Rendering> {
  const { voices, notes } = await server.stems(id, what, rate);
  const sounds = await Promise.all(voices.map(async ({ voice, url }) => ({ voice, buffer: await decode(context, url) })));
  return { sounds, moments: notes.map((moment) => ({ ...moment, seconds: moment.seconds * rate })) };
}

export function renderingOf(context: AudioContext, wanted: Wanted): Promise<Rendering> {
  const key = JSON.stringify(wanted);
  const known = renderings.get(key);
  if (known) return known;
  const coming = render(context, wanted);
  renderings.set(key, coming);
  coming.catch(() => renderings.delete(key));
  for (const old of [...renderings.keys()].slice(0, -KEPT)) renderings.delete(old);
  return coming;
}
