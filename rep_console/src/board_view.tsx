/** The board of a lead: how the teams stand right now, who talks with whom, and how reps are there. */
import { t } from "@deskside/browser/catalogue";
import type { Board, Colleague } from "@deskside/browser/contract";
import { stopwatch } from "@deskside/browser/times";
import { BoardReps } from "./board_reps.tsx";
import { BoardTalks } from "./board_talks.tsx";
import { LONG_MS, TOO_LONG_MS } from "./session_card.tsx";
import { useNow } from "./use_now.ts";
import { useStore } from "./use_store.ts";
import type { ViewProps } from "./views.tsx";
import type { Workplace } from "./workplace.ts";

export function BoardView({ workplace }: ViewProps) {
  const { boards, talks } = useStore(workplace.boards.state);
  const { colleagues } = useStore(workplace.state);
  const { open } = useStore(workplace.link.state);
  const teams = Object.keys(boards).sort((one, other) =>
    workplace.teamName(one).localeCompare(workplace.teamName(other)),
  );
  if (teams.length === 0) {
    return (
      <div className="page">
        <p className="panel-empty">{open ? t("You lead no team.") : t("One moment…")}</p>
      </div>
    );
  }
  return (
    <div className="page board">
      {teams.map((team) => (
        <section key={team} className="board-team" aria-label={workplace.teamName(team)}>
          <h2 className="board-title">{workplace.teamName(team)}</h2>
          <Tiles workplace={workplace} board={boards[team]} reps={colleagues[team] ?? []} />
          <div className="board-panels">
            <BoardTalks workplace={workplace} talks={talks[team] ?? []} />
            <BoardReps
              workplace={workplace}
              reps={colleagues[team] ?? []}
              since={boards[team]?.there_since ?? []}
            />
          </div>
        </section>
      ))}
    </div>
  );
}

interface TilesProps {
  readonly workplace: Workplace;
  readonly board: Board | undefined;
  readonly reps: readonly Colleague[];
}

/** The numbers that say whether somebody has to do something. */
function Tiles({ workplace, board, reps }: TilesProps) {
  const now = useNow(workplace.link);
  const longest = board?.longest_since ? now - board.longest_since : 0;
  const there = reps.filter(({ available }) => available).length;
  const urgency = longest >= TOO_LONG_MS ? "tile-alarm" : longest >= LONG_MS ? "tile-warn" : "";
  return (
    <dl className="tiles">
      <Tile name={t("Waiting")} value={String(board?.waiting ?? 0)} look={urgency} />
      <Tile
        name={t("Longest wait")}
        value={board?.longest_since ? stopwatch(longest) : "–"}
        look={urgency}
      />
      <Tile name={t("Active sessions")} value={String(board?.talking ?? 0)} />
      <Tile
        name={t("Reps available")}
        value={t("{count} of {all}", { count: there, all: reps.length })}
        look={board?.waiting && !there ? "tile-alarm" : ""}
      />
    </dl>
  );
}

function Tile({ name, value, look = "" }: { name: string; value: string; look?: string }) {
  return (
    <div className={`tile ${look}`}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
