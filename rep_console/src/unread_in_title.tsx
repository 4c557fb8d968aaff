import { unread } from "@deskside/browser/transcript";
import { useEffect } from "react";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

/** Carries the number of unread lines into the window's title. */
export function UnreadInTitle({ workplace }: { workplace: Workplace }) {
  const { mine } = useStore(workplace.state);
  const me = workplace.account.party;
  useEffect(() => {
    const bare = document.title;
    const show = () => {
      const count = mine.reduce((sum, { view }) => sum + unread(view.get(), me), 0);
      document.title = count ? `(${count}) ${bare}` : bare;
    };
    show();
    const stops = mine.map(({ view }) => view.subscribe(show));
    return () => {
      for (const stop of stops) stop();
      document.title = bare;
    };
  }, [mine, me]);
  return null;
}
