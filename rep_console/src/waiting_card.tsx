import { t } from "@deskside/browser/catalogue";
import type { Waiting } from "@deskside/browser/contract";
import { stopwatch } from "@deskside/browser/times";
import { Button } from "@mantine/core";
import { useId, useState } from "react";
import { EarlierCount } from "./earlier_visits.tsx";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

interface WaitingProps {
  readonly workplace: Workplace;
  readonly entry: Waiting;
  readonly waited: number;
  /** In the queue of its team, from 1. */
  readonly position: number;
  readonly team: string;
}

/** Somebody who waits: who, for what, how long, and the button that ends it. */
export function WaitingCard({ workplace, entry, waited, position, team }: WaitingProps) {
  const [asked, setAsked] = useState(false);
  const { open } = useStore(workplace.link.state);
  const id = useId();
  const { account } = workplace;
  const offered =
    entry.offered && entry.offered !== account.party && workplace.nameOf(entry.offered);
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
      <span className="waiting-time" role="timer" aria-label={t("Waiting time")}>
        {stopwatch(waited)}
      </span>
      <Button
        size="compact-sm"
        aria-describedby={id}
        loading={asked}
        disabled={!open}
        onClick={() => {
          setAsked(true);
          void workplace.accept(entry.session).finally(() => setAsked(false));
        }}
      >
        {t("Accept")}
      </Button>
    </>
  );
}
