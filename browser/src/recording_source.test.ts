import { expect, it } from "vitest";
import { ApiError } from "./api.ts";
import { BadRecording, readSegments } from "./recording_bytes.ts";
import { RecordingReel } from "./recording_reel.ts";
import { RecordingSource, SegmentMissing } from "./recording_source.ts";
import { writeSegment } from "./testing/opened_segments.ts";

const BEGAN = 1_700_000_000_000;

/** A change each 500 ms; four to a segment. */
function segment(number: number): number[] {
  return writeSegment(
    number,
    [0, 1, 2, 3].map((at) => ({
      kind: 1,
      time: BigInt(BEGAN + number * 2000 + at * 500) * 1000n,
      payload: [number, at],
    })),
  );
}

class Broker {
  readonly asked: string[] = [];
  /** How many segments fit into one answer. */
  most = 100;
  isDown = false;

  readonly fetch = (first: number, last: number): Promise<Uint8Array> => {
    this.asked.push(`${first}-${last}`);
    if (this.isDown) return Promise.reject(new Error("down"));
    const numbers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    return Promise.resolve(new Uint8Array(numbers.slice(0, this.most).flatMap(segment)));
  };
}

function reelOf(source: RecordingSource, count = 5) {
  const segments = Array.from({ length: count }, (_, number) => ({
    number,
    begins: number * 2000,
    ends: number * 2000 + 1500,
    bytes: 8,
  }));
  const pictures = [0, 3].map((number) => ({
    segment: number,
    record: 1,
    at: number * 2000 + 500,
  }));
  const index = { began: BEGAN, length: count * 2000, running: false, segments, pictures };
  return new RecordingReel(index, source);
}

it("reads what was written", () => {
  const [read] = readSegments(new Uint8Array(segment(7)));
  expect(read?.number).toBe(7);
  expect(read?.records.map(({ time }) => time - BEGAN)).toEqual([14000, 14500, 15000, 15500]);
  expect([...(read?.records[3]?.payload ?? [])]).toEqual([7, 3]);
});

it.each([3, 20, 40])("reads nothing that is cut after %d bytes", (size) => {
  expect(() => readSegments(new Uint8Array(segment(7).slice(0, size)))).toThrow(BadRecording);
});

it("fetches nothing twice, also while it is on its way", async () => {
  const broker = new Broker();
  const source = new RecordingSource(broker.fetch);
  await Promise.all([source.load([0, 1, 2]), source.load([1, 2, 3])]);
  await source.load([0, 3]);
  expect(broker.asked).toEqual(["0-2", "3-3"]);
});

it("asks again for what did not fit into an answer", async () => {
  const broker = new Broker();
  broker.most = 2;
  const source = new RecordingSource(broker.fetch);
  await source.load([0, 1, 2, 3, 4]);
  expect(broker.asked).toEqual(["0-4", "2-4", "4-4"]);
});

it("tells who waits when nothing comes, and tries again when asked again", async () => {
  const broker = new Broker();
  const source = new RecordingSource(broker.fetch);
  broker.isDown = true;
  await expect(source.load([0])).rejects.toThrow("down");
  broker.isDown = false;
  await source.load([0]);
  broker.most = 0;
  await expect(source.load([1])).rejects.toThrow("did not come");
});

it("says which segment it is that cannot be had, and keeps what came before it", async () => {
  const broker = new Broker();
  const source = new RecordingSource(async (first, last) => {
    if (first === 2) throw new ApiError(409, "recording_broken", "changed");
    return await broker.fetch(first, Math.min(last, 1));
  });
  const missing = await source.load([0, 1, 2, 3]).catch((fault: unknown) => fault);
  expect(missing).toBeInstanceOf(SegmentMissing);
  expect(missing).toMatchObject({ segment: 2, cause: { code: "recording_broken" } });
  expect(source.get(1)?.number).toBe(1);
});

it("forgets what was used longest ago when there is no room", async () => {
  const broker = new Broker();
  const source = new RecordingSource(broker.fetch, 200);
  await source.load([0]);
  await source.load([1]);
  source.get(0);
  await source.load([2]);
  expect([0, 1, 2].map((number) => source.get(number)?.number)).toEqual([0, undefined, 2]);
});

it("hands out what is due, once, and goes on where it is told", async () => {
  const reel = reelOf(new RecordingSource(new Broker().fetch));
  await reel.load(null, 9999, 0);
  const due = (at: number) => [...reel.due(at)].map((each) => each.at);
  expect(due(600)).toEqual([0, 500]);
  expect(due(2000)).toEqual([1000, 1500, 2000]);
  expect(due(2000)).toEqual([]);
  const whole = reel.index.pictures[1] ?? null;
  reel.goTo(whole);
  expect(due(7100)).toEqual([6500, 7000]);
});

it("knows whether a whole picture is still to come", async () => {
  const reel = reelOf(new RecordingSource(new Broker().fetch));
  await reel.load(null, 9999, 0);
  const [, whole] = reel.index.pictures;
  if (!whole) throw new Error("there is one");
  expect(reel.isAhead(whole)).toBe(true);
  reel.goTo(whole);
  expect(reel.isAhead(whole)).toBe(false);
});

it("says what is not here yet", async () => {
  const reel = reelOf(new RecordingSource(new Broker().fetch));
  expect(reel.has(0)).toBe(false);
  await reel.load(null, 3000, 0);
  expect(reel.has(3999)).toBe(true);
  expect(reel.has(4000)).toBe(false);
});

it("fetches the beginning for who stands before it", async () => {
  const broker = new Broker();
  const reel = reelOf(new RecordingSource(broker.fetch));
  await reel.load(null, 2500, -1000);
  expect(broker.asked).toEqual(["0-1"]);
  await reel.load(null, -500, -1000);
  expect(broker.asked).toEqual(["0-1"]);
});

it("steps from change to change, over segments too", async () => {
  const reel = reelOf(new RecordingSource(new Broker().fetch));
  const all = () => true;
  expect(await reel.change(500, 1, all)).toBe(1000);
  expect(await reel.change(1700, 1, all)).toBe(2000);
  expect(await reel.change(2000, -1, all)).toBe(1500);
  expect(await reel.change(0, -1, all)).toBeNull();
  expect(await reel.change(9500, 1, all)).toBeNull();
});
