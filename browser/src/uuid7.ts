/**
 * UUIDv7 (RFC 9562, section 5.7): ids that sort by the time they were made.
 *
 * `rand_a` is a counter (section 6.2, method 1), so that ids made here within one millisecond, or
 * while the clock is set back, still sort in the order they were made.
 */
const COUNTER_LIMIT = 1 << 12;

/** Return a maker of ids; `now` tells the time in ms since 1970. */
export function uuid7Maker(now: () => number = Date.now): () => string {
  let time = 0;
  let counter = 0;
  return () => {
    const random = crypto.getRandomValues(new Uint8Array(10));
    if (now() > time) {
      time = now();
      // The upper bit stays free, so that there is room to count.
      counter = word(random, 8) & (COUNTER_LIMIT / 2 - 1);
    } else if (++counter === COUNTER_LIMIT) {
      time++;
      counter = 0;
    }
    const stamp = hex(time, 12);
    const variant = 0x8000 | (word(random, 0) & 0x3fff);
    const tail = [...random.slice(2, 8)].map((byte) => hex(byte, 2)).join("");
    return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${hex(counter, 3)}-${hex(variant, 4)}-${tail}`;
  };
}

/** Make an id that nobody has made before. */
export const uuid7 = uuid7Maker();

/** Say when (ms since 1970) `id` was made. */
export function madeAt(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

function word(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer).getUint16(at);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
