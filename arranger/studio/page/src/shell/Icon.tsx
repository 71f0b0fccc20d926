// Drawings of 20 by 20 for buttons; what a button does is said by its label.
const PATHS = {
  play: "M6 4.2v11.6L15.5 10z",
  stop: "M5.5 5.5h9v9h-9z",
  rewind: "M5 5v10M15.5 5 8 10l7.5 5z",
  loop: "M4 9V8a3 3 0 0 1 3-3h8m-2.6-2.6L15 5l-2.6 2.6M16 11v1a3 3 0 0 1-3 3H5m2.6 2.6L5 15l2.6-2.6",
  undo: "M7.5 5 4 8.5 7.5 12M4.4 8.5H12a4 4 0 0 1 0 8H9",
  redo: "M12.5 5 16 8.5 12.5 12M15.6 8.5H8a4 4 0 0 0 0 8h3",
  down: "M10 4v9m-3.5-3.3L10 13.2l3.5-3.5M4.5 16.2h11",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  close: "m5.5 5.5 9 9m0-9-9 9",
  check: "m4.5 10.5 3.7 3.7 7.3-8",
  pin: "M10 11.5V17M6.5 3.5h7l-1 4 2 3.5h-9l2-3.5z",
  up: "M10 16V5m-4.2 4L10 4.8 14.2 9",
  lower: "M10 4v11m-4.2-4 4.2 4.2 4.2-4.2",
  cursor: "M10 3v14M7.5 3h5M7.5 17h5",
  count: "M7.5 3.5h5l2.5 13H5zM10 13l4-7",
  sliders: "M5 3.5v13M10 3.5v13M15 3.5v13M3.3 12h3.4M8.3 7h3.4M13.3 11h3.4",
  open: "M4 15.5v-11h4l1.5 2H16v9z",
  plus: "M10 4.5v11M4.5 10h11",
  left: "M12 5l-5 5 5 5",
} as const;

const FILLED = new Set(["play", "stop"]);

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon${FILLED.has(name) ? " filled" : ""}${name === "more" ? " dots" : ""}`} viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
