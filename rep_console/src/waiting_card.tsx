import { t } from "@deskside/browser/catalogue";
import type { Waiting } from "@deskside/browser/contract";
import { stopwatch } from "@deskside/browser/times";
import { Button } from "@mantine/core";
import { memo, useId, useState } from "react";
import { EarlierCount } from "./earlier_visits.tsx";
import { useTicking } from "./ticking.tsx";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface WaitingProps {
  readonly workplace: Workplace;
  readonly entry: Waiting;
  /** The name of the colleague to whom it is offered, or empty. */
  readonly offered: string;
  /** In the queue of its team, from 1. */
  readonly position: number;
  readonly team: string;
}

/** Somebody who waits: who, for what, how long, and the button that ends it. */
export const WaitingCard = memo(function WaitingCard(props: WaitingProps) {
  const { workplace, entry, offered, position, team } = props;
  const id = useId();
  const about = [workplace.issueName(entry.issue), team, entry.language.toUpperCase()];
  return (
    <>
      <span className="waiting-position" title={t("Position in the queue")}>
        {position}
      </span>
      <div className="waiting-who" id={id}>
        <span className="waiting-line">
          <span className="waiting-name">{entry.name || t("Without a name")}</span>
          <EarlierCount workplace={workplace} session={entry.session} isShort />
        </span>
        <span className="waiting-about">
          {offered ? t("Offered to {name}", { name: offered }) : about.filter(Boolean).join(" · ")}
        </span>
      </div>
      <WaitedTime since={entry.waiting_since} />
      <AcceptButton workplace={workplace} session={entry.session} whom={id} />
    </>
  );
});

function WaitedTime({ since }: { since: number }) {
  const now = useTicking();
  return (
    <span className="waiting-time" role="timer" aria-label={t("Waiting time")}>
      {stopwatch(now - since)}
    </span>
  );
}

interface AcceptProps {
  readonly workplace: Workplace;
  readonly session: string;
  /** The id of the element that says who it is. */
  readonly whom: string;
}

// Everybody moves up when one leaves, and so many buttons would be drawn for nothing.
const AcceptButton = memo(function AcceptButton({ workplace, session, whom }: AcceptProps) {
  const [asked, setAsked] = useState(false);
  const { open } = useStore(workplace.link.state);
  return (
    <Button
      size="compact-sm"
      aria-describedby={whom}
      loading={asked}
      disabled={!open}
      onClick={() => {
        setAsked(true);
        void workplace.accept(session).finally(() => setAsked(false));
      }}
    >
      {t("Accept")}
    </Button>
  );
});
