/**
 * Which view is shown: the part of the address after `#/`, so that the back button works, an
 * address can be passed on, and every window stands where its rep left it.
 */
import { useSyncExternalStore } from "react";

export interface Route {
  /** The view's path in `views.tsx`, or empty where the address names none. */
  readonly view: string;
  /** What the view makes of it, such as a session's id. */
  readonly rest: string;
}

export function routeOf(hash: string): Route {
  const [, view = "", rest = ""] = /^#\/([\w-]+)(?:\/(.*))?$/.exec(hash) ?? [];
  return { view, rest: decoded(rest) };
}

/** Return the address of a view, to be used as a link. */
export function hrefOf(view: string, rest = ""): string {
  return rest ? `#/${view}/${encodeURIComponent(rest)}` : `#/${view}`;
}

/** Turn to a view; `replace` leaves no step to go back to. */
export function go(view: string, rest = "", { replace = false } = {}): void {
  const href = hrefOf(view, rest);
  if (href === location.hash) return;
  if (!replace) {
    location.hash = href;
    return;
  }
  history.replaceState(null, "", href);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

export function useRoute(): Route {
  return routeOf(useSyncExternalStore(subscribe, hash));
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}

function hash(): string {
  return location.hash;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
