// One page of the score: asked for when it comes near, and kept until its successor has arrived.
import { useEffect, useRef, useState } from "preact/hooks";
import { server, ServerError, type Layout } from "../api/client";
import type { What } from "../api/types";
import { barAt } from "../state/store";
import { report } from "../state/work";
import { measurePage, type Geometry } from "./geometry";
import { Marks } from "./Marks";
import { forgetPage, pageDrawn } from "./pages";
import { aspect, toElement } from "./svg";

export interface PagesProps {
  readonly id: string;
  readonly what: What;
  readonly revision: number;
  readonly width: number;
  readonly size: number; // of the staves, in percent
  readonly layout: Layout;
}

/** The width to ask for: a narrow page that is shown wide has large staves. */
export function engravedWidth(width: number, size: number): number {
  return Math.round((width * 100) / size);
}

interface PageProps extends PagesProps {
  readonly number: number;
  readonly ratio: number; // width over height, until the page itself tells
}

export function Page({ id, what, revision, number, width, size, layout, ratio }: PageProps) {
  const frame = useRef<HTMLDivElement>(null);
  const ink = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(number === 1);
  const [own, setOwn] = useState({ width: 0, ratio: 0 });
  const [geometry, setGeometry] = useState<Geometry | null>(null);

  useEffect(() => {
    const stage = frame.current?.closest("#stage") ?? null;
    const watcher = new IntersectionObserver(([entry]) => entry && setNear(entry.isIntersecting), {
      root: stage,
      rootMargin: "1200px 0px",
    });
    if (frame.current) watcher.observe(frame.current);
    return () => {
      watcher.disconnect();
      forgetPage(number);
    };
  }, [number]);

  useEffect(() => {
    if (!near || !width) return;
    const leaving = new AbortController();
    server.page(id, { what, page: number, width: engravedWidth(width, size), layout }, leaving.signal).then(({ svg }) => {
      const element = toElement(svg);
      if (!element || !ink.current || !frame.current || leaving.signal.aborted) return;
      ink.current.replaceChildren(element);
      setOwn({ width, ratio: aspect(element) });
      const measured = measurePage(element, barAt);
      setGeometry(measured);
      pageDrawn({ number, element: frame.current, geometry: measured });
    }, (error: unknown) => {
      const gone = error instanceof ServerError && error.status >= 400; // the score has become shorter meanwhile
      if (!gone || number === 1) report(error);
    });
    return () => leaving.abort();
  }, [id, what, revision, number, width, size, layout, near]);

  const height = width / (own.width === width ? own.ratio : ratio);
  return (
    <div ref={frame} class="page" data-page={number} style={{ height: `${height}px` }}>
      <div ref={ink} class="ink" />
      {geometry && <Marks geometry={geometry} />}
    </div>
  );
}
