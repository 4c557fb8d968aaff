/**
 * Opened segments as the broker sends them for playing. Each segment: its number and the bytes that
 * follow, 4 each; then its records: number 4, kind 1, time 8 (µs since 1970), length 4, payload. All
 * big-endian and unsigned.
 */

/** As `recordings/form.py` numbers them. */
export const RECORD_KINDS = { picture: 1, input: 2, paused: 4, resumed: 5 } as const;

export interface OpenedRecord {
  readonly number: number;
  readonly kind: number;
  /** In ms since 1970, with fractions. */
  readonly time: number;
  readonly payload: Uint8Array;
}

export interface OpenedSegment {
  readonly number: number;
  readonly bytes: number;
  readonly records: readonly OpenedRecord[];
}

const SEGMENT_BYTES = 8;
const RECORD_BYTES = 17;

/** The bytes are no segments. */
export class BadRecording extends Error {}

/** Read all segments in `bytes`; payloads stay views of it. */
export function readSegments(bytes: Uint8Array): OpenedSegment[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const segments: OpenedSegment[] = [];
  let at = 0;
  while (at < bytes.length) {
    need(bytes, at, SEGMENT_BYTES);
    const [number, size] = [view.getUint32(at), view.getUint32(at + 4)];
    at += SEGMENT_BYTES;
    need(bytes, at, size);
    segments.push({ number, bytes: size, records: readRecords(bytes, view, at, at + size) });
    at += size;
  }
  return segments;
}

function readRecords(bytes: Uint8Array, view: DataView, from: number, to: number): OpenedRecord[] {
  const records: OpenedRecord[] = [];
  let at = from;
  while (at < to) {
    need(bytes.subarray(0, to), at, RECORD_BYTES);
    const [number, kind, length] = [
      view.getUint32(at),
      view.getUint8(at + 4),
      view.getUint32(at + 13),
    ];
    const time = (view.getUint32(at + 5) * 2 ** 32 + view.getUint32(at + 9)) / 1000;
    at += RECORD_BYTES;
    need(bytes.subarray(0, to), at, length);
    records.push({ number, kind, time, payload: bytes.subarray(at, at + length) });
    at += length;
  }
  return records;
}

function need(bytes: Uint8Array, at: number, size: number): void {
  if (at + size > bytes.length) throw new BadRecording("it ends too early");
}
