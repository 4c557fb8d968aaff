import { expect, test } from "vitest";
import { eachWithTwoWays } from "./testing/two_ways.ts";
import type { TwoWays } from "./testing/two_ways.ts";

let ways: TwoWays;

eachWithTwoWays(1_800_000_000_000, (opened) => {
  ways = opened;
});

const direct = () => ways.isDirect;
const relayed = () => !ways.isDirect;

/** Wait until the rep sees what the customer's machine drew last, but for what is on its way. */
async function seesTheNewest(): Promise<number> {
  const newest = ways.camera.number;
  return ways.until(() => ways.watcher.number >= newest);
}

test("the relay shows the picture while the direct path is looked for", async () => {
  await ways.until(() => ways.watcher.number > 0);
  expect(ways.isDirect).toBe(false);
  await ways.until(direct);
  await seesTheNewest();
  expect(ways.watcher.faults).toEqual([]);
});

test.each([
  { relay: 1, net: 2, taken: false },
  { relay: 4, net: 4, taken: false },
  { relay: 10, net: 1, taken: true },
  { relay: 40, net: 100, taken: false },
  { relay: 80, net: 30, taken: true },
])("over $relay ms twice against $net ms: $taken", async ({ relay, net, taken }) => {
  ways.relay.delay = relay;
  ways.net.delay = net;
  await ways.pass(12_000);
  expect(ways.isDirect).toBe(taken);
  expect(ways.watcher.faults).toEqual([]);
});

test("a path that is broken is left within 2 s, and nothing is missing", async () => {
  await ways.until(direct);
  ways.net.cut = true;
  expect(await ways.until(relayed)).toBeLessThan(2_000);
  expect(await seesTheNewest()).toBeLessThan(1_000);
  await ways.pass(3_000);
  ways.net.cut = false;
  await ways.pass(3_000);
  await seesTheNewest();
  expect(ways.watcher.faults).toEqual([]);
});

test("a customer's end that leaves first is followed, though nothing on the path says so", async () => {
  await ways.until(direct);
  await ways.pass(500);
  ways.net.cut = true;
  const path = ways.paths.used;
  if (path) ways.camera.line.leave(path);
  expect(await ways.until(relayed)).toBeLessThan(500);
  expect(await seesTheNewest()).toBeLessThan(1_000);
  expect(ways.watcher.faults).toEqual([]);
});

test("a path that has become worse is left within 2 s", async () => {
  await ways.until(direct);
  ways.net.delay = 150;
  expect(await ways.until(relayed)).toBeLessThan(2_000);
  await seesTheNewest();
  expect(ways.watcher.faults).toEqual([]);
});

test("what was left is tried again, ever later", async () => {
  await ways.until(direct);
  const waits = [];
  for (let turn = 0; turn < 2; turn++) {
    ways.net.delay = 150;
    await ways.until(relayed);
    ways.net.delay = 5;
    waits.push(await ways.until(direct, 100_000));
  }
  expect(waits[0]).toBeGreaterThan(8_000);
  expect(waits[1]).toBeGreaterThan(18_000);
  expect(ways.watcher.faults).toEqual([]);
});

test("all is back on the relay before the first picture that is recorded", async () => {
  await ways.until(direct);
  // What was still on its way over the relay has come.
  await ways.pass(500);
  ways.relay.recorded = true;
  ways.relay.tellWatched();
  await ways.until(() => ways.relay.kept.length > 3);
  expect(ways.paths.used).toBeNull();
  const [first, second] = ways.relay.kept;
  expect([first?.kind, second?.kind, second?.key]).toEqual(["geometry", "patch", true]);
  await ways.until(relayed);
  await ways.pass(15_000);
  expect(ways.isDirect).toBe(false);
  await seesTheNewest();
  expect(ways.watcher.faults).toEqual([]);
});

test("a session that is to be recorded ends the path, whatever the relay says", async () => {
  await ways.until(direct);
  ways.session = { ...ways.session, recording: "allowed" };
  ways.paths.look();
  expect(ways.paths.used).toBeNull();
  await ways.until(relayed);
  await ways.pass(15_000);
  expect(ways.isDirect).toBe(false);
  await seesTheNewest();
  expect(ways.watcher.faults).toEqual([]);
});

test("a second rep who watches brings both back to the relay", async () => {
  await ways.until(direct);
  ways.relay.viewers = 2;
  ways.relay.tellWatched();
  await ways.until(relayed, 2_000);
  await seesTheNewest();
  expect(ways.watcher.faults).toEqual([]);
});

test("a broker that signs no more ends it", async () => {
  await ways.until(direct);
  ways.signs = false;
  expect(await ways.until(relayed)).toBeLessThan(10_000);
  await seesTheNewest();
  expect(ways.watcher.faults).toEqual([]);
});

/** A small generator, so that a failure can be seen again: mulberry32. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SEEDS = Array.from({ length: 5 }, (_, seed) => seed);

test.each(SEEDS)(
  "whatever happens, no picture is lost, doubled or out of order (%i)",
  async (seed) => {
    const random = dice(seed);
    const upTo = (most: number) => Math.floor(random() * most);
    const happenings = [
      () => (ways.net.cut = true),
      () => (ways.net.cut = false),
      () => (ways.net.cut = false),
      () => (ways.net.delay = upTo(200)),
      () => (ways.net.delay = 2),
      () => (ways.relay.delay = upTo(120)),
      () => {
        ways.relay.viewers = 1 + upTo(2);
        ways.relay.tellWatched();
      },
      () => {
        ways.relay.recorded = random() < 0.3;
        ways.relay.tellWatched();
      },
      () => (ways.signs = random() < 0.8),
    ];
    await ways.until(direct);
    let changes = 0;
    let was = true;
    for (let turn = 0; turn < 30; turn++) {
      happenings[upTo(happenings.length)]?.();
      await ways.pass(upTo(2_000));
      if (was !== ways.isDirect) changes++;
      was = ways.isDirect;
    }
    ways.net.cut = false;
    await seesTheNewest();
    expect(ways.watcher.faults).toEqual([]);
    expect(changes).toBeGreaterThan(0);
  },
);
