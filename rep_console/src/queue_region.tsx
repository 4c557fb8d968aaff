import { plural, t } from "@deskside/browser/catalogue";
import type { Waiting } from "@deskside/browser/contract";
import { ActionIcon, Badge, Button } from "@mantine/core";
import { useRef, useState } from "react";
import type { CSSProperties, ReactNode } from "react";
import { Icon } from "./icons.tsx";
import { QueueDialog, offeredTo } from "./queue_dialog.tsx";
import { byTurn } from "./queue_order.ts";
import { WaitingCard } from "./waiting_card.tsx";
import { Ticking } from "./ticking.tsx";
import { useRows } from "./use_rows.ts";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

/** Of equal height, so that what is out of sight need not be drawn; in rem, as in `lists.css`. */
const ROW_REM = 3.6;

/** Who waits for the rep's teams, first to be served first. */
export function QueueRegion({ workplace }: { workplace: Workplace }) {
  const { queues, totals } = useStore(workplace.state);
  const { open } = useStore(workplace.link.state);
  const asking = useStore(workplace.asking);
  const [only, setOnly] = useState("");
  const teams = Object.keys(queues);
  const team = teams.includes(only) ? only : "";
  const all = Object.values(queues).flat().toSorted(byTurn);
  const waiting = team ? all.filter((entry) => entry.team === team) : all;
  const inAll = teams.reduce((sum, id) => sum + (totals[id] ?? 0), 0);
  const behind = (team ? (totals[team] ?? 0) : inAll) - waiting.length;
  const find = () => workplace.asking.set("find");
  return (
    <section className="panel panel-queue" aria-label={t("Queue")}>
      <div className="panel-head">
        <h2 className="panel-title">
          {t("Queue")} {inAll > 0 && <Badge circle={inAll < 100}>{inAll}</Badge>}
        </h2>
        {waiting.length > 1 && (
          <ActionIcon
            variant="subtle"
            aria-label={t("Find somebody in the queue")}
            title={t("Find somebody in the queue")}
            onClick={find}
          >
            <Icon name="search" />
          </ActionIcon>
        )}
        {waiting.length > 1 && (
          <Button
            className="take-next"
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
              <span>{id ? (totals[id] ?? 0) : inAll}</span>
            </button>
          ))}
        </div>
      )}
      {waiting.length === 0 && <p className="panel-empty">{t("Nobody is waiting.")}</p>}
      <WaitingList workplace={workplace} waiting={waiting} namesTeam={teams.length > 1 && !team}>
        {behind > 0 && (
          <button className="queue-behind" onClick={find}>
            {plural(behind, "{count} more behind them", "{count} more behind them")}
          </button>
        )}
      </WaitingList>
      <QueueDialog
        opened={asking === "find"}
        close={() => workplace.asking.set("")}
        workplace={workplace}
      />
    </section>
  );
}

interface ListProps {
  readonly workplace: Workplace;
  readonly waiting: readonly Waiting[];
  readonly namesTeam: boolean;
  /** What stands below the last. */
  readonly children: ReactNode;
}

function WaitingList({ workplace, waiting, namesTeam, children }: ListProps) {
  const { queues } = useStore(workplace.state);
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
                offered={offeredTo(workplace, entry.offered)}
                position={(queues[entry.team] ?? []).indexOf(entry) + 1}
                team={namesTeam ? workplace.teamName(entry.team) : ""}
              />
            </li>
          ))}
        </ol>
      </Ticking>
      {children}
    </div>
  );
}
