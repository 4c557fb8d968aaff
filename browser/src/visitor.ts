/**
 * Who a customer is to the broker: a party and its secret token, kept on this device.
 *
 * There is no cookie, so that the same works in a frame on somebody else's site. Browsers keep what
 * such a frame stores apart, so a window of our own is opened with a single-use code and gets a token
 * of its own, for that tab alone.
 */
import { ApiError, getTicket, makeVisitor, makeWindowCode, openWindow } from "./api.ts";
import type { Visitor } from "./api.ts";
import { drop, keep, kept } from "./storage.ts";

const KEY = "visitor";
const HANDOVER = "window=";

/** Return who this device was last time, or introduce it to the broker. */
export async function knownVisitor(): Promise<Visitor> {
  const before = parse(kept(KEY, "tab")) ?? parse(kept(KEY));
  if (before) return before;
  const visitor = await makeVisitor();
  keep(KEY, JSON.stringify(visitor));
  return visitor;
}

/** Fetch a ticket as `visitor`; one whom the broker does not know any more is forgotten. */
export async function visitorTicket(visitor: Visitor): Promise<string> {
  try {
    return await getTicket(visitor.token);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      const inTab = parse(kept(KEY, "tab"))?.token === visitor.token;
      drop(KEY, inTab ? "tab" : "device");
    }
    throw error;
  }
}

/** Return an address that opens a window of our own as `visitor`, once, within half a minute. */
export async function windowAddress(visitor: Visitor, language: string): Promise<string> {
  // After the #, where it is sent to no server and stands in no log.
  return `/?lang=${language}#${HANDOVER}${await makeWindowCode(visitor.token)}`;
}

/** Become who handed over to this window, where its address says so. */
export async function takeOver(): Promise<void> {
  if (!location.hash.startsWith(`#${HANDOVER}`)) return;
  const code = location.hash.slice(HANDOVER.length + 1);
  history.replaceState(null, "", location.pathname + location.search);
  try {
    keep(KEY, JSON.stringify(await openWindow(code)), "tab");
  } catch {
    // Used or expired: whoever this browser knows is let in, as without a code.
  }
}

function parse(text: string): Visitor | null {
  try {
    const { party, token } = JSON.parse(text) as Partial<Visitor>;
    return party && token ? { party, token } : null;
  } catch {
    return null;
  }
}
