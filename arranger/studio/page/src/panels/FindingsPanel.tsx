// What the rules find, the gravest first; a click leads to the notes.
import type { Finding, Project, Severity } from "../api/types";
import { bringIntoView } from "../score/scrolling";
import { bars, editable, finding, job, selected } from "../state/store";
import { repair } from "../state/work";
import { count, t } from "../strings";
import { capital, pitchesIn } from "./pitch";

const ORDER: readonly Severity[] = ["error", "warning", "info"];

/** Findings in the order of the list, which the keys [ and ] also follow. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return ORDER.flatMap((severity) => findings.filter((each) => each.severity === severity));
}

export function jumpTo(next: Finding): void {
  finding.value = next;
  selected.value = bars.value = null;
  if (next.note_ids[0]) bringIntoView(next.note_ids[0]);
}

export function FindingsPanel({ project }: { readonly project: Project }) {
  if (!project.arrangement) return <p class="empty">{t("findings.later")}</p>;
  if (!project.findings.length) {
    return (
      <div class="empty good">
        <p>{t("findings.none")}</p>
        <p class="quiet">{t("findings.none.about")}</p>
      </div>
    );
  }
  return (
    <div class="findings">
      {ORDER.map((severity) => (
        <Group key={severity} severity={severity} findings={project.findings.filter((each) => each.severity === severity)} />
      ))}
      {editable.value && (
        <button type="button" class="button wide" disabled={!!job.value} onClick={() => void repair()} data-testid="repair">
          {t("repair.all")}
        </button>
      )}
    </div>
  );
}

function Group({ severity, findings }: { readonly severity: Severity; readonly findings: readonly Finding[] }) {
  if (!findings.length) return null;
  return (
    <section>
      <h2 class={severity}>{count(severity, findings.length)}</h2>
      <ul>
        {findings.map((each, index) => (
          <li key={`${each.code} ${each.onset_quarter} ${index}`}>
            <button
              type="button"
              class={`finding ${severity}`}
              aria-current={finding.value === each ? "true" : undefined}
              onClick={() => jumpTo(each)}
              data-testid="finding"
            >
              <span class="where">
                {t("in.bar", { bar: each.bar })}
                <small>{t("on.beat", { beat: beat(each.beat) })}</small>
              </span>
              <span>
                {pitchesIn(capital(each.message))}
                <small>
                  {each.code} {each.name?.replaceAll("-", " ")}
                </small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function beat(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2).replace(/0+$/, "");
}
