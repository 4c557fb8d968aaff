import { useEffect } from "react";
import { Header } from "./header.tsx";
import { LinkBanner } from "./link_banner.tsx";
import { Notices } from "./notices.tsx";
import type { Preferences } from "./preferences.ts";
import { Rail } from "./rail.tsx";
import { go, useRoute } from "./route.ts";
import { UnreadInTitle } from "./unread_in_title.tsx";
import { useSameRights } from "./use_same_rights.ts";
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
  const views = viewsOf(workplace.account.role);
  const current = views.find(({ path }) => path === route.view);
  const first = views[0]?.path ?? "";

  useEffect(() => {
    if (closed === "signed_out") leave();
  }, [closed, leave]);

  useEffect(() => {
    if (!current) go(first, "", { replace: true });
  }, [current, first]);

  return (
    <div className="shell">
      <Rail workplace={workplace} views={views} current={current} />
      <Header workplace={workplace} title={current?.label() ?? ""} leave={leave} />
      <LinkBanner link={workplace.link} />
      <main className="view">
        {current && (
          <current.View workplace={workplace} preferences={preferences} rest={route.rest} />
        )}
      </main>
      <Notices workplace={workplace} />
      <UnreadInTitle workplace={workplace} />
    </div>
  );
}
