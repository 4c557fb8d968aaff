import { plural, t } from "@deskside/browser/catalogue";
import { Popover } from "@mantine/core";
import { PresenceDot, presenceText } from "./presence.tsx";
import { useStore } from "./use_store.ts";
import type { Workplace } from "./workplace.ts";

const RANKS = { available: 0, away: 1, off: 2 };

/** How many of the team are there, and on a click who. */
export function TeamPresence({ workplace }: { workplace: Workplace }) {
  const { colleagues } = useStore(workplace.state);
  const me = workplace.account.party;
  // Somebody who serves two teams stands in both lists.
  const all = new Map(Object.values(colleagues).flatMap((reps) => reps.map((r) => [r.rep, r])));
  const others = [...all.values()]
    .filter(({ rep }) => rep !== me)
    .sort(
      (one, other) =>
        RANKS[one.presence] - RANKS[other.presence] || one.name.localeCompare(other.name),
    );
  if (others.length === 0) return null;
  const there = others.filter(({ available }) => available).length;
  return (
    <Popover position="bottom-end" shadow="md" trapFocus withinPortal={false}>
      <Popover.Target>
        <button className="team-presence" aria-haspopup="dialog">
          <PresenceDot presence={there ? "available" : "off"} />
          {plural(there, "{count} colleague available", "{count} colleagues available")}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <ul className="team-list" tabIndex={0}>
          {others.map(({ rep, name, presence, active }) => (
            <li key={rep}>
              <PresenceDot presence={presence} />
              <span className="board-name">{name}</span>
              <span className="team-detail">
                {presenceText(presence)}
                {presence !== "off" && ` · ${t("{count} active", { count: active })}`}
              </span>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
