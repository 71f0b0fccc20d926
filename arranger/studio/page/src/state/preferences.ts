// What the reader likes, kept in this browser.
import { effect, signal, type Signal } from "@preact/signals";
import { isLanguage, preferredLanguage, speak, type Language } from "../strings";

type Widened<T> = T extends string ? string : T extends number ? number : boolean;

function kept<T extends string | number | boolean>(name: string, initial: T): Signal<Widened<T>> {
  const key = `arranger.${name}`;
  let start = initial as unknown as Widened<T>;
  try {
    const text = localStorage.getItem(key);
    if (text !== null) start = JSON.parse(text) as Widened<T>;
  } catch {
    // a browser that keeps nothing: the initial value will do
  }
  const value = signal(start);
  effect(() => {
    try {
      localStorage.setItem(key, JSON.stringify(value.value));
    } catch {
      // as above
    }
  });
  return value;
}

export const preferences = {
  theme: kept("theme", "auto"),
  language: kept("language", preferredLanguage()),
  large: kept("large", false), // notes for a music stand
  cursor: kept("cursor", true),
  countIn: kept("count-in", false),
  loop: kept("loop", false),
  rise: kept("rise", 0), // percent that each pass of a loop is faster than the one before
  rate: kept("rate", 100), // percent of the tempo
};

effect(() => {
  document.documentElement.dataset["theme"] = preferences.theme.value;
});
effect(() => {
  const wish = preferences.language.value;
  const name: Language = isLanguage(wish) ? wish : "en";
  void speak(name);
});
