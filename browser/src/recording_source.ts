/**
 * The opened segments of one recording: fetched once, kept as long as there is room, asked for ahead.
 */
import { readSegments } from "./recording_bytes.ts";
import type { OpenedSegment } from "./recording_bytes.ts";

/** Opened segments that are kept; the ones that were used longest ago go first. */
const ROOM_BYTES = 96 * 1024 * 1024;

/**
 * Fetch segments from one number to another, both included; fewer may come, from the first on. It
 * fails only where the first of them cannot be had.
 */
export type FetchSegments = (first: number, last: number) => Promise<Uint8Array>;

/** What was asked for did not come: from `segment` on, for a reason that `cause` tells. */
export class SegmentMissing extends Error {
  readonly segment: number;

  constructor(segment: number, cause: unknown) {
    super(`segment ${segment}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.segment = segment;
  }
}

export class RecordingSource {
  readonly #fetch: FetchSegments;
  readonly #room: number;
  readonly #kept = new Map<number, OpenedSegment>();
  readonly #coming = new Map<number, Promise<void>>();
  #bytes = 0;

  constructor(fetch: FetchSegments, room = ROOM_BYTES) {
    this.#fetch = fetch;
    this.#room = room;
  }

  /** Return the segment, if it is here. */
  get(number: number): OpenedSegment | undefined {
    const found = this.#kept.get(number);
    if (found) {
      this.#kept.delete(number);
      this.#kept.set(number, found);
    }
    return found;
  }

  /** Fetch what is missing among `numbers`, which rise, and resolve when all of it is here. */
  async load(numbers: readonly number[]): Promise<void> {
    for (;;) {
      const missing = numbers.filter((number) => !this.#kept.has(number));
      const [first] = missing;
      if (first === undefined) return;
      const coming = this.#coming.get(first);
      if (coming) await coming;
      else await this.#ask(missing.filter((number) => !this.#coming.has(number)));
      if (!this.#kept.has(first)) throw new SegmentMissing(first, "it did not come");
    }
  }

  #ask(missing: readonly number[]): Promise<void> {
    const [first, last] = [missing[0] ?? 0, missing.at(-1) ?? 0];
    const asked = this.#take(first, last).finally(() => {
      for (const number of missing) this.#coming.delete(number);
    });
    // Who waits hears of a failure; nobody else need.
    asked.catch(() => undefined);
    for (const number of missing) this.#coming.set(number, asked);
    return asked;
  }

  async #take(first: number, last: number): Promise<void> {
    const came = await this.#fetch(first, last).catch((cause: unknown) => {
      throw new SegmentMissing(first, cause);
    });
    for (const segment of readSegments(came)) {
      if (this.#kept.has(segment.number)) continue;
      this.#kept.set(segment.number, segment);
      this.#bytes += segment.bytes;
    }
    for (const [number, { bytes }] of this.#kept) {
      if (this.#bytes <= this.#room || number === first) break;
      this.#kept.delete(number);
      this.#bytes -= bytes;
    }
  }
}
