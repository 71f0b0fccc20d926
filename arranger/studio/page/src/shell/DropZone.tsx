// Files may be dropped anywhere: one on the start or the score opens it, any number on the check checks them.
import { useLayoutEffect, useState } from "preact/hooks";
import { server } from "../api/client";
import { view } from "../state/store";
import { open } from "../state/work";
import { checkFiles } from "../state/checking";
import { t } from "../strings";

export function takeFiles(files: readonly File[]): void {
  if (!files.length) return;
  if (view.value === "check" || files.length > 1) void checkFiles(files);
  else void open(() => server.openFile(files[0] as File));
}

export function DropZone() {
  const [over, setOver] = useState(false);
  useLayoutEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    const carriesFiles = (event: DragEvent) => !!event.dataTransfer?.types.includes("Files");
    window.addEventListener(
      "dragover",
      (event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setOver(true);
      },
      { signal },
    );
    window.addEventListener("dragleave", (event) => event.relatedTarget === null && setOver(false), { signal });
    window.addEventListener(
      "drop",
      (event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setOver(false);
        takeFiles([...(event.dataTransfer?.files ?? [])]);
      },
      { signal },
    );
    return () => listening.abort();
  }, []);
  if (!over) return null;
  return (
    <div class="drop-veil" aria-hidden="true">
      <p>{view.value === "check" ? t("drop.check") : t("drop.open")}</p>
    </div>
  );
}
