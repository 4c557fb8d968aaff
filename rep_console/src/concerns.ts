/** What a session has to do with a rep, told from its facts alone. */
import type { Session } from "@deskside/browser/contract";

/** Say whether `session` belongs among the sessions of `rep`: theirs, offered, or just ended. */
export function concerns(session: Session, rep: string): boolean {
  // Before its first fact nothing can be said, so it stays.
  if (session.state === "new" || session.state === "ended") return true;
  return serves(session, rep) || isOffered(session, rep) || isInvited(session, rep);
}

export function serves(session: Session, rep: string): boolean {
  return session.owner === rep || session.joined.includes(rep);
}

export function isOffered(session: Session, rep: string): boolean {
  return session.offer?.rep === rep;
}

export function isInvited(session: Session, rep: string): boolean {
  return session.invited.includes(rep);
}
