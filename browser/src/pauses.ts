/** A recording that is paused: by whom, why, and since when. */
import type { View } from "./transcript.ts";

export interface Pause {
  readonly by: string;
  readonly why: string;
  readonly since: number;
  /** Whether the rep goes on seeing the screen, unrecorded. */
  readonly viewed: boolean;
}

/** Return the pause that holds in the session now, if there is one. */
export function pauseOf({ session, entries }: Pick<View, "session" | "entries">): Pause | null {
  if (!session.recording_paused) return null;
  const paused = entries.findLast(({ fact }) => fact.type === "recording_paused")?.fact;
  if (paused?.type !== "recording_paused") return null;
  const { by, why, at: since, viewed } = paused;
  return { by, why, since, viewed };
}
