import { t } from "@deskside/browser/catalogue";
import type { Waiting } from "@deskside/browser/contract";
import { Badge, Button } from "@mantine/core";
import { useRef, useState } from "react";
import type { CSSProperties } from "react";
import { WaitingCard } from "./waiting_card.tsx";
import { Ticking } from "./ticking.tsx";
import { useRows } from "./use_rows.ts";
import { useStore } from "./use_store.ts";
import { byTurn } from "./workplace.ts";
import type { Workplace } from "./workplace.ts";

/** Of equal height, so that what is out of sight need not be drawn; in rem, as in `lists.css`. */
const ROW_REM = 3.6;

/** The broker shows so many of a team's queue at most; there may be more. */
const MOST_SHOWN = 300;

function howMany(queues: readonly (readonly Waiting[])[]): string {
  const more = queues.some((queue) => queue.length >= MOST_SHOWN) ? "+" : "";
  return `${queues.flat().length}${more}`;
}

/** Who waits for the rep's teams, first to be served first. */
export function QueueRegion({ workplace }: { workplace: Workplace }) {
  const { queues } = useStore(workplace.state);
  const { open } = useStore(workplace.link.state);
  const [only, setOnly] = useState("");
  const teams = Object.keys(queues);
  const team = teams.includes(only) ? only : "";
  const all = Object.values(queues).flat().toSorted(byTurn);
  const waiting = team ? all.filter((entry) => entry.team === team) : all;
  return (
    <section className="panel panel-queue" aria-label={t("Queue")}>
      <div className="panel-head">
        <h2 className="panel-title">
          {t("Queue")}{" "}
          {all.length > 0 && (
            <Badge circle={all.length < 100}>{howMany(Object.values(queues))}</Badge>
          )}
        </h2>
        {waiting.length > 1 && (
          <Button
            ml="auto"
            variant="light"
            size="compact-sm"
            title="Alt+A"
            disabled={!open}
            onClick={() => void workplace.acceptNext(team)}
          >
            {t("Take the next")}
          </Button>
        )}
      </div>
      {teams.length > 1 && (
        <div className="team-tabs" role="group" aria-label={t("Teams")}>
          {["", ...teams].map((id) => (
            <button key={id} aria-pressed={id === team} onClick={() => setOnly(id)}>
              {id ? workplace.teamName(id) : t("All")}
              <span>{howMany(id ? [queues[id] ?? []] : Object.values(queues))}</span>
            </button>
          ))}
        </div>
      )}
      {waiting.length === 0 && <p className="panel-empty">{t("Nobody is waiting.")}</p>}
      <WaitingList workplace={workplace} waiting={waiting} namesTeam={teams.length > 1 && !team} />
    </section>
  );
}

interface ListProps {
  readonly workplace: Workplace;
  readonly waiting: readonly Waiting[];
  readonly namesTeam: boolean;
}

function WaitingList({ workplace, waiting, namesTeam }: ListProps) {
  const { queues } = useStore(workplace.state);
  const offered = ({ offered: rep }: Waiting) =>
    rep && rep !== workplace.account.party ? workplace.nameOf(rep) : "";
  const box = useRef<HTMLDivElement>(null);
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const { first, last } = useRows(box, waiting.length, ROW_REM * rem);
  const place = (index: number) => ({ "--row-at": index }) as CSSProperties;
  return (
    <div className="cards" ref={box}>
      <Ticking link={workplace.link}>
        <ol className="waiting-list" style={{ "--rows": waiting.length } as CSSProperties}>
          {waiting.slice(first, last).map((entry, index) => (
            <li
              key={entry.session}
              className="waiting"
              style={place(first + index)}
              aria-setsize={waiting.length}
              aria-posinset={first + index + 1}
            >
              <WaitingCard
                workplace={workplace}
                entry={entry}
                offered={offered(entry)}
                position={(queues[entry.team] ?? []).indexOf(entry) + 1}
                team={namesTeam ? workplace.teamName(entry.team) : ""}
              />
            </li>
          ))}
        </ol>
      </Ticking>
    </div>
  );
}
