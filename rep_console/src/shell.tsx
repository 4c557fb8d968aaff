import { plural, t } from "@deskside/browser/catalogue";
import { useCallback, useEffect, useMemo, useState } from "react";
import { AlertHint } from "./alert_hint.tsx";
import { AwayBanner } from "./away_banner.tsx";
import { allCommands, commandsOf } from "./commands.ts";
import type { Command } from "./commands.ts";
import { Confirmation } from "./confirmation.tsx";
import { Header } from "./header.tsx";
import { LinkBanner } from "./link_banner.tsx";
import { Notices } from "./notices.tsx";
import { Palette } from "./palette.tsx";
import type { Preferences } from "./preferences.ts";
import { Rail } from "./rail.tsx";
import { LongPauses } from "./recording_pause.tsx";
import { go, useRoute } from "./route.ts";
import { ScreenWindow } from "./screen_window.tsx";
import { ShortcutSheet } from "./shortcut_sheet.tsx";
import { useSameRights } from "./use_same_rights.ts";
import { useShortcuts } from "./use_shortcuts.ts";
import { useStore } from "./use_store.ts";
import { viewsOf } from "./views.tsx";
import type { Workplace } from "./workplace.ts";

interface ShellProps {
  readonly workplace: Workplace;
  readonly preferences: Preferences;
  readonly leave: () => void;
}

/** The signed-in console: the navigation, the bar at the top, and the view that the address names. */
export function Shell({ workplace, preferences, leave }: ShellProps) {
  const { closed } = useStore(workplace.link.state);
  useSameRights(workplace);
  const route = useRoute();
  const isWindow = route.view === "screen";
  const views = viewsOf(workplace.account.role);
  const current = views.find(({ path }) => path === route.view);
  const first = views[0]?.path ?? "";

  const [panel, setPanel] = useState<Panel>("");
  const parts = useMemo(
    () => ({ workplace, preferences, views: viewsOf(workplace.account.role) }),
    [workplace, preferences],
  );
  // Whoever still serves somebody is asked first; whom the broker has signed out is not.
  const askToLeave = useCallback(() => {
    if (servedBy(workplace)) setPanel("leaving");
    else leave();
  }, [workplace, leave]);
  const commands = useCallback(
    () => [...commandsOf(parts), ...panelCommands(setPanel, askToLeave)],
    [parts, askToLeave],
  );
  useShortcuts(commands, parts);
  const close = () => setPanel("");
  const { alarm, idleness } = workplace;

  useEffect(() => {
    if (closed === "signed_out") leave();
  }, [closed, leave]);

  useEffect(() => {
    if (!current && !isWindow) go(first, "", { replace: true });
  }, [current, first, isWindow]);

  if (isWindow) {
    return <ScreenWindow workplace={workplace} preferences={preferences} session={route.rest} />;
  }

  return (
    <div className="shell">
      <Rail workplace={workplace} views={views} current={current} />
      <Header
        workplace={workplace}
        title={current?.label() ?? ""}
        find={() => setPanel("palette")}
        leave={askToLeave}
      />
      <div className="banners">
        <LinkBanner link={workplace.link} />
        {alarm && workplace.takesSessions && <AlertHint alarm={alarm} />}
        {workplace.account.role === "lead" && <LongPauses workplace={workplace} />}
        {idleness && <AwayBanner workplace={workplace} idleness={idleness} />}
      </div>
      <main className="view">
        {current && (
          <current.View workplace={workplace} preferences={preferences} rest={route.rest} />
        )}
      </main>
      <Notices workplace={workplace} />
      <Palette opened={panel === "palette"} close={close} commands={commands} />
      <ShortcutSheet
        opened={panel === "sheet"}
        close={close}
        commands={() => [...allCommands(parts), ...panelCommands(setPanel, askToLeave)]}
      />
      <Confirmation
        opened={panel === "leaving"}
        close={close}
        title={t("Sign out while you serve customers?")}
        text={plural(
          servedBy(workplace),
          "You serve {count} session. Unless you are back soon, it goes to a colleague or to the front of its queue.",
          "You serve {count} sessions. Unless you are back soon, they go to a colleague or to the front of their queue.",
        )}
        action={t("Sign out")}
        confirm={leave}
        isGrave
      />
    </div>
  );
}

/** Return how many conversations depend on whoever is signed in. */
function servedBy({ state, account }: Workplace): number {
  const sessions = state.get().mine.map(({ view }) => view.get().session);
  return sessions.filter(({ state: at, owner }) => at === "talking" && owner === account.party)
    .length;
}

export type Panel = "" | "palette" | "sheet" | "leaving";

/** What belongs to the console as a whole; `leave` signs out. */
export function panelCommands(show: (panel: Panel) => void, leave: () => void): readonly Command[] {
  const group = t("General");
  return [
    {
      id: "palette",
      label: t("What do you want to do?"),
      group,
      icon: "search",
      keys: ["Ctrl+K"],
      run: () => show("palette"),
    },
    {
      id: "sheet",
      label: t("Keyboard shortcuts"),
      group,
      icon: "keyboard",
      keys: ["?"],
      run: () => show("sheet"),
    },
    { id: "sign out", label: t("Sign out"), group, icon: "sign_out", run: leave },
  ];
}
