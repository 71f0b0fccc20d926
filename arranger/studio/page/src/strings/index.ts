// The words of the page, in files by language. English is part of the page; the others are loaded when asked for.
import { signal } from "@preact/signals";
import english from "./en.json";

export type Key = keyof typeof english;
type Table = Record<string, string>;

export const LANGUAGES = { en: "English", de: "Deutsch", zh: "中文" } as const;
export type Language = keyof typeof LANGUAGES;

const LOADERS: Record<Language, () => Promise<{ default: Table }>> = {
  en: () => Promise.resolve({ default: english }),
  de: () => import("./de.json"),
  zh: () => import("./zh.json"),
};

const table = signal<Table>(english);
export const language = signal<Language>("en");

export function isLanguage(name: string): name is Language {
  return name in LANGUAGES;
}

/** The reader's language, as the browser tells it, if the page speaks it. */
export function preferredLanguage(): Language {
  return navigator.languages.map((name) => name.slice(0, 2)).find(isLanguage) ?? "en";
}

export async function speak(name: Language): Promise<void> {
  table.value = (await LOADERS[name]()).default;
  language.value = name;
  document.documentElement.lang = name;
}

function fill(text: string, values?: Record<string, string | number>): string {
  return values ? text.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all)) : text;
}

export function t(key: Key, values?: Record<string, string | number>): string {
  return fill(table.value[key] ?? english[key], values);
}

/** A count with its noun: keys end in `.one` and `.many`. */
export function count(key: string, n: number): string {
  return fill(table.value[`${key}.${n === 1 ? "one" : "many"}`] ?? key, { n });
}

/** The translation of a name that the server gave, or else what the server calls it. */
export function named(kind: string, name: string, title?: string): string {
  return table.value[`${kind}.${name}`] ?? title ?? name;
}
