// Checking scores: what the page shows of one file or of a class's homework.
import { signal } from "@preact/signals";
import { server } from "../api/client";
import { checked, view } from "./store";
import { report } from "./work";

export const checking = signal(false);
export const profile = signal("");
let last: readonly File[] = [];

export async function checkFiles(files: readonly File[] = last): Promise<void> {
  if (!files.length) return;
  last = files;
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
