import { preferences } from "../state/preferences";
import { LANGUAGES, t } from "../strings";
import { Segments } from "./Button";
import { Icon } from "./Icon";
import { Menu } from "./Menu";

export function Settings({ onHelp }: { onHelp(): void }) {
  return (
    <Menu label={t("settings")} button={<Icon name="more" />} plain testid="settings">
      <div class="menu-row">
        <span>{t("theme")}</span>
        <Segments
          label={t("theme")}
          value={preferences.theme.value}
          options={[
            ["auto", t("theme.auto")],
            ["light", t("theme.light")],
            ["dark", t("theme.dark")],
          ]}
          onChoose={(theme) => (preferences.theme.value = theme)}
        />
      </div>
      <div class="menu-row">
        <label for="language">{t("language")}</label>
        <select
          id="language"
          value={preferences.language.value}
          onChange={(event) => (preferences.language.value = event.currentTarget.value)}
        >
          {Object.entries(LANGUAGES).map(([name, title]) => (
            <option key={name} value={name} lang={name}>
              {title}
            </option>
          ))}
        </select>
      </div>
      <label class="menu-row">
        <span>{t("large")}</span>
        <input
          type="checkbox"
          class="switch"
          data-testid="large"
          checked={preferences.large.value}
          onChange={(event) => (preferences.large.value = event.currentTarget.checked)}
        />
      </label>
      <label class="menu-row">
        <span>{t("cursor.moves")}</span>
        <input
          type="checkbox"
          class="switch"
          data-testid="cursor"
          checked={preferences.cursor.value}
          onChange={(event) => (preferences.cursor.value = event.currentTarget.checked)}
        />
      </label>
      <hr />
      <button type="button" class="menu-item" data-closes onClick={onHelp} data-testid="help">
        <span>{t("help")}</span>
        <kbd>?</kbd>
      </button>
    </Menu>
  );
}
