// The one place where the page talks to the server: JSON in, JSON out, and one line of text when it says no.
import type { Onset } from "./onset";
import type { Checked, Choices, Moment, Note, PageShape, Project, ProjectLine, Setting, Stems, What, Why } from "./types";

const ROOT = "/api/v1";
const OURS = { "x-arranger": "1" }; // a form on another site cannot send this

/** The server said no (status 400 and up), or could not be reached (status 0). */
export class ServerError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

async function ask(path: string, init?: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(ROOT + path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ServerError("unreachable", 0);
  }
  if (answer.ok) return answer;
  const said: unknown = await answer.json().catch(() => null);
  const line = said && typeof said === "object" && "error" in said ? String(said.error) : answer.statusText;
  throw new ServerError(line, answer.status);
}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await ask(path, signal ? { signal } : undefined);
  return (await answer.json()) as T;
}

async function post<T>(path: string, body: unknown = {}): Promise<T> {
  const init: RequestInit =
    body instanceof FormData
      ? { method: "POST", headers: OURS, body }
      : { method: "POST", headers: { ...OURS, "content-type": "application/json" }, body: JSON.stringify(body) };
  return (await (await ask(path, init)).json()) as T;
}

function query(values: Record<string, string | number | undefined>): string {
  const said = Object.entries(values).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  return said.length ? "?" + new URLSearchParams(said.map(([name, value]) => [name, String(value)])).toString() : "";
}

export type Layout = "auto" | "open" | "closed";

export interface PageRequest {
  readonly what: What;
  readonly page: number;
  readonly width: number;
  readonly layout: Layout;
}

export interface EngravedPage {
  readonly svg: string;
  readonly pages: number;
}

export const server = {
  choices: () => get<Choices>("/choices"),
  projects: () => get<ProjectLine[]>("/projects"),
  project: (id: string) => get<Project>(`/projects/${id}`),
  forget: async (id: string) => void (await ask(`/projects/${id}`, { method: "DELETE", headers: OURS })),

  openText: (text: string) => post<Project>("/projects", { text }),
  openExample: (example: string) => post<Project>("/projects", { example }),
  /** Open a file: as a sheet to be arranged, or as a whole score to be looked through. */
  openFile(file: File, as: "sheet" | "score" = "sheet") {
    const form = new FormData();
    form.append("file", file);
    form.append("what", as);
    return post<Project>("/projects", form);
  },

  arrange: (id: string, choices: Setting) => post<{ job: string }>(`/projects/${id}/arrange`, { choices }),
  again: (id: string, bars: readonly [number, number], voices: readonly number[], seed: number) =>
    post<{ job: string }>(`/projects/${id}/again`, { bars, voices, variants: 3, seed }),
  repair: (id: string, select: readonly string[]) => post<{ job: string }>(`/projects/${id}/repair`, { select }),
  cancel: async (job: string) => void (await ask(`/jobs/${job}`, { method: "DELETE", headers: OURS })),

  edit: (id: string, change: object) => post<Project>(`/projects/${id}/edit`, change),
  pin: (id: string, voice: number, onset_quarter: Onset, on: boolean) =>
    post<Project>(`/projects/${id}/pin`, { voice, onset_quarter, on }),
  undo: (id: string) => post<Project>(`/projects/${id}/undo`),
  redo: (id: string) => post<Project>(`/projects/${id}/redo`),
  take: (id: string, variant: number) => post<Project>(`/projects/${id}/take`, { variant }),

  why: (id: string, voice: number, onset_quarter: Onset, signal: AbortSignal) =>
    get<Why>(`/projects/${id}/why` + query({ voice, onset_quarter }), signal),
  notes: (id: string, what: What) => get<Note[]>(`/projects/${id}/notes` + query({ what })),
  async shapes(id: string, what: What, width: number, layout: Layout, signal: AbortSignal) {
    const path = `/projects/${id}/pages` + query({ what, width, layout });
    return (await get<{ pages: PageShape[] }>(path, signal)).pages;
  },
  timemap: (id: string, what: What) => get<Moment[]>(`/projects/${id}/timemap` + query({ what })),
  stems: (id: string, what: What, rate: number) => get<Stems>(`/projects/${id}/stems` + query({ what, tempo: `${Math.round(rate * 100)}%`, form: "ogg" })),
  download: (id: string, kind: string) => `${ROOT}/projects/${id}/download/${kind}`,

  /** The first page of an arrangement as far as its search is. */
  async sketch(job: string, width: number, signal: AbortSignal): Promise<string> {
    return (await ask(`/jobs/${job}/score.svg` + query({ width }), { signal })).text();
  },

  async page(id: string, wish: PageRequest, signal?: AbortSignal): Promise<EngravedPage> {
    const { what, page, width, layout } = wish;
    const path = `/projects/${id}/score.svg` + query({ what, page, width, layout });
    const answer = await ask(path, signal ? { signal } : undefined);
    return { svg: await answer.text(), pages: Number(answer.headers.get("X-Pages") ?? "1") };
  },

  check(files: readonly File[], profile: string) {
    const form = new FormData();
    for (const file of files) form.append("files", file);
    if (profile) form.append("profile", profile);
    return post<Checked>("/check", form);
  },

  /** A page to print, with the marked score of each file. */
  async markedCopy(files: readonly File[], profile: string): Promise<Blob> {
    const form = new FormData();
    for (const file of files) form.append("files", file);
    if (profile) form.append("profile", profile);
    form.append("form", "html");
    return (await ask("/check", { method: "POST", headers: OURS, body: form })).blob();
  },
};

export interface JobListener {
  progress(share: number, phase: string): void;
  sketch(number: number): void; // the score as far as it is can be asked for
  variant(index: number): void; // another version is in the project
  done(result: Project): void;
  failed(error: string): void;
  cancelled(): void;
}

/** Follow a job until it has ended; the returned function stops listening. */
export function follow(job: string, listener: JobListener): () => void {
  const events = new EventSource(`${ROOT}/jobs/${job}/events`);
  const read = (event: Event): unknown => JSON.parse((event as MessageEvent<string>).data || "{}");
  events.addEventListener("progress", (event) => {
    const said = read(event) as { share?: number; phase?: string };
    listener.progress(said.share ?? 0, said.phase ?? "");
  });
  events.addEventListener("done", (event) => {
    events.close();
    listener.done(read(event) as Project);
  });
  events.addEventListener("sketch", (event) => listener.sketch((read(event) as { number?: number }).number ?? 0));
  events.addEventListener("variant", (event) => listener.variant((read(event) as { index?: number }).index ?? 0));
  events.addEventListener("queued", () => listener.progress(0, "waiting"));
  events.addEventListener("cancelled", () => {
    events.close();
    listener.cancelled();
  });
  events.addEventListener("failed", (event) => {
    events.close();
    listener.failed((read(event) as { error?: string }).error ?? "");
  });
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) listener.failed("");
  };
  return () => events.close();
}
