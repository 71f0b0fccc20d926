// The score: pages one below the other, a surface that takes clicks, and the cursor that moves while the music plays.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { server } from "../api/client";
import { bars, job, project, selected, what } from "../state/store";
import { preferences } from "../state/preferences";
import { report } from "../state/work";
import { t } from "../strings";
import { Cursor } from "./Cursor";
import { engravedWidth, Page, type PagesProps } from "./Page";
import { shapes } from "./pages";
import { hold } from "./pointing";
import { Sketch } from "./Sketch";
import { bringIntoView } from "./scrolling";

const USUAL_RATIO = 0.68; // width over height of a full page
const SHAPES_DELAY = 300; // milliseconds after a change: the page itself goes first
const NARROW = 620; // pixels: a phone, with smaller staves

/** Staff size in percent: smaller on a phone, larger on a music stand. */
function staffSize(width: number): number {
  const base = width < NARROW ? 80 : 100;
  return preferences.large.value ? Math.round(base * 1.5) : base;
}

export function Score() {
  const surface = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const now = project.value;

  useLayoutEffect(() => {
    if (!surface.current) return;
    const watcher = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width / 8) * 8);
    });
    watcher.observe(surface.current);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    if (selected.value) bringIntoView(selected.value.id, { gently: true });
  }, [selected.value]);

  if (!now) return null;
  const growing = job.value?.kind === "arrange" && job.value.sketch > 0 ? job.value : null;
  const parts = { id: now.id, what: what.value, revision: now.revision, width, size: staffSize(width), layout: "auto" as const };
  return (
    <div
      ref={surface}
      class={`surface${job.value?.kind === "arrange" ? " busy" : ""}${selected.value || bars.value ? " choosing" : ""}`}
      id="score"
      data-revision={now.revision}
      role="application"
      tabIndex={0}
      aria-label={t("score.label", { title: now.title })}
      aria-describedby="score-keys"
      onPointerDown={hold}
    >
      {width > 0 && !growing && <Pages key={`${now.id} ${what.value}`} {...parts} />}
      {growing && <Sketch job={growing} width={engravedWidth(width, parts.size)} />}
      <Cursor />
      <p id="score-keys" class="hidden">
        {t("score.keys")}
      </p>
    </div>
  );
}

function Pages(props: PagesProps) {
  const { id, what, revision, width, size, layout } = props;
  useEffect(() => {
    const leaving = new AbortController();
    const ask = () => server.shapes(id, what, engravedWidth(width, size), layout, leaving.signal).then((found) => (shapes.value = found), report);
    const timer = window.setTimeout(ask, shapes.value.length ? SHAPES_DELAY : 0);
    return () => {
      window.clearTimeout(timer);
      leaving.abort();
    };
  }, [id, what, revision, width, size, layout]);
  useEffect(() => () => void (shapes.value = []), []);
  const all = shapes.value;
  return (
    <div class="pages" data-pages={all.length}>
      {Array.from({ length: Math.max(1, all.length) }, (_, index) => (
        <Page key={index} number={index + 1} ratio={USUAL_RATIO} {...props} />
      ))}
    </div>
  );
}
