/** What one may want to know of a picture that is watched: how much, how often, how late. */
import type { PictureMessage } from "./picture.ts";

const SPAN_MS = 3_000;

export interface Figures {
  readonly bytesPerSecond: number;
  readonly updatesPerSecond: number;
  /**
   * How much longer (ms) the newest change took than the quickest so far. Two machines' clocks
   * differ by an unknown amount, so the whole way cannot be told from here.
   */
  readonly addedDelay: number;
  /** What the moving parts come as; empty while everything came exactly. */
  readonly codec: string;
  readonly lost: number;
}

interface Came {
  readonly at: number;
  readonly size: number;
}

export class PictureStatistics {
  readonly #now: () => number;
  #came: Came[] = [];
  #drawn: number[] = [];
  #quickest = Infinity;
  #delay = 0;
  #codec = "";
  #lost = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  came(message: PictureMessage, size: number): void {
    this.#came.push({ at: this.#now(), size });
    if (message.kind === "geometry") this.#quickest = Infinity;
    if (message.kind === "video") this.#codec = message.body.codec;
    this.#trim();
  }

  drew({ time }: PictureMessage): void {
    const now = this.#now();
    const took = now - time / 1000;
    this.#quickest = Math.min(this.#quickest, took);
    this.#delay = took - this.#quickest;
    this.#drawn.push(now);
    this.#trim();
  }

  lost(): void {
    this.#lost++;
  }

  figures(): Figures {
    this.#trim();
    const seconds = SPAN_MS / 1000;
    return {
      bytesPerSecond: this.#came.reduce((sum, { size }) => sum + size, 0) / seconds,
      updatesPerSecond: this.#drawn.length / seconds,
      addedDelay: this.#drawn.length ? this.#delay : 0,
      codec: this.#codec,
      lost: this.#lost,
    };
  }

  #trim(): void {
    const from = this.#now() - SPAN_MS;
    // Looked at with each message, so what is old stands at the beginning.
    const came = this.#came.findIndex(({ at }) => at > from);
    this.#came.splice(0, came < 0 ? this.#came.length : came);
    const drawn = this.#drawn.findIndex((at) => at > from);
    this.#drawn.splice(0, drawn < 0 ? this.#drawn.length : drawn);
  }
}
