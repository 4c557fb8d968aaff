import { t } from "@deskside/browser/catalogue";
import type { Waiting } from "@deskside/browser/contract";
import { stopwatch } from "@deskside/browser/times";
import { Badge, Button } from "@mantine/core";
import { useId, useState } from "react";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

/** Who waits for the rep's teams, first to be served first. */
export function QueueRegion({ workplace }: { workplace: Workplace }) {
  const { queues } = useStore(workplace.state);
  const now = useNow(workplace.link);
  const waiting = Object.values(queues).flat();
  const manyTeams = Object.keys(queues).length > 1;
  return (
    <section className="panel panel-queue" aria-label={t("Queue")}>
      <h2 className="panel-title">
        {t("Queue")} {waiting.length > 0 && <Badge circle>{waiting.length}</Badge>}
      </h2>
      {waiting.length === 0 && <p className="panel-empty">{t("Nobody is waiting.")}</p>}
      <ol className="cards">
        {waiting.map((entry) => (
          <WaitingCard
            key={entry.session}
            workplace={workplace}
            entry={entry}
            waited={now - entry.waiting_since}
            team={manyTeams ? workplace.teamName(entry.team) : ""}
          />
        ))}
      </ol>
    </section>
  );
}

interface WaitingProps {
  readonly workplace: Workplace;
  readonly entry: Waiting;
  readonly waited: number;
  readonly team: string;
}

function WaitingCard({ workplace, entry, waited, team }: WaitingProps) {
  const [asked, setAsked] = useState(false);
  const { open } = useStore(workplace.link.state);
  const id = useId();
  const about = [workplace.issueName(entry.issue), team, entry.language.toUpperCase()];
  return (
    <li className="waiting">
      <div className="waiting-who" id={id}>
        <span className="waiting-name">{entry.name || t("Without a name")}</span>
        <span className="waiting-about">{about.filter(Boolean).join(" · ")}</span>
      </div>
      <span className="waiting-time" role="timer" aria-label={t("Waiting time")}>
        {stopwatch(waited)}
      </span>
      <Button
        size="sm"
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
    </li>
  );
}
