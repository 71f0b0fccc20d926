// Checking scores: one, or a class's homework. A table of files, a table of rules, and each file's score with its findings.
import { useRef } from "preact/hooks";
import type { Checked, CheckedFile, RuleLine, Severity } from "../api/types";
import { checkFiles, checking, markedCopy, openChecked, profile } from "../state/checking";
import { checked, choices } from "../state/store";
import { named, t } from "../strings";
import { Icon } from "../shell/Icon";
import { SHEETS } from "./Start";

export function Check() {
  const found = checked.value;
  return (
    <main class="check">
      <section class="hero">
        <h1>{t("check.title")}</h1>
        <p>{t("check.lead")}</p>
      </section>
      <Door small={!!found} />
      {checking.value && <progress class="busy-line" aria-label={t("check.busy")} />}
      {found && <Result found={found} />}
    </main>
  );
}

function Door({ small }: { readonly small: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class={`door${small ? " small" : ""}`}>
      {!small && <Icon name="check" />}
      <p class="door-title">{t("check.drop")}</p>
      <div class="row">
        <button type="button" class="button primary" onClick={() => input.current?.click()}>
          {t("check.choose")}
        </button>
        <label class="inline-field">
          <span>{t("check.profile")}</span>
          <select
            value={profile.value}
            data-testid="profile"
            onChange={(event) => {
              profile.value = event.currentTarget.value;
              void checkFiles();
            }}
          >
            <option value="">{t("check.guess")}</option>
            {(choices.value?.profiles ?? []).map((name) => (
              <option key={name} value={name}>
                {named("profile", name)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <input
        ref={input}
        class="hidden"
        type="file"
        multiple
        tabIndex={-1}
        accept={SHEETS}
        aria-label={t("check.choose")}
        data-testid="check-files"
        onChange={(event) => void checkFiles([...(event.currentTarget.files ?? [])])}
      />
    </div>
  );
}

function Result({ found }: { readonly found: Checked }) {
  const rules = gravestFirst(found);
  return (
    <div class="result">
      <section>
        <h2>{t("check.files", { n: found.files.length })}</h2>
        <div class="table" tabIndex={0} role="region" aria-label={t("check.files", { n: found.files.length })}>
          <table data-testid="files">
            <thead>
              <tr>
                <th scope="col">{t("check.file")}</th>
                <th scope="col">{t("check.profile")}</th>
                <th scope="col" class="number">
                  {t("errors")}
                </th>
                <th scope="col" class="number">
                  {t("warnings")}
                </th>
                <th scope="col" class="number">
                  {t("infos")}
                </th>
                <th scope="col">
                  <span class="hidden">{t("check.copy")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {found.files.map((file) => (
                <FileRow key={file.name} file={file} />
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <button type="button" class="button copies" onClick={() => void markedCopy(null)} data-testid="marked-copies">
        {t("check.copies")}
      </button>
      {rules.length > 0 && (
        <section>
          <h2>{t("check.rules")}</h2>
          <div class="table" tabIndex={0} role="region" aria-label={t("check.rules")}>
            <table data-testid="rules">
              <thead>
                <tr>
                  <th scope="col">{t("check.rule")}</th>
                  <th scope="col" class="number">
                    {t("check.found")}
                  </th>
                  <th scope="col" class="number">
                    {t("check.in-files")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {rules.map((rule) => (
                  <tr key={rule.code}>
                    <th scope="row">
                      <span class={`dot ${gravest(found, rule.code)}`} />
                      {rule.name?.replaceAll("-", " ")} <small>{rule.code}</small>
                    </th>
                    <td class="number">{rule.count}</td>
                    <td class="number">{rule.files ?? ""}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </div>
  );
}

function gravestFirst(found: Checked): readonly RuleLine[] {
  const rank = (rule: RuleLine) => ["error", "warning", "info"].indexOf(gravest(found, rule.code));
  return [...(found.summary.rules ?? [])].sort((one, other) => rank(one) - rank(other) || other.count - one.count);
}

function gravest(found: Checked, code: string): Severity {
  const all = new Set(found.files.flatMap((file) => file.findings ?? []).filter((each) => each.code === code).map((each) => each.severity));
  return (["error", "warning"] as const).find((severity) => all.has(severity)) ?? "info";
}

function FileRow({ file }: { readonly file: CheckedFile }) {
  const howMany = (severity: Severity) => file.findings?.filter((each) => each.severity === severity).length ?? 0;
  if (file.error) {
    return (
      <tr class="broken">
        <th scope="row">{file.name}</th>
        <td colSpan={5}>{file.error}</td>
      </tr>
    );
  }
  return (
    <tr>
      <th scope="row"><button type="button" class="link" onClick={() => void openChecked(file.name)} data-testid="open-checked">
          {file.name}
        </button></th>
      <td>{named("profile", file.profile ?? "")}</td>
      <td class={`number ${howMany("error") ? "error" : "nil"}`}>{howMany("error")}</td>
      <td class={`number ${howMany("warning") ? "warning" : "nil"}`}>{howMany("warning")}</td>
      <td class={`number ${howMany("info") ? "" : "nil"}`}>{howMany("info")}</td>
      <td>
        <button type="button" class="link" onClick={() => void markedCopy(file.name)} data-testid="marked-copy">
          {t("check.copy")}
        </button>
      </td>
    </tr>
  );
}
