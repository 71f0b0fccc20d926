import { useEffect, useRef } from "preact/hooks";
import { helpOpen } from "../state/store";
import { t, type Key } from "../strings";
import { IconButton } from "../shell/Button";

const GROUPS: readonly (readonly [Key, readonly (readonly [string, Key])[]])[] = [
  [
    "help.move",
    [
      ["←  →", "help.next"],
      ["Shift  ↑  ↓", "help.voice"],
      ["[  ]", "help.finding"],
      ["Home  End", "help.ends"],
      ["Esc", "help.escape"],
    ],
  ],
  [
    "help.change",
    [
      ["↑  ↓", "help.step"],
      ["Alt  ↑  ↓", "help.semitone"],
      ["Ctrl  ↑  ↓", "help.octave"],
      ["A … G", "help.letter"],
      ["1 … 9", "help.alternative"],
      ["P", "help.pin"],
      ["Ctrl  Z", "help.undo"],
      ["Ctrl  Shift  Z", "help.redo"],
    ],
  ],
  [
    "help.passage",
    [
      ["Shift  ←  →", "help.bars"],
      ["1 … 9", "help.voices"],
      ["N", "help.again"],
      ["R", "help.repair"],
    ],
  ],
  [
    "help.listen",
    [
      ["Space", "help.play"],
      ["L", "help.loop"],
      ["M  S", "help.mute"],
    ],
  ],
];

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="help" aria-label={t("help")} onClose={() => (helpOpen.value = false)} data-testid="help-sheet">
      {open && (
        <>
          <header>
            <h2>{t("help")}</h2>
            <IconButton icon="close" label={t("close")} onClick={() => (helpOpen.value = false)} />
          </header>
          <div class="help-groups">
            {GROUPS.map(([title, lines]) => (
              <section key={title}>
                <h3>{t(title)}</h3>
                <dl>
                  {lines.map(([keys, meaning]) => (
                    <div key={keys}>
                      <dt>
                        {keys.split("  ").map((key) => (
                          <kbd key={key}>{key}</kbd>
                        ))}
                      </dt>
                      <dd>{t(meaning)}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
          <p class="quiet">{t("help.pointer")}</p>
        </>
      )}
    </dialog>
  );
}
