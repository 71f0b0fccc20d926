// What the server says, as docs/studio.md and its OpenAPI describe it.
import type { Onset } from "./onset";

export interface Named {
  readonly name: string;
  readonly title?: string;
  readonly about?: string;
}

export interface Ensemble extends Named {
  readonly family?: string;
  readonly parts?: readonly { readonly name: string; readonly range?: string }[];
}

export interface Texture extends Named {
  readonly for?: string; // choir or instruments
}

/** One axis of the character of a setting, by the words at its ends: calm and lively. */
export interface Axis {
  readonly low: string;
  readonly high: string;
  readonly about?: string;
}

export interface Choices {
  readonly ensembles: readonly Ensemble[];
  readonly styles: readonly Named[];
  readonly textures: readonly Texture[];
  readonly characters?: readonly Axis[];
  readonly examples?: readonly Named[];
  readonly keys: readonly string[];
  readonly levels: readonly string[];
  readonly words: readonly string[];
  readonly breaths: readonly string[];
  readonly harmony: readonly string[];
  readonly efforts: readonly string[];
  readonly profiles: readonly string[];
  readonly default?: Setting;
}

/** The options of an arrangement, named as in the program. */
export interface Setting {
  ensemble?: string;
  style?: string;
  texture?: string;
  words?: string;
  key?: string;
  level?: string;
  harmony?: string;
  breaths?: string;
  melody?: string;
  form?: string;
  vary?: string;
  effort?: string;
  character?: string;
  introduction?: boolean;
  ending?: boolean;
  variants?: number;
  seed?: number;
}

export type Severity = "error" | "warning" | "info";

export interface Finding {
  readonly code: string;
  readonly name?: string;
  readonly severity: Severity;
  readonly message: string;
  readonly bar: string;
  readonly beat: number;
  readonly onset_quarter: Onset;
  readonly note_ids: readonly string[];
}

export interface Bar {
  readonly index: number;
  readonly number: string;
  readonly onset_quarter: Onset;
  readonly beats?: number;
  readonly beat_type?: number;
  readonly length_quarter?: Onset;
}

export interface Place {
  readonly voice: number;
  readonly onset_quarter: Onset;
}

export interface Pin extends Place {
  readonly pitch?: string;
}

export interface Variant {
  readonly index: number;
  readonly cost?: number | null;
}

/** Where the variants come from: a whole arrangement, or some bars made again. */
export interface Origin {
  readonly made_by?: string;
  readonly bars?: readonly [number, number];
  readonly voices?: readonly number[];
}

/** What was changed or could not be kept, with the bar if it is about one. */
export interface Notice {
  readonly message: string;
  readonly bar: string;
}

export interface RunningJob {
  readonly id: string;
  readonly kind: string;
  readonly share?: number;
}

export interface Note extends Place {
  readonly id: string;
  readonly duration_quarter: Onset;
  readonly pitch: string | null; // null: a rest
  readonly bar: number; // its index
  readonly beat: string;
  readonly tied?: boolean;
  readonly grace?: boolean;
}

export interface PageShape {
  readonly page: number;
  readonly first_bar: number;
  readonly last_bar: number;
}

export interface Project {
  readonly id: string;
  readonly title: string;
  readonly profile?: string;
  readonly revision: number;
  readonly choices: Setting;
  readonly sheet: boolean;
  readonly arrangement: boolean;
  readonly parts: readonly { readonly name: string; readonly voice: number }[];
  readonly tune?: readonly number[]; // the voices that have it
  readonly bars: readonly Bar[];
  readonly can_undo: boolean;
  readonly can_redo: boolean;
  readonly pins: readonly Pin[];
  readonly findings: readonly Finding[];
  readonly variants: readonly Variant[];
  readonly origin?: Origin;
  readonly notices: readonly Notice[];
  readonly undo_name?: string;
  readonly redo_name?: string;
  readonly repair?: { readonly changes: readonly Change[] } | null;
  readonly jobs?: readonly RunningJob[];
  readonly sheet_notices?: readonly Notice[];
}

export interface ProjectLine {
  readonly id: string;
  readonly title: string;
  readonly changed: string;
}

export interface Moment {
  readonly onset_quarter: Onset;
  readonly seconds: number;
  readonly note_ids: readonly string[];
}

export interface Alternative {
  readonly pitch: string;
  readonly cost: number;
  readonly words: string;
}

export interface Why {
  readonly role: string; // of the note in its chord
  readonly chord: string;
  readonly figure: string; // the Roman numeral, and its key
  readonly doing: readonly string[];
  readonly given: boolean; // part of the tune
  readonly pitch: string;
  readonly alternatives: readonly Alternative[];
}

export interface Stems {
  readonly duration_seconds: number;
  readonly notes: readonly Moment[]; // when they are heard in these stems
  readonly voices: readonly { readonly voice: number; readonly name: string; readonly url: string }[];
}

export interface Change extends Place {
  readonly bar: string;
  readonly beat: number;
  readonly from: string;
  readonly to: string;
  readonly clears?: readonly string[]; // codes of the rules that no longer complain
  readonly note_ids?: readonly string[];
}

export interface CheckedFile {
  readonly name: string;
  readonly profile?: string;
  readonly findings?: readonly Finding[];
  readonly error?: string;
}

export interface RuleLine {
  readonly code: string;
  readonly name?: string;
  readonly count: number;
  readonly files?: number;
}

export interface Checked {
  readonly files: readonly CheckedFile[];
  readonly summary: { readonly bars?: number; readonly notes?: number; readonly rules?: readonly RuleLine[] };
}

export type What = "sheet" | "arrangement" | `variant-${number}`;
