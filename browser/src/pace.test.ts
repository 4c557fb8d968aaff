import { expect, it } from "vitest";
import { PaceWindow } from "./pace.ts";

/** Send `count` pieces of `size` that each take `seconds`, one at a time from `start`. */
function run(window: PaceWindow, count: number, size: number, seconds: number, start = 0): number {
  let now = start;
  let sent = sentBy.get(window) ?? 0;
  for (let piece = 0; piece < count; piece++) {
    window.send(size, now);
    sent += size;
    now += seconds;
    window.acknowledge(sent, now);
  }
  sentBy.set(window, sent);
  return now;
}

const sentBy = new WeakMap<PaceWindow, number>();

it("is open until as much is on its way as it holds", () => {
  const window = new PaceWindow();
  window.send(window.size - 1, 0);
  expect(window.isOpen).toBe(true);
  window.send(1, 0);
  expect([window.isOpen, window.inFlight]).toEqual([false, window.size]);
});

it("grows while answers stay quick and it is used", () => {
  const window = new PaceWindow();
  const first = window.size;
  run(window, 30, 12_000, 0.01);
  expect(window.size).toBeGreaterThanOrEqual(2 * first);
});

it("does not grow when nothing fills it", () => {
  const window = new PaceWindow();
  const first = window.size;
  run(window, 300, 100, 0.01);
  expect(window.size).toBe(first);
});

it("shrinks in proportion when answers take much longer", () => {
  const window = new PaceWindow();
  const now = run(window, 60, 12_000, 0.01);
  const grown = window.size;
  run(window, 3, 60_000, 0.5, now);
  run(window, 3, 60_000, 0.5, now + 1.5);
  expect(window.size).toBeLessThan(grown / 4);
});

it("believes no answer to what was never sent", () => {
  const window = new PaceWindow();
  window.send(1000, 0);
  window.acknowledge(5000, 1);
  expect(window.inFlight).toBe(1000);
});

it("never closes for good", () => {
  const window = new PaceWindow();
  run(window, 3, 1000, 0.01);
  run(window, 200, 1000, 3, 1);
  expect(window.size).toBeGreaterThanOrEqual(4096);
});
