// The first thing one sees: drop a lead sheet, type one, take an example, or go on where one left off.
import { useRef, useState } from "preact/hooks";
import { server } from "../api/client";
import { choices, recent } from "../state/store";
import { open, refreshRecent, report } from "../state/work";
import { language, t } from "../strings";
import { IconButton } from "../shell/Button";
import { takeFiles } from "../shell/DropZone";
import { Icon } from "../shell/Icon";

export const SHEETS = ".musicxml,.xml,.mxl,.abc,.mid,.midi,.kar,.krn,.arranger";
const ABC = `X:1
T:My tune
M:3/4
L:1/4
K:G
D | "G" G2 B/G/ | B2 A | "C" G2 E | "G" D2 D |
"G" G2 B/G/ | B2 "D" A | "G" d3- | d2 |]
w: A- maz- ing__ grace how sweet the sound that saved a__ wretch like me.`;

export function Start() {
  return (
    <main class="start">
      <section class="hero">
        <h1>{t("start.title")}</h1>
        <p>{t("start.lead")}</p>
      </section>
      <Door />
      <Examples />
      <Recent />
    </main>
  );
}

function Door() {
  const input = useRef<HTMLInputElement>(null);
  const [typing, setTyping] = useState(false);
  const [text, setText] = useState(ABC);
  if (typing) {
    return (
      <form
        class="door typing"
        onSubmit={(event) => {
          event.preventDefault();
          void open(() => server.openText(text));
        }}
      >
        <label for="abc">{t("start.abc")}</label>
        <textarea id="abc" rows={9} spellcheck={false} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <div class="row end">
          <button type="button" class="button" onClick={() => setTyping(false)}>
            {t("back")}
          </button>
          <button type="submit" class="button primary" data-testid="open-abc">
            {t("start.engrave")}
          </button>
        </div>
      </form>
    );
  }
  return (
    <div class="door">
      <Icon name="open" />
      <p class="door-title">{t("start.drop")}</p>
      <p class="quiet">{t("start.formats")}</p>
      <div class="row">
        <button type="button" class="button primary" onClick={() => input.current?.click()} data-testid="choose-file">
          {t("start.choose")}
        </button>
        <button type="button" class="button" onClick={() => setTyping(true)} data-testid="type-abc">
          {t("start.type")}
        </button>
      </div>
      <input
        ref={input}
        class="hidden"
        type="file"
        tabIndex={-1}
        accept={SHEETS}
        aria-label={t("start.choose")}
        data-testid="file"
        onChange={(event) => takeFiles([...(event.currentTarget.files ?? [])])}
      />
    </div>
  );
}

function Examples() {
  const all = choices.value?.examples ?? [];
  if (!all.length) return null;
  return (
    <section class="shelf">
      <h2>{t("start.examples")}</h2>
      <ul class="cards">
        {all.map(({ name, title }) => (
          <li key={name}>
            <button type="button" class="card" onClick={() => void open(() => server.openExample(name))} data-testid={`example-${name}`}>
              <strong>{title ?? name}</strong>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Recent() {
  if (!recent.value.length) return null;
  const when = new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" });
  const forget = async (id: string) => {
    try {
      await server.forget(id);
      await refreshRecent();
    } catch (error) {
      report(error);
    }
  };
  return (
    <section class="shelf">
      <h2>{t("start.recent")}</h2>
      <ul class="lines">
        {recent.value.slice(0, 8).map(({ id, title, changed }) => (
          <li key={id}>
            <a href={`#/p/${id}`}>
              <span>{title}</span>
              <time dateTime={changed}>{when.format(new Date(changed))}</time>
            </a>
            <IconButton icon="close" label={t("forget", { title })} onClick={() => void forget(id)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
