// Fields of the setting: a list to choose from, a word to type, a switch.
import type { Setting } from "../api/types";
import { setting } from "../state/store";
import { named, t, type Key } from "../strings";

type TextField = { [K in keyof Setting]-?: Setting[K] extends string | undefined ? K : never }[keyof Setting];
type SwitchField = "introduction" | "ending";

export function choose<K extends keyof Setting>(name: K, value: Setting[K]): void {
  setting.value = { ...setting.value, [name]: value };
}

export interface Option {
  readonly name: string;
  readonly title?: string | undefined;
}

interface ChooseProps {
  readonly name: TextField;
  readonly options: readonly (Option | string)[];
  readonly fallback?: string;
}

export function Choose({ name, options, fallback = "" }: ChooseProps) {
  const id = `field-${name}`;
  return (
    <div class="field">
      <label for={id}>{t(`field.${name}` as Key)}</label>
      <select id={id} data-testid={name} value={setting.value[name] ?? fallback} onChange={(event) => choose(name, event.currentTarget.value)}>
        {options.map((each) => {
          const option = typeof each === "string" ? { name: each, title: undefined } : each;
          return (
            <option key={option.name} value={option.name}>
              {named(name, option.name || "none", option.title ?? option.name)}
            </option>
          );
        })}
      </select>
    </div>
  );
}

export function TypeIn({ name, example }: { readonly name: TextField; readonly example: string }) {
  const id = `field-${name}`;
  return (
    <div class="field">
      <label for={id}>{t(`field.${name}` as Key)}</label>
      <input id={id} type="text" placeholder={example} value={setting.value[name] ?? ""} onChange={(event) => choose(name, event.currentTarget.value)} />
    </div>
  );
}

export function Switch({ name }: { readonly name: SwitchField }) {
  return (
    <label class="field line">
      <span>{t(`field.${name}`)}</span>
      <input type="checkbox" class="switch" checked={!!setting.value[name]} onChange={(event) => choose(name, event.currentTarget.checked)} />
    </label>
  );
}
