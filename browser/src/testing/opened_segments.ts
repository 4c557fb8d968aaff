/** Opened segments as the broker sends them, for tests. */

export interface Written {
  readonly kind: number;
  /** µs since 1970. */
  readonly time: bigint;
  readonly payload: readonly number[];
}

export function writeSegment(number: number, records: readonly Written[]): number[] {
  const body = records.flatMap(({ kind, time, payload }, at) => [
    ...four(at),
    kind,
    ...four(Number(time >> 32n)),
    ...four(Number(time & 0xffffffffn)),
    ...four(payload.length),
    ...payload,
  ]);
  return [...four(number), ...four(body.length), ...body];
}

function four(number: number): number[] {
  return [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256);
}
