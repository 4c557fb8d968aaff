import { t } from "@deskside/browser/catalogue";
import { unread } from "@deskside/browser/transcript";
import { Button, Switch } from "@mantine/core";
import { useEffect } from "react";
import { ConversationRegion } from "./conversation_region.tsx";
import { CustomerFacts } from "./customer_facts.tsx";
import { LinkBanner } from "./link_banner.tsx";
import { Mark } from "./mark.tsx";
import { MySessions } from "./my_sessions.tsx";
import { Notices } from "./notices.tsx";
import { QueueRegion } from "./queue_region.tsx";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface ShellProps {
  readonly workplace: Workplace;
  readonly leave: () => void;
}

/** The signed-in console: who waits, whom one serves, and the conversation that is open. */
export function Shell({ workplace, leave }: ShellProps) {
  const { mine, chosen, dismissed } = useStore(workplace.state);
  const { closed } = useStore(workplace.link.state);
  const open =
    mine.find(({ id }) => id === chosen) ?? mine.find(({ id }) => !dismissed.includes(id));

  useEffect(() => {
    if (closed === "signed_out") leave();
  }, [closed, leave]);

  return (
    <div className="shell">
      <Header workplace={workplace} leave={leave} />
      <LinkBanner link={workplace.link} />
      <main className="work">
        <div className="lists">
          <QueueRegion workplace={workplace} />
          <MySessions workplace={workplace} open={open} />
        </div>
        <ConversationRegion workplace={workplace} transcript={open} />
        {open && <CustomerFacts workplace={workplace} transcript={open} />}
      </main>
      <Notices workplace={workplace} />
    </div>
  );
}

function Header({ workplace, leave }: ShellProps) {
  const { available } = useStore(workplace.state);
  const { open } = useStore(workplace.link.state);
  return (
    <header className="header">
      <Mark />
      <h1 className="brand">Deskside</h1>
      <nav className="navigation" aria-label={t("Areas")}>
        <a href="#sessions" aria-current="page">
          {t("Sessions")}
          <UnreadInTitle workplace={workplace} />
        </a>
      </nav>
      {available !== null && (
        <Switch
          label={t("Available")}
          checked={available}
          disabled={!open}
          onChange={(event) => workplace.setAvailable(event.currentTarget.checked)}
        />
      )}
      <span className="who">{workplace.account.name}</span>
      <Button variant="default" size="sm" onClick={leave}>
        {t("Sign out")}
      </Button>
    </header>
  );
}

/** Carries the number of unread lines into the window's title. */
function UnreadInTitle({ workplace }: { workplace: Workplace }) {
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
