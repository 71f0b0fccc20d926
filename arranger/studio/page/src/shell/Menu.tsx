import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface MenuProps {
  readonly label: string;
  readonly button: ComponentChildren;
  readonly testid?: string;
  readonly disabled?: boolean;
  readonly plain?: boolean; // only a drawing in the button
  readonly children: ComponentChildren;
}

/** A button that opens a small sheet below it; Escape and a click elsewhere close it. */
export function Menu({ label, button, children, testid, disabled, plain }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const knob = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    const listening = new AbortController();
    const { signal } = listening;
    const away = (event: Event) => root.current?.contains(event.target as Node) || setOpen(false);
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      setOpen(false);
      knob.current?.focus();
    };
    document.addEventListener("pointerdown", away, { signal, capture: true });
    document.addEventListener("keydown", escape, { signal, capture: true });
    return () => listening.abort();
  }, [open]);

  return (
    <div class="menu" ref={root}>
      <button
        ref={knob}
        type="button"
        class={plain ? "icon-button" : "button"}
        aria-label={plain ? label : undefined}
        title={plain ? label : undefined}
        aria-expanded={open}
        data-testid={testid}
        disabled={disabled}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <div class="menu-sheet" role="group" aria-label={label} onClick={(event) => (event.target as Element).closest("[data-closes]") && setOpen(false)}>
          {children}
        </div>
      )}
    </div>
  );
}
