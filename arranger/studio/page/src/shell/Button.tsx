import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon";

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly keys?: string; // the key that does the same
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly class?: string;
  readonly testid?: string;
  onClick(): void;
}

/** A button that shows a drawing; its label and its key are told on hover and to screen readers. */
export function IconButton({ icon, label, keys, pressed, disabled, onClick, testid, class: more = "" }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`icon-button ${more}`}
      aria-label={label}
      title={keys ? `${label} (${keys})` : label}
      aria-pressed={pressed}
      disabled={disabled}
      data-testid={testid}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

interface SegmentsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, ComponentChildren])[];
  readonly testid?: string;
  onChoose(value: T): void;
}

/** A few choices side by side, one of them taken. */
export function Segments<T extends string>({ label, value, options, testid, onChoose }: SegmentsProps<T>) {
  return (
    <div class="segments" role="group" aria-label={label} data-testid={testid}>
      {options.map(([name, text]) => (
        <button key={name} type="button" aria-pressed={name === value} data-value={name} onClick={() => onChoose(name)}>
          {text}
        </button>
      ))}
    </div>
  );
}
