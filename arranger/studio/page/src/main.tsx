import { effect } from "@preact/signals";
import { render } from "preact";
import { server } from "./api/client";
import { App } from "./shell/App";
import { onKey } from "./shell/keys";
import { route } from "./shell/routes";
import { choices, project, view, what } from "./state/store";
import { musicChanged, report } from "./state/work";
import { t } from "./strings";
import "./styles/index.css";

effect(() => {
  void [project.value?.id, project.value?.revision, what.value];
  musicChanged();
});
effect(() => {
  const title = view.value === "score" ? project.value?.title : view.value === "check" ? t("check.title") : "";
  document.title = title ? `${title} · arranger` : "arranger";
});

window.addEventListener("popstate", () => void route());
window.addEventListener("hashchange", () => void route());
document.addEventListener("keydown", onKey);

const root = document.getElementById("app");
if (root) render(<App />, root);
void route();
server.choices().then((found) => (choices.value = found), report);
