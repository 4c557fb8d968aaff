/** Who waits longest for an answer: what a rep with many sessions must never lose sight of. */
import type { View } from "@deskside/browser/transcript";
import { isInvited, isOffered, serves } from "./concerns.ts";

export interface Place {
  readonly id: string;
  readonly pinned: boolean;
  /** 0: asks something of the rep; 1: waits for an answer; 2: nothing to do; 3: ended. */
  readonly rank: number;
  readonly since: number;
}

/** Return since when (ms) the customer has been waiting for words of ours, or 0. */
export function awaitedSince({ session, entries, own }: View): number {
  if (session.state !== "talking") return 0;
  // A line that is still on its way is an answer; one that was refused is none.
  if (own.some(({ note, state }) => !note && state !== "refused")) return 0;
  let since = 0;
  for (const { fact } of entries.toReversed()) {
    const { type, by, at } = fact;
    if (type === "said" && by === session.customer) since = at;
    else if (type === "link_pushed") return since;
    // What was taken back answers nothing.
    else if (type === "said") {
      if (!fact.erased) return since;
    }
    // Whoever takes a session over owes the first word.
    else if (type === "accepted" || type === "taken_over" || type === "owner_changed") {
      return since || at;
    }
  }
  return since;
}

export function placeOf(id: string, view: View, me: string, pinned: boolean): Place {
  const { session } = view;
  if (session.state === "ended") return { id, pinned, rank: 3, since: session.ended_at };
  if (isOffered(session, me) || (isInvited(session, me) && !serves(session, me))) {
    return { id, pinned, rank: 0, since: session.offer?.until ?? session.opened_at };
  }
  // A colleague who only joined does not owe the answer.
  const since = session.owner === me ? awaitedSince(view) : 0;
  return { id, pinned, rank: since ? 1 : 2, since: since || session.accepted_at };
}

/** Put the pinned first, then who waits longest, then the rest as they came. */
export function inOrder(places: readonly Place[]): readonly Place[] {
  return places.toSorted(
    (one, other) =>
      Number(other.pinned) - Number(one.pinned) ||
      one.rank - other.rank ||
      one.since - other.since ||
      (one.id < other.id ? -1 : 1),
  );
}

/** Keep the order somebody is about to click in: the new come last, the gone leave. */
export function steady(before: readonly string[], now: readonly string[]): readonly string[] {
  const stayed = before.filter((id) => now.includes(id));
  return [...stayed, ...now.filter((id) => !before.includes(id))];
}

/** Return the session to turn to next: the longest unanswered, `open` itself last. */
export function nextUnanswered(places: readonly Place[], open: string): string {
  const waiting = places
    .filter(({ rank }) => rank <= 1)
    .toSorted((a, b) => a.rank - b.rank || a.since - b.since);
  return (waiting.find(({ id }) => id !== open) ?? waiting[0])?.id ?? "";
}
