import { t } from "@deskside/browser/catalogue";
import { useEffect } from "react";
import { customerOf } from "./customer.ts";
import { LinkBanner } from "./link_banner.tsx";
import { Notices } from "./notices.tsx";
import type { Preferences } from "./preferences.ts";
import { ScreenRegion } from "./screen_region.tsx";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface WindowProps {
  readonly workplace: Workplace;
  readonly session: string;
  readonly preferences: Preferences;
}

/** One customer's screen in a window of its own. */
export function ScreenWindow({ workplace, preferences, session }: WindowProps) {
  const { mine } = useStore(workplace.state);
  const welcome = useStore(workplace.link.welcome);
  const transcript = mine.find(({ id }) => id === session);
  const name = transcript ? customerOf(transcript.view.get()).name : "";
  useEffect(() => {
    document.title = name ? `${name} · ${t("Screen")}` : t("Screen");
  }, [name]);
  return (
    <main className="screen-window">
      <h1 className="visually-hidden">{name || t("Screen")}</h1>
      <LinkBanner link={workplace.link} />
      {transcript ? (
        <ScreenRegion
          workplace={workplace}
          preferences={preferences}
          transcript={transcript}
          isOut
        />
      ) : (
        <p className="screen-nothing">
          {welcome ? t("This session is not among yours any more.") : t("One moment…")}
        </p>
      )}
      <Notices workplace={workplace} />
    </main>
  );
}
