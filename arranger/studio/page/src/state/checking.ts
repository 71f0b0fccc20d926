// Checking scores: one file, or a class's homework. The files stay in the page, to be opened or printed later.
import { signal } from "@preact/signals";
import { server } from "../api/client";
import { checked, view } from "./store";
import { open, report } from "./work";

export const checking = signal(false);
export const profile = signal("");
let given: readonly File[] = [];

export async function checkFiles(files: readonly File[] = given): Promise<void> {
  if (!files.length) return;
  given = files;
  if (view.value !== "check") location.hash = "#/check";
  checking.value = true;
  try {
    checked.value = await server.check(files, profile.value);
  } catch (error) {
    report(error);
  } finally {
    checking.value = false;
  }
}

/** Open one of the checked files as a score, with its findings on the notes. */
export async function openChecked(name: string): Promise<void> {
  const file = given.find((each) => each.name === name);
  if (file) await open(() => server.openFile(file, "score"));
}

/** Save a page to print: the marked score of one file, with explanations, or of all. */
export async function markedCopy(name: string | null): Promise<void> {
  const files = name === null ? given : given.filter((each) => each.name === name);
  try {
    save(await server.markedCopy(files, profile.value), `${(name ?? "scores").replace(/\.\w+$/, "")}-marked.html`);
  } catch (error) {
    report(error);
  }
}

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
