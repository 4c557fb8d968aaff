/**
 * What the button on somebody's site and the page in its frame say to each other.
 *
 * Each hears the other alone, by window and by origin, and anything of another shape is dropped:
 * every script on that site can send messages to both.
 */

/** From the button: the frame is seen, or no more. */
export type ToFrame = { readonly type: "shown" } | { readonly type: "hidden" };

/** From the page in the frame: it can hear; it wants to go out of sight; how things stand. */
export type FromFrame =
  | { readonly type: "ready" }
  | { readonly type: "hide" }
  | {
      readonly type: "state";
      /** Lines that have not been seen. */
      readonly unread: number;
      /** Whether a session is on, so that the frame is to be there on the site's next page. */
      readonly on: boolean;
    };

const MARK = "deskside";

/** The most that is counted, so that the badge keeps its shape. */
export const MOST_UNREAD = 99;

/** Send `message` to `target`, provided that a page of `origin` is in it. */
export function post(target: Window, origin: string, message: ToFrame | FromFrame): void {
  target.postMessage({ [MARK]: message }, origin);
}

/** Return what `event` says when it comes from the page of `origin` in `source`, else nothing. */
export function toFrame(event: MessageEvent, source: Window, origin: string): ToFrame | null {
  const said = saidBy(event, source, origin);
  return said?.type === "shown" || said?.type === "hidden" ? { type: said.type } : null;
}

/** Return what `event` says when it comes from the page of `origin` in `source`, else nothing. */
export function fromFrame(event: MessageEvent, source: Window, origin: string): FromFrame | null {
  const said = saidBy(event, source, origin);
  if (said?.type === "ready" || said?.type === "hide") return { type: said.type };
  if (said?.type !== "state") return null;
  const { unread, on } = said;
  if (typeof on !== "boolean" || typeof unread !== "number") return null;
  if (!Number.isInteger(unread) || unread < 0 || unread > MOST_UNREAD) return null;
  return { type: "state", unread, on };
}

function saidBy(
  event: MessageEvent,
  source: Window,
  origin: string,
): Readonly<Record<string, unknown>> | null {
  if (event.source !== source || event.origin !== origin) return null;
  const data = event.data as unknown;
  if (typeof data !== "object" || data === null || !Object.hasOwn(data, MARK)) return null;
  const said = (data as Record<string, unknown>)[MARK];
  return typeof said === "object" && said !== null ? (said as Record<string, unknown>) : null;
}
