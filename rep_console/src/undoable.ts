/** Which of one's lines can be taken back, and until when. */
import type { Entry, View } from "@deskside/browser/transcript";

/** Return until when (ms, the broker's clock) `me` can take `entry` back; 0: not at all. */
export function undoableUntil({ fact }: Entry, { session }: View, me: string): number {
  if (fact.type !== "said" || fact.by !== me || fact.erased) return 0;
  return fact.at + session.rules.take_back_seconds * 1000;
}

/** Return the last line that `me` can take back at `now`. */
export function lastUndoable(view: View, me: string, now: number): Entry | undefined {
  return view.entries.findLast((entry) => undoableUntil(entry, view, me) > now);
}
