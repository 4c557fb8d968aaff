/** What a session has to do with a rep, told from its facts alone. */
import type { Session } from "@deskside/browser/contract";
import type { View } from "@deskside/browser/transcript";

/**
 * Say whether `session` belongs among the sessions of `rep`: theirs, offered, or just ended. One that
 * ended before they took part in it does not, unless they were to meet somebody in it.
 */
export function concerns(session: Session, rep: string): boolean {
  // Before its first fact nothing can be said, so it stays.
  if (session.state === "new") return true;
  if (session.state === "ended") return serves(session, rep) || session.meeting !== "";
  const takesPart = serves(session, rep) || isOffered(session, rep) || isInvited(session, rep);
  return takesPart || watches(session, rep);
}

export function serves(session: Session, rep: string): boolean {
  return session.owner === rep || session.joined.includes(rep);
}

/** Say whether `rep` looks in as a lead, known to everybody or unseen. */
export function watches(session: Session, rep: string): boolean {
  return session.monitoring.includes(rep) || session.announced.includes(rep);
}

/** Say whether `rep`, who was responsible to the end, has not said yet what came of it. */
export function awaitsWrapUp({ session, entries }: View, rep: string): boolean {
  const isOver = session.state === "ended" && session.owner === rep && !session.deleted;
  return isOver && !entries.some(({ fact }) => fact.type === "wrapped_up");
}

export function isOffered(session: Session, rep: string): boolean {
  return session.offer?.rep === rep;
}

export function isInvited(session: Session, rep: string): boolean {
  return session.invited.includes(rep);
}
