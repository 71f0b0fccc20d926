import { server } from "../api/client";
import type { Project } from "../api/types";
import { t, type Key } from "../strings";
import { Icon } from "../shell/Icon";
import { Menu } from "../shell/Menu";

const KINDS: readonly (readonly [string, Key, Key])[] = [
  ["pdf", "take.pdf", "take.pdf.about"],
  ["parts.zip", "take.parts", "take.parts.about"],
  ["rehearsal.zip", "take.rehearsal", "take.rehearsal.about"],
  ["musicxml", "take.musicxml", "take.musicxml.about"],
  ["mxl", "take.mxl", "take.mxl.about"],
  ["mid", "take.mid", "take.mid.about"],
  ["report.html", "take.report", "take.report.about"],
  ["arranger", "take.project", "take.project.about"],
];

export function TakeAway({ project }: { readonly project: Project }) {
  return (
    <Menu
      label={t("take")}
      testid="take-away"
      disabled={!project.arrangement}
      button={
        <>
          <Icon name="down" />
          <span>{t("take")}</span>
        </>
      }
    >
      {KINDS.map(([kind, title, about]) => (
        <a key={kind} class="menu-item" data-closes download href={server.download(project.id, kind)} data-testid={`download-${kind}`}>
          <span>
            {t(title)}
            <small>{t(about)}</small>
          </span>
        </a>
      ))}
    </Menu>
  );
}
