/**
 * How a rep looks at customers' screens: the scale of each session, and which picture stands in a
 * window of its own. A picture that is not on screen keeps nothing open; coming back takes a moment.
 */
import { Store } from "@deskside/browser/store";
import { hrefOf } from "./route.ts";

export type Scale = "fit" | "whole";

export interface ScreensState {
  readonly scales: Readonly<Record<string, Scale>>;
  /** Sessions whose picture is in a window of its own. */
  readonly out: readonly string[];
}

const LOOK_MS = 500;

export class Screens {
  readonly state = new Store<ScreensState>({ scales: {}, out: [] });
  readonly #windows = new Map<string, Window>();
  #timer: ReturnType<typeof setInterval> | undefined;

  scaleOf(session: string): Scale {
    const { scales } = this.state.get();
    return (Object.hasOwn(scales, session) ? scales[session] : null) ?? "fit";
  }

  scale(session: string, scale: Scale): void {
    this.state.patch({ scales: { ...this.state.get().scales, [session]: scale } });
  }

  /** Put the picture of `session` into a window of its own, or show the one that it is in. */
  popOut(session: string): void {
    const address = location.pathname + location.search + hrefOf("screen", session);
    const opened = window.open(address, `screen ${session}`, "popup,width=1280,height=800");
    // A browser may hold windows back; then the picture stays where it is.
    if (!opened) return;
    this.#windows.set(session, opened);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  /** Take the picture of `session` back. */
  bringBack(session: string): void {
    this.#windows.get(session)?.close();
    this.#windows.delete(session);
    this.#look();
  }

  close(): void {
    for (const each of this.#windows.values()) each.close();
    this.#windows.clear();
    this.#look();
  }

  #look(): void {
    for (const [session, each] of this.#windows) if (each.closed) this.#windows.delete(session);
    const out = [...this.#windows.keys()];
    if (out.join() !== this.state.get().out.join()) this.state.patch({ out });
    if (!out.length) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}
