/**
 * What is known of a recording before any of it is fetched: where its segments and whole pictures lie,
 * and from that, where something happens. Times are ms from the recording's beginning.
 */

export interface SegmentSpan {
  readonly number: number;
  readonly begins: number;
  readonly ends: number;
  /** Bytes of what was shown and done in it. */
  readonly bytes: number;
}

/** A record from which the picture can be shown with nothing before it. */
export interface WholePicture {
  readonly segment: number;
  readonly record: number;
  readonly at: number;
}

export interface RecordingIndex {
  /** In ms since 1970. */
  readonly began: number;
  readonly length: number;
  /** Whether more of it is still to come. */
  readonly running: boolean;
  readonly segments: readonly SegmentSpan[];
  readonly pictures: readonly WholePicture[];
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a caret blinks in two seconds is less; what a hand on a mouse does is more. */
const QUIET_BYTES = 1_500;

/** A rest shorter than this is somebody thinking, and no reason to jump. */
const LEAST_IDLE_MS = 5_000;

/** So much of a rest is shown before and after it. */
const LEAD_OUT_MS = 1_000;
const LEAD_IN_MS = 500;

/** Return how many of `items`, sorted by `at`, come no later than `limit`. */
export function countUntil<Item>(
  items: readonly Item[],
  limit: number,
  at: (item: Item) => number,
): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && at(item) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Return the last whole picture no later than `at`. */
export function pictureBefore(index: RecordingIndex, at: number): WholePicture | null {
  return index.pictures[countUntil(index.pictures, at, (each) => each.at) - 1] ?? null;
}

/** Return the position of the segment with the number, or of the first one after it. */
export function positionOf(index: RecordingIndex, number: number): number {
  return countUntil(index.segments, number - 1, (each) => each.number);
}

/**
 * Return where nothing happens for so long that it may be left out: no more than a caret blinks, and
 * none of `moments` (what was said and done besides the picture, sorted).
 */
export function idleSpans(index: RecordingIndex, moments: readonly number[]): readonly Span[] {
  const stirs: Span[] = [
    ...index.segments
      .filter(({ bytes }) => bytes > QUIET_BYTES)
      .map(({ begins, ends }) => ({ from: begins, to: ends })),
    ...moments.map((at) => ({ from: at, to: at })),
  ].sort((one, other) => one.from - other.from);
  const spans: Span[] = [];
  let quietFrom = 0;
  for (const { from, to } of [...stirs, { from: index.length, to: index.length }]) {
    const isLong = from - quietFrom >= LEAST_IDLE_MS;
    if (isLong) spans.push({ from: quietFrom + LEAD_OUT_MS, to: from - LEAD_IN_MS });
    quietFrom = Math.max(quietFrom, to);
  }
  return spans;
}

/** Return the rest that `at` lies in. */
export function idleAt(spans: readonly Span[], at: number): Span | null {
  const span = spans[countUntil(spans, at, (each) => each.from) - 1];
  return span && at < span.to ? span : null;
}

/**
 * Return how much happens in each of `buckets` equal parts, from 0 to 1. The scale is logarithmic:
 * a film beside somebody typing must not make the typing vanish.
 */
export function heatOf(index: RecordingIndex, buckets: number): readonly number[] {
  const sums = new Array<number>(buckets).fill(0);
  const scale = buckets / Math.max(1, index.length);
  for (const { begins, ends, bytes } of index.segments) {
    const first = Math.min(buckets - 1, Math.floor(begins * scale));
    const last = Math.min(buckets - 1, Math.floor(ends * scale));
    for (let at = first; at <= last; at++) sums[at] = (sums[at] ?? 0) + bytes / (last - first + 1);
  }
  const most = Math.log1p(Math.max(...sums, 1));
  return sums.map((sum) => Math.log1p(sum) / most);
}
