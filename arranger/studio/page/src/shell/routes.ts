// The address says what is shown: the start, a project, or the check of scores.
import { server } from "../api/client";
import { project, view } from "../state/store";
import { openProject, refreshRecent, report } from "../state/work";
import { player } from "../sound/player";

export function goTo(hash: string): void {
  if (location.hash === hash) void route();
  else location.hash = hash;
}

export async function route(): Promise<void> {
  const [, id] = /^#\/p\/([\w-]+)$/.exec(location.hash) ?? [];
  if (id && project.value?.id === id) {
    view.value = "score";
    return;
  }
  player.stop();
  player.position.value = 0;
  if (id) {
    try {
      openProject(await server.project(id));
      return;
    } catch (error) {
      report(error);
      history.replaceState(null, "", "#/");
    }
  }
  project.value = null;
  view.value = location.hash === "#/check" ? "check" : "start";
  if (view.value === "start") void refreshRecent();
}
