/** The order in which those who wait are served. */
import type { Queue, Waiting } from "@deskside/browser/contract";

type Queues = Readonly<Record<string, readonly Waiting[]>>;

/** Who waits after `frame`, first to be served first, in the broker's own order. */
export function queueAfter(queues: Queues, { team, whole, came, went }: Queue): readonly Waiting[] {
  const gone = new Set([...went, ...came.map(({ session }) => session)]);
  const stayed = whole ? [] : (queues[team] ?? []).filter(({ session }) => !gone.has(session));
  return [...stayed, ...came].sort(byTurn);
}

/** Who is served first of two who wait, as the broker has it. */
export function byTurn(one: Waiting, other: Waiting): number {
  return (
    Number(other.front) - Number(one.front) ||
    one.waiting_since - other.waiting_since ||
    (one.session < other.session ? -1 : 1)
  );
}
