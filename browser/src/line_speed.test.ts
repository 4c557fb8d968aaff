import { expect, test } from "vitest";
import { LineSpeed } from "./line_speed.ts";

interface Line {
  readonly pieces: number;
  readonly size: number;
  readonly rate: number;
  readonly trip: number;
  readonly every: number;
}

/** Send pieces over a line of `rate` bytes a second, where each takes `trip` there and back. */
function carried({ pieces, size, rate, trip, every }: Line): number {
  const speed = new LineSpeed();
  speed.send(50, 0);
  speed.acknowledge(50, trip);
  let [now, free, sent] = [trip, 0, 50];
  const arriving: { at: number; position: number }[] = [];
  const arrive = (until: number) => {
    while (arriving[0] && arriving[0].at <= until) {
      const { at, position } = arriving.shift() ?? { at: 0, position: 0 };
      speed.acknowledge(position, at);
    }
  };
  for (let piece = 0; piece < pieces; piece++) {
    speed.send(size, now);
    sent += size;
    free = Math.max(free, now) + size / rate;
    arriving.push({ at: free + trip, position: sent });
    now += every;
    arrive(now);
  }
  arrive(Infinity);
  return speed.bytesASecond ?? 0;
}

test("a burst tells what the line carries", () => {
  const seen = carried({ pieces: 2, size: 40_000, rate: 250_000, trip: 0.08, every: 0 });
  expect(seen / 250_000).toBeCloseTo(0.8, 1);
});

test("a line that is never full is not taken for a slow one", () => {
  const line = { pieces: 100, size: 8_000, rate: 1_000_000, trip: 0.08, every: 0.033 };
  expect(carried(line)).toBeGreaterThan(500_000);
});

test("a line that is full is not taken for a quick one", () => {
  const line = { pieces: 100, size: 20_000, rate: 250_000, trip: 0.08, every: 0.033 };
  expect(carried(line)).toBeLessThan(300_000);
});

test("answers that are heard late and together make no line a quick one", () => {
  const speed = new LineSpeed();
  speed.send(50, 0);
  speed.acknowledge(50, 0.08);
  for (let piece = 1; piece <= 4; piece++) {
    speed.send(20_000, piece);
    speed.acknowledge(50 + piece * 20_000, piece + 0.16);
  }
  expect(speed.bytesASecond).toBeCloseTo(200_000, -3);
  speed.send(20_000, 10);
  speed.send(20_000, 10);
  speed.acknowledge(100_050, 10.5);
  speed.acknowledge(120_050, 10.5);
  expect(speed.bytesASecond).toBeLessThan(400_000);
});

test("a few bytes tell nothing, and an answer to nothing neither", () => {
  const speed = new LineSpeed();
  speed.send(1_000, 0);
  speed.acknowledge(2_000, 1);
  speed.acknowledge(1_000, 1);
  expect(speed.bytesASecond).toBeNull();
});
