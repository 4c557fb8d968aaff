/**
 * The one macro that the broker leaves to the page: `{name}` in a greeting or hold message.
 *
 * These texts are kept for good, and a name is not: once erased, it is gone from them too.
 */
import type { Entry } from "./transcript.ts";

const NAMED = /\{name\}/g;
/** What goes with a name that is not there: "Welcome, {name}." becomes "Welcome." */
const UNNAMED = /^\{name\}[,;:]?\s*|[,;:]?\s*\{name\}/g;

/** Return `text` with `name` where it belongs, or without a gap where there is none. */
export function addressed(text: string, name: string): string {
  return name ? text.replace(NAMED, () => name) : text.replace(UNNAMED, "");
}

/** Return what the customer gave as their name, or nothing. */
export function customerName(entries: readonly Entry[]): string {
  const opened = entries.find(({ fact }) => fact.type === "opened")?.fact;
  return opened?.type === "opened" ? opened.name : "";
}
