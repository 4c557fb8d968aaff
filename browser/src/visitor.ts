/**
 * Who a customer is to the broker: a party and its secret token, kept on this device.
 *
 * There is no cookie, so that the same works in a frame on somebody else's site.
 */
import { ApiError, getTicket, makeVisitor } from "./api.ts";
import type { Visitor } from "./api.ts";
import { drop, keep, kept } from "./storage.ts";

const KEY = "visitor";

/** Return who this device was last time, or introduce it to the broker. */
export async function knownVisitor(): Promise<Visitor> {
  const before = parse(kept(KEY));
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
    if (error instanceof ApiError && error.status === 401) drop(KEY);
    throw error;
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
