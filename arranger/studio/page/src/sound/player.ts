// The player: one source a voice through one gain a voice, started together; passes follow each other in a loop.
import { effect, signal } from "@preact/signals";
import type { Onset } from "../api/onset";
import type { What } from "../api/types";
import { bars, project, timemap, what } from "../state/store";
import { preferences } from "../state/preferences";
import { freshMusic, report } from "../state/work";
import { countIn } from "./click";
import { endSeconds, secondsAt, spanOf, type Span } from "./clock";
import { faders, gainOf } from "./mix";
import { renderingOf, type Sound } from "./stems";

const LEAD = 0.08; // seconds between deciding to play and the first sample
const SOON = 0.3; // seconds before its end that a pass is followed by the next
const LONG = 180; // seconds: above, samples are kept at a lower rate, to save memory
const FASTEST = 1.5;

interface Voices {
  readonly rate: number; // 1: the tempo of the score
  readonly sounds: readonly Sound[];
}

interface Pass extends Span, Voices {
  readonly at: number; // when it starts, by the clock of the audio context
  readonly sources: readonly AudioBufferSourceNode[];
}

export interface Wish {
  readonly what?: What;
  readonly span?: Span;
  readonly once?: boolean; // not in a loop, whatever the preference says
}

class Player {
  readonly playing = signal(false);
  readonly loading = signal(false);
  readonly playingWhat = signal<What | null>(null);
  readonly position = signal(0); // seconds at the tempo of the score; moves when the music stands still
  readonly passRate = signal(1);

  private context: AudioContext | null = null;
  private master: GainNode | null = null;
  private gains = new Map<number, GainNode>();
  private pass: Pass | null = null;
  private upcoming: Pass | null = null;
  private next: Voices | null = null; // for the time after
  private wish: Wish = {};
  private timer = 0;
  private turn = 0; // grows with each start and stop, so that a late answer is not played

  constructor() {
    effect(() => {
      void faders.value;
      for (const [voice, gain] of this.gains) gain.gain.setTargetAtTime(gainOf(voice), gain.context.currentTime, 0.015);
    });
  }

  /** Where the music is, in seconds at the tempo of the score. */
  now(): number {
    const { context, pass } = this;
    if (!context || !pass) return this.position.value;
    return Math.min(pass.to, Math.max(pass.from, pass.from + (context.currentTime - pass.at) * pass.rate));
  }

  toggle(): void {
    if (this.playing.value || this.loading.value) this.stop();
    else void this.play();
  }

  async seekTo(onset: Onset): Promise<void> {
    await freshMusic();
    const seconds = secondsAt(onset);
    const wasPlaying = this.playing.value;
    if (wasPlaying) this.stop();
    this.position.value = seconds;
    if (wasPlaying) void this.play();
  }

  async play(wish: Wish = {}): Promise<void> {
    this.stop();
    const mine = this.turn;
    this.wish = wish;
    this.loading.value = true;
    try {
      const context = this.open();
      await context.resume();
      const rate = preferences.rate.value / 100;
      const sounds = await this.sounds(rate);
      if (mine !== this.turn) return;
      const span = this.span();
      const counted = preferences.countIn.value && !wish.what ? countIn(context, span.from, rate) : 0;
      this.pass = this.start({ rate, sounds }, span, context.currentTime + LEAD + counted);
      if (this.loops) void this.prepareNext(rate);
      this.passRate.value = rate;
      this.playing.value = true;
      this.playingWhat.value = wish.what ?? what.value;
      this.timer = window.setInterval(() => this.tick(), 60);
    } catch (error) {
      if (mine === this.turn) report(error);
    } finally {
      if (mine === this.turn) this.loading.value = false;
    }
  }

  stop(): void {
    if (this.playing.value && !this.wish.what) this.position.value = this.now();
    this.turn += 1;
    window.clearInterval(this.timer);
    for (const source of [...(this.pass?.sources ?? []), ...(this.upcoming?.sources ?? [])]) source.stop();
    this.pass = this.upcoming = this.next = null;
    this.playing.value = this.loading.value = false;
    this.playingWhat.value = null;
  }

  rewind(): void {
    const wasPlaying = this.playing.value;
    this.stop();
    this.position.value = bars.value ? spanOf(bars.value).from : 0;
    if (wasPlaying) void this.play();
  }

  private open(): AudioContext {
    if (this.context) return this.context;
    const long = endSeconds() > LONG;
    const context = new AudioContext(long ? { sampleRate: 24000 } : {});
    this.master = context.createGain();
    this.master.connect(context.destination);
    return (this.context = context);
  }

  private async sounds(rate: number): Promise<readonly Sound[]> {
    const now = project.value;
    if (!now || !this.context) return [];
    const which = this.wish.what ?? what.value;
    const wanted = { id: now.id, what: which, rate: Math.round(rate * 100) / 100, revision: now.revision };
    const { sounds, moments } = await renderingOf(this.context, wanted);
    if (which === what.value && now === project.value) timemap.value = moments; // the clock of what is heard
    return sounds;
  }

  private get loops(): boolean {
    return preferences.loop.value && !this.wish.once;
  }

  private span(): Span {
    if (this.wish.span) return this.wish.span;
    const whole = spanOf(this.loops ? bars.value : null);
    const from = this.position.value;
    return { from: from >= whole.from && from < whole.to - 0.05 ? from : whole.from, to: whole.to };
  }

  private start({ rate, sounds }: Voices, span: Span, at: number): Pass {
    const context = this.open();
    const sources = sounds.map(({ voice, buffer }) => {
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(this.gainFor(voice));
      source.start(at, span.from / rate, (span.to - span.from) / rate + (this.loops ? 0 : 1.5));
      return source;
    });
    return { ...span, at, rate, sounds, sources };
  }

  private gainFor(voice: number): GainNode {
    const known = this.gains.get(voice);
    if (known) return known;
    const gain = this.open().createGain();
    gain.gain.value = gainOf(voice);
    gain.connect(this.master as GainNode);
    this.gains.set(voice, gain);
    return gain;
  }

  private tick(): void {
    const { context, pass } = this;
    if (!context || !pass) return;
    const end = pass.at + (pass.to - pass.from) / pass.rate;
    if (this.upcoming && context.currentTime >= this.upcoming.at) {
      this.pass = this.upcoming;
      this.passRate.value = this.upcoming.rate;
      this.upcoming = null;
    } else if (this.loops && !this.upcoming && end - context.currentTime < SOON) {
      this.repeat(this.next ?? pass, Math.max(end, context.currentTime + 0.01));
    } else if (!this.loops && context.currentTime >= end) {
      const alone = this.wish.what;
      this.stop();
      if (!alone) this.position.value = 0;
    }
  }

  /** Fetch what the next time round may be played with; until it is there, the music repeats at the same tempo. */
  private async prepareNext(rate: number): Promise<void> {
    const mine = this.turn;
    const faster = Math.min(FASTEST, Math.round(rate * (100 + preferences.rise.value)) / 100);
    try {
      const sounds = await this.sounds(faster);
      if (mine === this.turn) this.next = { rate: faster, sounds };
    } catch (error) {
      if (mine === this.turn) report(error);
    }
  }

  private repeat({ rate, sounds }: Voices, at: number): void {
    this.upcoming = this.start({ rate, sounds }, this.wish.span ?? spanOf(bars.value), at);
    this.next = null;
    void this.prepareNext(rate);
  }
}

export const player = new Player();
