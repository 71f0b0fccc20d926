// The foot of the page: play, where we are, tempo and loop, and a fader for each voice.
import { useEffect, useState } from "preact/hooks";
import { momentAt, tempoAt } from "../sound/clock";
import { fader, setFader } from "../sound/mix";
import { player } from "../sound/player";
import { barAt, barNumber, partName, project, timemap } from "../state/store";
import { preferences } from "../state/preferences";
import { t } from "../strings";
import { IconButton } from "../shell/Button";
import { Icon } from "../shell/Icon";
import { Menu } from "../shell/Menu";

export function Transport() {
  const playing = player.playing.value;
  return (
    <section class="transport" aria-label={t("transport")}>
      <div class="cluster">
        <IconButton icon="rewind" label={t("rewind")} keys="Home" onClick={() => player.rewind()} />
        <button
          type="button"
          class={`play${player.loading.value ? " loading" : ""}`}
          aria-label={playing ? t("stop") : t("play")}
          title={`${playing ? t("stop") : t("play")} (${t("space")})`}
          data-testid="play"
          data-playing={playing}
          onClick={() => player.toggle()}
        >
          <Icon name={playing ? "stop" : "play"} />
        </button>
        <Position />
      </div>
      <div class="cluster">
        <IconButton icon="loop" label={t("loop")} keys="L" pressed={preferences.loop.value} onClick={() => (preferences.loop.value = !preferences.loop.value)} testid="loop" />
        <IconButton icon="count" label={t("count-in")} pressed={preferences.countIn.value} onClick={() => (preferences.countIn.value = !preferences.countIn.value)} testid="count-in" />
        <Tempo />
      </div>
      <Mixer />
    </section>
  );
}

function Position() {
  const [bar, setBar] = useState("");
  useEffect(() => {
    const tell = () => {
      const moment = timemap.value[Math.max(0, momentAt(player.now()))];
      setBar(moment ? barNumber(barAt(moment.onset_quarter)) : "–");
    };
    tell();
    if (!player.playing.value) return;
    const timer = window.setInterval(tell, 120);
    return () => window.clearInterval(timer);
  }, [player.playing.value, player.position.value, timemap.value]);
  return (
    <output class="position" data-testid="position" data-seconds={player.position.value.toFixed(2)}>
      <small>{t("bar")}</small> {bar}
    </output>
  );
}

const RATES = [50, 60, 70, 80, 90, 100, 110, 120];
const RISES = [0, 3, 5, 10];

function Tempo() {
  const tempo = timemap.value.length ? tempoAt(player.position.value) : 0;
  const rate = preferences.rate.value;
  const shown = player.playing.value ? Math.round(player.passRate.value * 100) : rate;
  const set = (change: () => void) => {
    const wasPlaying = player.playing.value;
    player.stop();
    change();
    if (wasPlaying) void player.play();
  };
  return (
    <Menu label={t("tempo")} testid="tempo" button={<span class="tempo">{tempo ? `♩ = ${Math.round((tempo * shown) / 100)}` : `${shown} %`}</span>}>
      <div class="menu-row">
        <label for="rate">{t("tempo")}</label>
        <select id="rate" value={rate} data-testid="rate" onChange={(event) => set(() => (preferences.rate.value = Number(event.currentTarget.value)))}>
          {RATES.map((each) => (
            <option key={each} value={each}>
              {each} %
            </option>
          ))}
        </select>
      </div>
      <div class="menu-row">
        <label for="rise">{t("rise")}</label>
        <select id="rise" value={preferences.rise.value} data-testid="rise" onChange={(event) => (preferences.rise.value = Number(event.currentTarget.value))}>
          {RISES.map((each) => (
            <option key={each} value={each}>
              {each ? `+ ${each} %` : t("rise.none")}
            </option>
          ))}
        </select>
      </div>
    </Menu>
  );
}

function Mixer() {
  const parts = project.value?.parts ?? [];
  if (!parts.length) return null;
  return (
    <>
      <div class="mixer" role="group" aria-label={t("mixer")} data-testid="mixer">
        {parts.map(({ voice }) => (
          <Channel key={voice} voice={voice} />
        ))}
      </div>
      <div class="mixer-menu">
        <Menu label={t("mixer")} button={<Icon name="sliders" />} plain testid="mixer-menu">
          <div class="mixer tall">
            {parts.map(({ voice }) => (
              <Channel key={voice} voice={voice} />
            ))}
          </div>
        </Menu>
      </div>
    </>
  );
}

function Channel({ voice }: { readonly voice: number }) {
  const { volume, muted, solo } = fader(voice);
  const name = partName(voice);
  return (
    <div class={`channel${muted ? " muted" : ""}`}>
      <span class="channel-name" title={name}>
        {name}
      </span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={volume}
        aria-label={t("volume", { name })}
        data-testid={`volume-${voice}`}
        onInput={(event) => setFader(voice, { volume: Number(event.currentTarget.value) })}
      />
      <button type="button" class="tiny" aria-pressed={muted} aria-label={t("mute", { name })} title={t("mute", { name })} onClick={() => setFader(voice, { muted: !muted })} data-testid={`mute-${voice}`}>
        M
      </button>
      <button type="button" class="tiny solo" aria-pressed={solo} aria-label={t("solo", { name })} title={t("solo", { name })} onClick={() => setFader(voice, { solo: !solo })} data-testid={`solo-${voice}`}>
        S
      </button>
    </div>
  );
}
