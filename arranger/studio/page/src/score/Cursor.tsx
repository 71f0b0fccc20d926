// The line that moves with the music, and the notes that sound at it. It is moved by hand, without rendering.
import { useEffect, useRef } from "preact/hooks";
import { preferences } from "../state/preferences";
import { barAt, timemap } from "../state/store";
import { player } from "../sound/player";
import { momentAt } from "../sound/clock";
import { findFirst, type DrawnNote, drawing } from "./pages";
import { bringIntoView } from "./scrolling";

interface Spot {
  readonly x: number;
  readonly top: number;
  readonly height: number;
}

function barOf({ page, note }: DrawnNote) {
  const index = barAt(note.onset_quarter);
  const same = page.geometry.bars.filter((bar) => bar.index === index);
  return same.find((bar) => note.x >= bar.left - 3 && note.x <= bar.left + bar.width + 3) ?? same[0];
}

/** Where the cursor stands at a time: between two notes of a line, in proportion. */
function spotAt(seconds: number): Spot | null {
  const at = Math.max(0, momentAt(seconds));
  const [moment, next] = [timemap.value[at], timemap.value[at + 1]];
  const here = moment && findFirst(moment.note_ids);
  if (!here) return null;
  const bar = barOf(here);
  if (!bar) return null;
  const there = next && findFirst(next.note_ids);
  const sameLine = there && there.page === here.page && there.note.x > here.note.x && barOf(there)?.top === bar.top;
  const end = sameLine ? there.note.x : bar.left + bar.width;
  const share = next ? Math.min(1, Math.max(0, (seconds - moment.seconds) / Math.max(0.01, next.seconds - moment.seconds))) : 0;
  const { offsetLeft, offsetTop } = here.page.element;
  return { x: offsetLeft + here.note.x + (end - here.note.x) * share, top: offsetTop + bar.top, height: bar.height };
}

let sounding: Element[] = [];

function light(ids: readonly string[]): void {
  for (const element of sounding) element.classList.remove("sounding");
  sounding = ids.map((id) => findFirst([id])?.note.element).filter((element) => element !== undefined);
  for (const element of sounding) element.classList.add("sounding");
}

export function Cursor() {
  const line = useRef<HTMLDivElement>(null);
  const playing = player.playing.value;
  const shown = preferences.cursor.value;
  void drawing.value;

  useEffect(() => {
    let frame = 0;
    let last = -2;
    const draw = () => {
      const seconds = player.now();
      place(line.current, shown && (playing || seconds > 0) ? spotAt(seconds) : null);
      if (!playing || !shown) return;
      const at = momentAt(seconds);
      if (at !== last) {
        const ids = timemap.value[at]?.note_ids ?? [];
        light(ids);
        if (ids[0]) bringIntoView(ids[0], { gently: true });
        last = at;
      }
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => {
      cancelAnimationFrame(frame);
      light([]);
    };
  }, [playing, shown, player.position.value, drawing.value, timemap.value]);

  return <div ref={line} class={`cursor${playing ? " moving" : ""}`} hidden />;
}

function place(line: HTMLDivElement | null, spot: Spot | null): void {
  if (!line) return;
  line.hidden = !spot;
  if (!spot) return;
  line.style.transform = `translate(${spot.x}px, ${spot.top - 10}px)`;
  line.style.height = `${spot.height + 20}px`;
}
