// Who sings, in which style, and how: the choices of an arrangement, and the button that makes it.
import type { Axis, Choices, Project } from "../api/types";
import { choices, compareAgain, comparing, hasVersions, job, setting } from "../state/store";
import { arrangeNow } from "../state/work";
import { named, t, type Key } from "../strings";
import { valueOn, withValue } from "./character";
import { choose, Choose, Switch, TypeIn } from "./fields";

const AXES: readonly Axis[] = [
  { low: "calm", high: "lively" },
  { low: "plain", high: "rich" },
  { low: "dark", high: "bright" },
];
const FAMILIES = ["choir", "instruments"];

export function SettingPanel({ project }: { readonly project: Project }) {
  const all = choices.value;
  if (!all) return null;
  const busy = !!job.value;
  return (
    <form
      class="setting"
      onSubmit={(event) => {
        event.preventDefault();
        void arrangeNow();
      }}
    >
      <EnsembleField all={all} />
      <StyleField all={all} />
      <div class="lines-of-fields">
        <Choose name="key" options={all.keys} fallback="auto" />
        <Choose name="words" options={all.words} fallback="auto" />
        <Choose name="level" options={all.levels} fallback="school" />
      </div>
      <Character axes={all.characters ?? AXES} />
      <details class="more">
        <summary>{t("more")}</summary>
        <Choose name="texture" options={[{ name: "", title: t("texture.none") }, ...texturesFor(all)]} />
        <Choose name="harmony" options={all.harmony} fallback="auto" />
        <Choose name="breaths" options={all.breaths} fallback="auto" />
        <Choose name="effort" options={all.efforts} fallback="normal" />
        <Choose name="vary" options={["", "repeats"]} />
        <TypeIn name="melody" example={partsOf(all).at(-2)?.name ?? "Tenor"} />
        <TypeIn name="form" example="v1: unison; v2: satb" />
        <div class="field line">
          <label for="field-variants">{t("field.variants")}</label>
          <select id="field-variants" data-testid="variants" value={String(setting.value.variants ?? 1)} onChange={(event) => choose("variants", Number(event.currentTarget.value))}>
            {[1, 2, 3].map((n) => (
              <option key={n} value={n}>
                {n}
              </option>
            ))}
          </select>
        </div>
        <Switch name="introduction" />
        <Switch name="ending" />
      </details>
      <div class="setting-foot">
        <button type="submit" class="button primary wide" disabled={busy} data-testid="arrange">
          {project.arrangement ? t("arrange.again") : t("arrange")}
        </button>
      </div>
      {hasVersions.value && !comparing.value && (
        <button type="button" class="button wide" onClick={compareAgain} data-testid="compare-again">
          {t("compare")}
        </button>
      )}
      <Notices project={project} />
    </form>
  );
}

function partsOf(all: Choices) {
  return all.ensembles.find((each) => each.name === (setting.value.ensemble ?? "satb"))?.parts ?? [];
}

function texturesFor(all: Choices) {
  const family = all.ensembles.find((each) => each.name === (setting.value.ensemble ?? "satb"))?.family;
  return all.textures.filter((each) => family !== "choir" || each.for !== "instruments");
}

function EnsembleField({ all }: { readonly all: Choices }) {
  const families = [...new Set(all.ensembles.map((each) => each.family ?? "instruments"))];
  families.sort((one, other) => FAMILIES.indexOf(one) - FAMILIES.indexOf(other));
  return (
    <div class="field">
      <label for="field-ensemble">{t("field.ensemble")}</label>
      <select id="field-ensemble" data-testid="ensemble" value={setting.value.ensemble ?? "satb"} onChange={(event) => choose("ensemble", event.currentTarget.value)}>
        {families.map((family) => (
          <optgroup key={family} label={named("family", family)}>
            {all.ensembles
              .filter((each) => (each.family ?? "instruments") === family)
              .map(({ name, title }) => (
                <option key={name} value={name}>
                  {named("ensemble", name, title)}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      <p class="parts">
        {partsOf(all).map((part) => (
          <span key={part.name} title={part.range}>
            {named("part", part.name)}
          </span>
        ))}
      </p>
    </div>
  );
}

function StyleField({ all }: { readonly all: Choices }) {
  const chosen = setting.value.style ?? "song";
  return (
    <fieldset class="field">
      <legend>{t("field.style")}</legend>
      <div class="chips">
        {all.styles.map(({ name, title, about }) => (
          <label key={name} class="chip" title={about}>
            <input type="radio" name="style" value={name} checked={name === chosen} onChange={() => choose("style", name)} data-testid={`style-${name}`} />
            <span>{named("style", name, title)}</span>
          </label>
        ))}
      </div>
      <p class="hint">{named("style.about", chosen, all.styles.find((each) => each.name === chosen)?.about ?? "")}</p>
    </fieldset>
  );
}

function Character({ axes }: { readonly axes: readonly Axis[] }) {
  const character = setting.value.character ?? "";
  return (
    <fieldset class="field">
      <legend>{t("field.character")}</legend>
      {axes.map((axis) => (
        <div class="axis" key={axis.low}>
          <span>{named("character", axis.low)}</span>
          <input
            type="range"
            min={-1}
            max={1}
            step={0.5}
            value={valueOn(axis, character)}
            aria-label={t("character.axis", { low: named("character", axis.low), high: named("character", axis.high) })}
            onChange={(event) => choose("character", withValue(axes, character, axis, Number(event.currentTarget.value)))}
          />
          <span>{named("character", axis.high)}</span>
        </div>
      ))}
    </fieldset>
  );
}

function Notices({ project }: { readonly project: Project }) {
  const said = [...(project.sheet_notices ?? []), ...project.notices];
  if (!said.length) return null;
  return (
    <details class="notices" open={said.length <= 3}>
      <summary>{t("notices" as Key)}</summary>
      <ul>
        {said.map(({ message, bar }, index) => (
          <li key={index}>{bar ? t("notice", { bar, message }) : message}</li>
        ))}
      </ul>
    </details>
  );
}
