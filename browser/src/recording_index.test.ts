import { expect, it } from "vitest";
import { heatOf, idleAt, idleSpans, pictureBefore, positionOf } from "./recording_index.ts";
import type { RecordingIndex } from "./recording_index.ts";

function segment(number: number, begins: number, bytes = 5_000) {
  return { number, begins, ends: begins + 2_000, bytes };
}

const INDEX: RecordingIndex = {
  began: 1_000_000,
  length: 60_000,
  running: false,
  // A second writer begins a stretch of numbers of its own.
  segments: [
    segment(0, 0),
    segment(1, 2_000),
    segment(2, 20_000, 300),
    segment(1_000_000, 40_000, 50_000),
  ],
  pictures: [
    { segment: 0, record: 0, at: 10 },
    { segment: 1, record: 4, at: 2_500 },
    { segment: 1_000_000, record: 0, at: 40_000 },
  ],
};

it("begins a picture at the last whole one", () => {
  expect(pictureBefore(INDEX, 5)).toBeNull();
  expect(pictureBefore(INDEX, 10)?.segment).toBe(0);
  expect(pictureBefore(INDEX, 39_999)).toMatchObject({ segment: 1, record: 4 });
  expect(pictureBefore(INDEX, 99_999)?.segment).toBe(1_000_000);
});

it("finds segments by number, however the numbers jump", () => {
  expect([0, 1, 2, 1_000_000].map((number) => positionOf(INDEX, number))).toEqual([0, 1, 2, 3]);
  expect(positionOf(INDEX, 3)).toBe(3);
});

it("takes for a rest where nothing but a caret moves", () => {
  expect(idleSpans(INDEX, [])).toEqual([
    { from: 5_000, to: 39_500 },
    { from: 43_000, to: 59_500 },
  ]);
});

it("takes no rest where something is said", () => {
  expect(idleSpans(INDEX, [10_000, 24_000, 58_000])).toEqual([
    { from: 5_000, to: 9_500 },
    { from: 11_000, to: 23_500 },
    { from: 25_000, to: 39_500 },
    { from: 43_000, to: 57_500 },
  ]);
});

it("says in which rest a moment lies", () => {
  const spans = idleSpans(INDEX, []);
  expect(idleAt(spans, 4_999)).toBeNull();
  expect(idleAt(spans, 5_000)).toEqual({ from: 5_000, to: 39_500 });
  expect(idleAt(spans, 39_500)).toBeNull();
});

it("draws quiet work beside busy work so that both can be seen", () => {
  const heat = heatOf(INDEX, 6);
  expect(heat[4]).toBe(1);
  expect(heat[0]).toBeGreaterThan(0.5);
  expect(heat[1]).toBe(0);
  expect(heat[2]).toBeGreaterThan(0.1);
});

it("draws nothing where there is nothing", () => {
  expect(heatOf({ ...INDEX, segments: [], length: 0 }, 3)).toEqual([0, 0, 0]);
});
