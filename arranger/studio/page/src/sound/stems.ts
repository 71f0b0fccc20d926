// The sound of each voice, rendered by the server at a tempo, decoded once.
import { server } from "../api/client";
import type { What } from "../api/types";

export interface Sound {
  readonly voice: number;
  readonly buffer: AudioBuffer;
}

const KEPT = 6; // renderings that are kept: tempos, alternatives
const renderings = new Map<string, Promise<readonly Sound[]>>();

async function decode(context: AudioContext, url: string): Promise<AudioBuffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return context.decodeAudioData(await answer.arrayBuffer());
}

async function render(context: AudioContext, id: string, what: What, rate: number) {
  const { voices } = await server.stems(id, what, rate);
  return Promise.all(voices.map(async ({ voice, url }) => ({ voice, buffer: await decode(context, url) })));
}

export interface Rendering {
  readonly id: string;
  readonly what: What;
  readonly rate: number;
  readonly revision: number;
}

export function soundsOf(context: AudioContext, wish: Rendering): Promise<readonly Sound[]> {
  const key = JSON.stringify(wish);
  const known = renderings.get(key);
  if (known) return known;
  const coming = render(context, wish.id, wish.what, wish.rate);
  renderings.set(key, coming);
  coming.catch(() => renderings.delete(key));
  for (const old of [...renderings.keys()].slice(0, -KEPT)) renderings.delete(old);
  return coming;
}
