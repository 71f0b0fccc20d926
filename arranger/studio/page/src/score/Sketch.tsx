// The score while the search runs: the tune is there, and the other voices grow.
import { useEffect, useRef } from "preact/hooks";
import { server } from "../api/client";
import type { Job } from "../state/store";
import { toElement } from "./svg";

interface SketchProps {
  readonly job: Job;
  readonly width: number; // to be engraved at
}

export function Sketch({ job: { id, sketch }, width }: SketchProps) {
  const ink = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const leaving = new AbortController();
    const draw = (svg: string) => {
      const element = toElement(svg);
      if (element && !leaving.signal.aborted) ink.current?.replaceChildren(element);
    };
    server.sketch(id, width, leaving.signal).then(draw, () => undefined); // a job that has just ended has none
    return () => leaving.abort();
  }, [id, sketch, width]);
  return <div ref={ink} class="ink sketch" data-testid="sketch" />;
}
