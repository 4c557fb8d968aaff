/** What was: ended sessions, found by words, and read again. */
import { call } from "@deskside/browser/api";
import { emptySession } from "@deskside/browser/contract";
import type { Ending, Facts } from "@deskside/browser/contract";
import { evolve } from "@deskside/browser/session";
import type { Entry, View } from "@deskside/browser/transcript";

export interface Past {
  readonly session: string;
  readonly customer: string;
  readonly name: string;
  readonly email: string;
  readonly team: string;
  readonly issue: string;
  readonly rep: string;
  readonly ending: Ending;
  readonly opened_at: number;
  readonly ended_at: number;
  /** The words that were looked for, in their line. */
  readonly line: string;
}

export interface Wanted {
  readonly q: string;
  readonly team: string;
  readonly rep: string;
  readonly issue: string;
  /** From when on (ms), 0: from the beginning. */
  readonly since: number;
}

export const EVERYTHING: Wanted = { q: "", team: "", rep: "", issue: "", since: 0 };

interface Page {
  readonly sessions: readonly Past[];
  readonly next: string;
}

export function searchHistory(wanted: Wanted, before = ""): Promise<Page> {
  const asked = Object.entries({ ...wanted, before }).filter(([, value]) => value);
  const query = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
  return call("GET", `/v1/history?${query.toString()}`);
}

/** Read a session that is over, from its first fact to its last. */
export async function readPast(session: string): Promise<View> {
  let folded = emptySession(session);
  const entries: Entry[] = [];
  for (;;) {
    const after = folded.place ? `?after=${folded.place}` : "";
    const path = `/v1/sessions/${encodeURIComponent(session)}/transcript${after}`;
    const { facts } = await call<Facts>("GET", path);
    if (!facts.length) break;
    for (const fact of facts) {
      folded = evolve(folded, fact);
      entries.push({ fact, shown: folded.shown });
    }
  }
  return { session: folded, entries, own: [], marks: {}, writing: [], read: folded.shown };
}

/** Delete all words of a session that was read before; it is written down who did it. */
export function deletePast(session: string): Promise<unknown> {
  return call("POST", `/v1/sessions/${encodeURIComponent(session)}/delete`);
}
