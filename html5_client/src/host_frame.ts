/**
 * The frame around this page, when it is behind the chat button of another site.
 *
 * Out of sight is not closed: the session goes on, and the button shows what has not been read.
 */
import { MOST_UNREAD, post, toFrame } from "@deskside/browser/embedding";
import type { FromFrame } from "@deskside/browser/embedding";
import { Store } from "@deskside/browser/store";
import { unread } from "@deskside/browser/transcript";
import type { Visit } from "./visit.ts";

/** What Escape closes first. */
const OPEN = '[role="dialog"], [aria-expanded="true"]';

export class HostFrame {
  /** Whether the page is in sight. */
  readonly shown = new Store(false);
  readonly #host: Window;
  readonly #origin: string;

  constructor(host: Window, origin: string) {
    this.#host = host;
    this.#origin = origin;
    addEventListener("message", (event) => {
      const said = toFrame(event, host, origin);
      if (said) this.shown.set(said.type === "shown");
    });
    const onEscape = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.isComposing && !document.querySelector(OPEN)) {
        this.hide();
      }
    };
    // Before what is open closes itself and is gone.
    addEventListener("keydown", onEscape, { capture: true });
    this.#say({ type: "ready" });
  }

  hide(): void {
    this.#say({ type: "hide" });
  }

  /** Tell the button how `visit` goes, from now on; returns what ends that. */
  report(visit: Visit): () => void {
    const follow = () => {
      const { transcript } = visit.state.get();
      if (!transcript) {
        this.#say({ type: "state", unread: 0, on: false });
        return () => undefined;
      }
      const cover = () => transcript.cover(!this.shown.get());
      const tell = () => {
        const view = transcript.view.get();
        const { state } = view.session;
        // What it amounts to is not known before its facts have come.
        if (state === "new") return;
        const count = Math.min(unread(view, transcript.me), MOST_UNREAD);
        this.#say({ type: "state", unread: count, on: state !== "ended" });
      };
      cover();
      tell();
      const stops = [this.shown.subscribe(cover), transcript.view.subscribe(tell)];
      return () => stops.forEach((stop) => stop());
    };
    let followed = visit.state.get().transcript;
    let stop = follow();
    const unsubscribe = visit.state.subscribe(() => {
      const { transcript } = visit.state.get();
      if (transcript === followed) return;
      stop();
      followed = transcript;
      stop = follow();
    });
    return () => {
      unsubscribe();
      stop();
    };
  }

  #say(said: FromFrame): void {
    post(this.#host, this.#origin, said);
  }
}

/** Return the frame this page is in, if it is in one; the broker lets no other site make one. */
export function openFrame(): HostFrame | null {
  const host = new URLSearchParams(location.search).get("host");
  if (window.parent === window || location.pathname !== "/widget" || !host) return null;
  return new HostFrame(window.parent, host);
}
