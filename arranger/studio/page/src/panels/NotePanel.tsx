// One note: its role and what it does, what else it could be and at what cost, and the ways to change it.
import type { Alternative } from "../api/types";
import { barNumber, editable, isPinned, noteById, partName, project, selected, why, type NoteRef } from "../state/store";
import { edit, takeAlternative, togglePin } from "../state/work";
import { t } from "../strings";
import { Icon } from "../shell/Icon";
import { capital, pitchesIn, pitchText } from "./pitch";

export function NotePanel() {
  const note = selected.value;
  if (!note) {
    return (
      <div class="empty">
        <p>{t("note.choose")}</p>
        <p class="quiet">{t("note.choose.about")}</p>
      </div>
    );
  }
  return (
    <div class="note">
      <Heading note={note} />
      {editable.value && <Tools note={note} />}
      <Reasons note={note} />
      <Faults note={note} />
    </div>
  );
}

function Heading({ note }: { readonly note: NoteRef }) {
  const known = noteById.value.get(note.id);
  const pitch = why.value?.pitch ?? known?.pitch;
  return (
    <header class="note-head">
      <strong data-testid="pitch">{pitch ? pitchText(pitch) : "–"}</strong>
      <div>
        <p>{partName(note.voice)}</p>
        {known && <p class="quiet">{t("place", { bar: barNumber(known.bar), beat: known.beat })}</p>}
      </div>
    </header>
  );
}

function Tools({ note }: { readonly note: NoteRef }) {
  const pinned = isPinned(note);
  return (
    <div class="tools" role="group" aria-label={t("note.change")}>
      <button type="button" class="button" onClick={() => void edit(note, { steps: 1 })} title={`${t("note.up")} (↑)`} aria-label={t("note.up")} data-testid="step-up">
        <Icon name="up" />
      </button>
      <button type="button" class="button" onClick={() => void edit(note, { steps: -1 })} title={`${t("note.down")} (↓)`} aria-label={t("note.down")} data-testid="step-down">
        <Icon name="lower" />
      </button>
      <button type="button" class="button" onClick={() => void edit(note, { semitones: 1 })} title={`${t("note.sharp")} (Alt ↑)`} aria-label={t("note.sharp")}>
        ♯
      </button>
      <button type="button" class="button" onClick={() => void edit(note, { semitones: -1 })} title={`${t("note.flat")} (Alt ↓)`} aria-label={t("note.flat")}>
        ♭
      </button>
      <button type="button" class="button grow" aria-pressed={pinned} onClick={() => void togglePin(note)} title={`${t("note.pin")} (P)`} data-testid="pin">
        <Icon name="pin" />
        {pinned ? t("note.pinned") : t("note.pin")}
      </button>
    </div>
  );
}

function Reasons({ note }: { readonly note: NoteRef }) {
  const reason = why.value;
  if (!reason) return null;
  return (
    <>
      <section class="reasons" data-testid="why">
        <h2>{t("note.why")}</h2>
        <p class="role">{pitchesIn(capital(reason.role))}</p>
        <p class="quiet">{[reason.chord && pitchText(reason.chord), reason.figure].filter(Boolean).join(" · ")}</p>
        <ul>
          {reason.doing.map((line) => (
            <li key={line}>{pitchesIn(capital(line))}</li>
          ))}
        </ul>
        {reason.given && <p class="quiet">{t("note.given")}</p>}
      </section>
      {reason.alternatives.length > 0 && (
        <section class="alternatives">
          <h2>{t("note.alternatives")}</h2>
          <ol>
            {reason.alternatives.map((other) => (
              <Other key={other.pitch} note={note} other={other} />
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

function Other({ note, other }: { readonly note: NoteRef; readonly other: Alternative }) {
  const words = other.words.startsWith(`${other.pitch} `) ? other.words.slice(other.pitch.length + 1) : other.words;
  return (
    <li>
      <button
        type="button"
        class={`alternative${other.cost < 0 ? " better" : ""}`}
        disabled={!editable.value}
        onClick={() => void takeAlternative(note, other)}
        data-testid="alternative"
      >
        <strong>{pitchText(other.pitch)}</strong>
        <small>{cost(other.cost)}</small>
        <span>{pitchesIn(capital(words))}</span>
      </button>
    </li>
  );
}

function cost(value: number): string {
  const size = Math.abs(value) < 0.05 ? "0" : Math.abs(value).toFixed(1);
  return value < -0.05 ? `−${size}` : `+${size}`;
}

function Faults({ note }: { readonly note: NoteRef }) {
  const mine = project.value?.findings.filter((each) => each.note_ids.includes(note.id)) ?? [];
  if (!mine.length) return null;
  return (
    <section class="faults">
      <h2>{t("note.findings")}</h2>
      <ul>
        {mine.map((each) => (
          <li key={each.code + each.onset_quarter} class={each.severity}>
            {pitchesIn(each.message)} <small>{each.code}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
