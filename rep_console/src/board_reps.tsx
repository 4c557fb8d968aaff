import { t } from "@deskside/browser/catalogue";
import type { Colleague, Since } from "@deskside/browser/contract";
import { stopwatch } from "@deskside/browser/times";
import { PresenceDot, presenceText } from "./presence.tsx";
import { useNow } from "./use_now.ts";
import type { Workplace } from "./workplace.ts";

interface RepsProps {
  readonly workplace: Workplace;
  readonly reps: readonly Colleague[];
  readonly since: readonly Since[];
}

const RANKS = { available: 0, away: 1, off: 2 };

/** The reps of a team: those who take sessions first, and among them those who have most. */
export function BoardReps({ workplace, reps, since }: RepsProps) {
  const now = useNow(workplace.link);
  const times = new Map(since.map((each) => [each.rep, each.since]));
  const order = reps.toSorted(
    (one, other) =>
      RANKS[one.presence] - RANKS[other.presence] ||
      other.active - one.active ||
      one.name.localeCompare(other.name),
  );
  return (
    <section className="board-panel" aria-label={t("Reps")}>
      <h3 className="panel-title">{t("Reps")}</h3>
      {order.length === 0 && <p className="panel-empty">{t("Nobody is in this team yet.")}</p>}
      <table className="board-table">
        <thead className="visually-hidden">
          <tr>
            <th>{t("Name")}</th>
            <th>{t("State")}</th>
            <th>{t("Sessions")}</th>
          </tr>
        </thead>
        <tbody>
          {order.map(({ rep, name, presence, active }) => (
            <tr key={rep} className={`board-rep board-rep-${presence}`}>
              <td>
                <span className="board-name">
                  <PresenceDot presence={presence} />
                  {name}
                </span>
              </td>
              <td>
                {presenceText(presence)}
                {times.has(rep) && (
                  <span className="board-since"> {stopwatch(now - (times.get(rep) ?? now))}</span>
                )}
              </td>
              <td className="board-number">{t("{count} active", { count: active })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
