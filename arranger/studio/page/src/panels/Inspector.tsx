import { useRef } from "preact/hooks";
import { panel, project, sheetOpen, type Panel } from "../state/store";
import { t } from "../strings";
import { FindingsPanel } from "./FindingsPanel";
import { NotePanel } from "./NotePanel";
import { SettingPanel } from "./SettingPanel";

export function Inspector() {
  const now = project.value;
  const knobs = useRef<HTMLDivElement>(null);
  if (!now) return null;
  const tabs: readonly Panel[] = ["setting", "findings", "note"];
  const shown = panel.value;
  const open = (name: Panel) => {
    sheetOpen.value = !(sheetOpen.value && shown === name);
    panel.value = name;
  };
  const arrow = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(shown) + by + tabs.length) % tabs.length] as Panel;
    panel.value = next;
    knobs.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <aside class={`inspector${sheetOpen.value ? " open" : ""}`} aria-label={t("inspector")}>
      <div class="tabs" role="tablist" aria-label={t("inspector")} ref={knobs} onKeyDown={arrow}>
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={name === shown}
            aria-controls="panel"
            tabIndex={name === shown ? 0 : -1}
            onClick={() => open(name)}
          >
            {t(`tab.${name}`)}
            {name === "findings" && now.arrangement && <span class="badge">{now.findings.length}</span>}
          </button>
        ))}
      </div>
      <div class="panel" role="tabpanel" id="panel" aria-labelledby={`tab-${shown}`} tabIndex={0}>
        {shown === "setting" ? <SettingPanel project={now} /> : shown === "findings" ? <FindingsPanel project={now} /> : <NotePanel />}
      </div>
    </aside>
  );
}
