/**
 * The records of a recording in their order, and how far they were shown. Knows which segments a
 * stretch of time needs; `RecordingSource` has them.
 */
import type { OpenedRecord } from "./recording_bytes.ts";
import { countUntil, positionOf } from "./recording_index.ts";
import type { RecordingIndex, WholePicture } from "./recording_index.ts";
import type { RecordingSource } from "./recording_source.ts";

/** A record, and when it was, in ms from the recording's beginning. */
export interface Due {
  readonly record: OpenedRecord;
  readonly at: number;
}

export class RecordingReel {
  index: RecordingIndex;
  readonly #source: RecordingSource;
  /** Position of the segment, and of the record in it, that comes next. */
  #segment = 0;
  #record = 0;

  constructor(index: RecordingIndex, source: RecordingSource) {
    this.index = index;
    this.#source = source;
  }

  /** Fetch what is needed to show `at`, beginning with the whole picture `from` or the time `since`. */
  load(from: WholePicture | null, at: number, since = at): Promise<void> {
    const begins = from ? positionOf(this.index, from.segment) : this.#positionAt(since);
    // Before the first segment there is none, and yet the first may be needed.
    const first = Math.max(0, begins);
    const last = this.#positionAt(at);
    return this.#source.load(
      this.index.segments.slice(first, last + 1).map(({ number }) => number),
    );
  }

  /** Say whether everything up to `at` is here, from what comes next on. */
  has(at: number): boolean {
    const last = this.#positionAt(at);
    for (let position = this.#segment; position <= last; position++) {
      if (!this.#opened(position)) return false;
    }
    return true;
  }

  /** Go on with the record `whole`; without one, from the beginning. */
  goTo(whole: WholePicture | null): void {
    this.#segment = whole ? positionOf(this.index, whole.segment) : 0;
    this.#record = whole ? this.#recordOf(whole) : 0;
  }

  isAhead(whole: WholePicture): boolean {
    const segment = positionOf(this.index, whole.segment);
    return (
      segment > this.#segment || (segment === this.#segment && this.#recordOf(whole) > this.#record)
    );
  }

  /** Yield what comes next and no later than `at`, as far as it is here. */
  *due(at: number): Generator<Due> {
    for (;;) {
      const span = this.index.segments[this.#segment];
      if (!span || span.begins > at) return;
      const opened = this.#opened(this.#segment);
      if (!opened) return;
      const record = opened.records[this.#record];
      if (!record) {
        [this.#segment, this.#record] = [this.#segment + 1, 0];
        continue;
      }
      const when = record.time - this.index.began;
      if (when > at) return;
      this.#record++;
      yield { record, at: when };
    }
  }

  /** Return when the first record after `at` (or, with -1, the last before it) is that `counts`. */
  async change(
    at: number,
    by: 1 | -1,
    counts: (record: OpenedRecord) => boolean,
  ): Promise<number | null> {
    const { segments, began } = this.index;
    let position = Math.max(0, this.#positionAt(at));
    for (; position >= 0 && position < segments.length; position += by) {
      const number = segments[position]?.number ?? 0;
      await this.#source.load([number]);
      const times = (this.#opened(position)?.records ?? [])
        .filter(counts)
        .map(({ time }) => time - began)
        // To the microsecond, as they were written: halves of that are how numbers are kept.
        .filter((time) => (by > 0 ? time > at + 0.0005 : time < at - 0.0005));
      const found = by > 0 ? times[0] : times.at(-1);
      if (found !== undefined) return Math.max(0, found);
    }
    return null;
  }

  #recordOf(whole: WholePicture): number {
    const records = this.#source.get(whole.segment)?.records ?? [];
    return countUntil(records, whole.record - 1, ({ number }) => number);
  }

  /** The position of the last segment that begins no later than `at`; -1 before the first. */
  #positionAt(at: number): number {
    return countUntil(this.index.segments, at, ({ begins }) => begins) - 1;
  }

  #opened(position: number) {
    const span = this.index.segments[position];
    return span && this.#source.get(span.number);
  }
}
