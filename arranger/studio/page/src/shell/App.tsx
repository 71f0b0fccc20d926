import { announcement, offline, project, toast, view } from "../state/store";
import { t } from "../strings";
import { Check } from "../panels/Check";
import { Dock } from "../panels/Dock";
import { Help } from "../panels/Help";
import { Inspector } from "../panels/Inspector";
import { Start } from "../panels/Start";
import { Transport } from "../panels/Transport";
import { Score } from "../score/Score";
import { DropZone } from "./DropZone";
import { TopBar } from "./TopBar";

export function App() {
  return (
    <div class={`app view-${view.value}`}>
      {view.value === "score" && <SkipLink />}
      <TopBar />
      {view.value === "score" && project.value ? <Desk /> : view.value === "check" ? <Check /> : <Start />}
      <Help />
      <DropZone />
      <div class="toasts" role="status">
        {toast.value && <div class={`toast ${toast.value.kind}`}>{toast.value.text}</div>}
        {offline.value && <div class="toast error">{t("offline")}</div>}
      </div>
      <div class="hidden" role="log" aria-live="polite" data-testid="announcement">
        {announcement.value}
      </div>
    </div>
  );
}

function SkipLink() {
  const skip = (event: Event) => {
    event.preventDefault(); // the address names the project
    document.getElementById("score")?.focus();
  };
  return (
    <a class="skip" href="#score" onClick={skip}>
      {t("skip")}
    </a>
  );
}

function Desk() {
  return (
    <>
      <main class="desk">
        <div class="stage-frame">
          <div class="stage" id="stage">
            <div class="paper">
              <p class="paper-title" aria-hidden="true">
                {project.value?.title}
              </p>
              <Score />
            </div>
          </div>
          <Dock />
        </div>
        <Inspector />
      </main>
      <Transport />
    </>
  );
}
