import { job, project, saving, view, what, helpOpen, offline } from "../state/store";
import { redo, show, undo } from "../state/work";
import { t } from "../strings";
import { TakeAway } from "../panels/TakeAway";
import { IconButton, Segments } from "./Button";
import { Settings } from "./Settings";
import { goTo } from "./routes";

function Wordmark() {
  return (
    <a class="wordmark" href="#/" title={t("home")}>
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" />
        <path d="M9 22V10M16 22V6M23 22V13" />
        <circle cx="7" cy="22.5" r="3.2" />
        <circle cx="14" cy="22.5" r="3.2" />
        <circle cx="21" cy="22.5" r="3.2" />
      </svg>
      <span>arranger</span>
    </a>
  );
}

export function TopBar() {
  const now = view.value === "score" ? project.value : null;
  return (
    <header class="topbar">
      <Wordmark />
      {now ? (
        <div class="heading">
          <h1 title={now.title}>{now.title}</h1>
          <span class="saved" data-testid="saved">
            {offline.value ? t("offline.short") : saving.value ? t("saving") : t("saved")}
          </span>
        </div>
      ) : (
        <Segments
          label={t("mode")}
          value={view.value === "check" ? "check" : "start"}
          options={[
            ["start", t("mode.arrange")],
            ["check", t("mode.check")],
          ]}
          testid="mode"
          onChoose={(mode) => goTo(mode === "check" ? "#/check" : "#/")}
        />
      )}
      <div class="spring" />
      {now && now.sheet && now.arrangement && (
        <Segments
          label={t("shown")}
          value={what.value === "sheet" ? "sheet" : "arrangement"}
          options={[
            ["sheet", t("sheet")],
            ["arrangement", t("arrangement")],
          ]}
          testid="what"
          onChoose={show}
        />
      )}
      {now && (
        <div class="cluster">
          <IconButton icon="undo" label={undoLabel()} keys="Ctrl Z" disabled={!now.can_undo || !!job.value} onClick={() => void undo()} testid="undo" />
          <IconButton icon="redo" label={t("redo")} keys="Ctrl Shift Z" disabled={!now.can_redo || !!job.value} onClick={() => void redo()} testid="redo" />
        </div>
      )}
      {now && <TakeAway project={now} />}
      <Settings onHelp={() => (helpOpen.value = true)} />
    </header>
  );
}

function undoLabel(): string {
  const name = project.value?.undo_name;
  return name ? t("undo.named", { name }) : t("undo");
}
