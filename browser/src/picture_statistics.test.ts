import { expect, it } from "vitest";
import type { PictureMessage } from "./picture.ts";
import { PictureStatistics } from "./picture_statistics.ts";

function patch(time: number): PictureMessage {
  return {
    stream: 1,
    sequence: 1,
    time,
    rectangles: [],
    key: false,
    checkpoint: false,
    more: false,
    kind: "patch",
    body: { coding: "raw", data: new Uint8Array(1) },
  };
}

it("counts what came within the last three seconds, and how late the newest was", () => {
  let now = 1_000_000;
  const statistics = new PictureStatistics(() => now);
  // The sender's clock is an hour ahead, which says nothing about the way.
  const sentAt = (ms: number) => (ms + 3_600_000) * 1000;
  statistics.came(patch(0), 3000);
  statistics.drew(patch(sentAt(now - 20)));
  now += 1000;
  statistics.came(patch(0), 6000);
  statistics.drew(patch(sentAt(now - 50)));
  expect(statistics.figures()).toMatchObject({ bytesPerSecond: 3000, codec: "", lost: 0 });
  expect(statistics.figures().updatesPerSecond).toBeCloseTo(2 / 3);
  expect(statistics.figures().addedDelay).toBeCloseTo(30);
  now += 2500;
  expect(statistics.figures().bytesPerSecond).toBe(2000);
  now += 1000;
  expect(statistics.figures()).toMatchObject({ bytesPerSecond: 0, updatesPerSecond: 0 });
});
