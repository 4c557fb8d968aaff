/** Who waits, also behind those that a rep is shown. */
import { call } from "@deskside/browser/api";
import type { Waiting } from "@deskside/browser/contract";

export interface Placed {
  readonly position: number;
  readonly entry: Waiting;
}

export interface WaitingFound {
  readonly total: number;
  readonly found: readonly Placed[];
}

/** Find who has every word of `q` in their name, further back than the first `after`. */
export function searchQueue(q: string, after = 0): Promise<WaitingFound> {
  const query = new URLSearchParams({ q, ...(after && { after: String(after) }) });
  return call("GET", `/v1/waiting?${query.toString()}`);
}
