// What floats over the foot of the score: the work that is going on, versions to compare, a repair to judge, or what can
// be done with the bars that are selected.
import { batch } from "@preact/signals";
import type { Change, Variant } from "../api/types";
import { bringIntoView } from "../score/scrolling";
import { player } from "../sound/player";
import { spanOf } from "../sound/clock";
import { bars, barNumber, comparing, diff, editable, job, layAside, partName, project, voices, what, type Job } from "../state/store";
import { again, cancel, clearSelection, take, undo } from "../state/work";
import { preferences } from "../state/preferences";
import { differenceOf } from "../state/versions";
import { count, named, t } from "../strings";
import { IconButton } from "../shell/Button";
import { Icon } from "../shell/Icon";
import { pitchText } from "./pitch";

export function Dock() {
  const waiting = job.value && !(job.value.found > 0 && comparing.value); // versions that are found are shown at once
  const content = waiting && job.value ? (
    <Progress job={job.value} />
  ) : comparing.value ? (
    <Compare variants={project.value?.variants ?? []} />
  ) : diff.value?.length ? (
    <Diff changes={diff.value} />
  ) : bars.value ? (
    <Selection range={bars.value} />
  ) : null;
  return content && <div class="dock">{content}</div>;
}

function Progress({ job: running }: { readonly job: Job }) {
  const percent = Math.round(running.share * 100);
  return (
    <section class="dock-card progress" aria-label={t(`job.${running.kind}`)} data-testid="progress">
      <div class="progress-text">
        <strong>{t(`job.${running.kind}`)}</strong>
        <span class="quiet">{named("phase", running.phase)}</span>
      </div>
      <progress max={100} value={percent} aria-label={t(`job.${running.kind}`)} />
      <button type="button" class="button" onClick={() => void cancel()} data-testid="cancel">
        {t("cancel")}
      </button>
    </section>
  );
}

function letter(index: number): string {
  return String.fromCharCode(65 + index);
}

function Compare({ variants }: { readonly variants: readonly Variant[] }) {
  const origin = project.value?.origin;
  const again = origin?.made_by === "again";
  const range = origin?.bars ?? null;
  const now = again ? [{ index: -1 } as Variant] : [];
  return (
    <section class="dock-card compare" aria-label={t("compare")} data-testid="compare">
      <div class="compare-head">
        <strong>{range ? t("compare.bars", { from: barNumber(range[0]), to: barNumber(range[1]) }) : t("compare")}</strong>
        <IconButton icon="close" label={t("compare.drop")} onClick={() => void settle(null)} testid="drop-variants" />
      </div>
      <div class="versions">
        {[...now, ...variants].map((each) => (
          <Version key={each.index} variant={each} range={range} again={again} />
        ))}
      </div>
    </section>
  );
}

/** End the comparison: with a version as the score, or with the score as it was. */
export async function settle(index: number | null): Promise<void> {
  player.stop();
  if (job.value) await cancel(); // what is found is enough
  what.value = "arrangement";
  layAside();
  if (index !== null) await take(index);
}

interface VersionProps {
  readonly variant: Variant;
  readonly range: readonly [number, number] | null;
  readonly again: boolean; // another version of some bars, not of the whole
}

function Version({ variant: { index, cost }, range, again }: VersionProps) {
  const differs = differenceOf(index);
  const mine = index < 0 ? "arrangement" : (`variant-${index}` as const);
  const name = index < 0 ? t("compare.now") : letter(index);
  const sounding = player.playingWhat.value === mine;
  const listen = () => {
    what.value = mine;
    if (sounding) player.stop();
    else void player.play({ what: mine, span: spanOf(range), once: true });
  };
  return (
    <div class={`version${what.value === mine ? " shown" : ""}`} data-testid={`version-${name}`}>
      <IconButton icon={sounding ? "stop" : "play"} label={t("compare.listen", { name })} onClick={listen} />
      <button type="button" class="version-name" aria-pressed={what.value === mine} onClick={() => (what.value = mine)}>
        <strong>{name}</strong>
        <small>{differs ? count("differs", differs.size) : index >= 0 && !again && cost != null ? t("compare.cost", { cost: cost.toFixed(1) }) : ""}</small>
      </button>
      <button
        type="button"
        class="button small"
        data-testid={`take-${name}`}
        onClick={() => void settle(index < 0 ? null : index)}
      >
        {index < 0 ? t("compare.keep") : t("compare.take")}
      </button>
    </div>
  );
}

function Diff({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <section class="dock-card diff" aria-label={t("repair")} data-testid="diff">
      <div class="compare-head">
        <strong>{count("changed", changes.length)}</strong>
        <div class="row">
          <button type="button" class="button small" onClick={() => void undo()} data-testid="put-back">
            {t("repair.back")}
          </button>
          <button type="button" class="button small primary" onClick={() => (diff.value = null)} data-testid="keep">
            {t("repair.keep")}
          </button>
        </div>
      </div>
      <ul>
        {changes.map((change) => (
          <li key={`${change.voice} ${change.onset_quarter}`}>
            <button type="button" onClick={() => change.note_ids?.[0] && bringIntoView(change.note_ids[0])}>
              <span class="where">{t("place", { bar: change.bar, beat: change.beat })}</span>
              <span>{partName(change.voice)}</span>
              <span class="from-to">
                <del>{pitchText(change.from)}</del> → <ins>{pitchText(change.to)}</ins>
              </span>
              {!!change.clears?.length && <small>{change.clears.join(", ")}</small>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function toggleVoice(voice: number): void {
  const next = new Set(voices.value);
  if (!next.delete(voice)) next.add(voice);
  if (next.size) voices.value = next;
}

function Selection({ range }: { readonly range: readonly [number, number] }) {
  const [from, to] = range;
  const loopThem = () => {
    batch(() => (preferences.loop.value = true));
    void player.play();
  };
  return (
    <section class="dock-card selection" aria-label={t("selection")} data-testid="selection">
      <strong>{from === to ? t("selected.bar", { from: barNumber(from) }) : t("selected.bars", { from: barNumber(from), to: barNumber(to) })}</strong>
      {editable.value && (
        <div class="voices" role="group" aria-label={t("voices")}>
          {project.value?.parts.map(({ voice }) => (
            <button key={voice} type="button" aria-pressed={voices.value.has(voice)} onClick={() => toggleVoice(voice)} data-testid={`voice-${voice}`}>
              {partName(voice)}
            </button>
          ))}
        </div>
      )}
      <div class="row">
        {editable.value && (
          <button type="button" class="button primary" onClick={() => void again()} title="N" data-testid="again">
            {t("again")}
          </button>
        )}
        <button type="button" class="button" onClick={loopThem} title="L" data-testid="loop-bars">
          <Icon name="loop" />
          {t("loop")}
        </button>
        <IconButton icon="close" label={t("unselect")} keys="Esc" onClick={clearSelection} />
      </div>
    </section>
  );
}
