import { expect, it } from "vitest";
import { advanced, faster, set, SPEEDS, STOPPED, toggled } from "./recording_clock.ts";
import type { ClockState, Course } from "./recording_clock.ts";

const COURSE: Course = { length: 60_000, running: false, idle: [{ from: 10_000, to: 30_000 }] };
const LIVE: Course = { ...COURSE, running: true, idle: [{ from: 10_000, to: 59_500 }] };

function clock(change: Partial<ClockState>): ClockState {
  return { ...STOPPED, playing: true, skipsIdle: false, ...change };
}

it.each(SPEEDS)("goes %d times as fast as time", (speed) => {
  expect(advanced(clock({ at: 1000, speed }), 100, COURSE).at).toBe(1000 + 100 * speed);
});

it("stands still while it is stopped", () => {
  const stopped = clock({ at: 1000, playing: false });
  expect(advanced(stopped, 100, COURSE)).toBe(stopped);
});

it("counts no time in which nobody can have watched", () => {
  expect(advanced(clock({ at: 0 }), 60_000, COURSE).at).toBe(250);
});

it("leaves rests out when it is told to, and only then", () => {
  expect(advanced(clock({ at: 9_990, skipsIdle: true }), 20, COURSE).at).toBe(30_000);
  expect(advanced(clock({ at: 15_000, skipsIdle: true }), 20, COURSE).at).toBe(30_000);
  expect(advanced(clock({ at: 15_000 }), 20, COURSE).at).toBe(15_020);
});

it("does not call what goes on now a rest", () => {
  expect(advanced(clock({ at: 15_000, skipsIdle: true }), 20, LIVE).at).toBe(15_020);
});

it("stops at the end of what is over", () => {
  const ended = advanced(clock({ at: 59_990 }), 100, COURSE);
  expect(ended).toMatchObject({ at: 60_000, playing: false });
});

it("waits at the end of what goes on", () => {
  const waiting = advanced(clock({ at: 59_990 }), 100, LIVE);
  expect(waiting).toMatchObject({ at: 60_000, playing: true });
  expect(advanced(waiting, 100, { ...LIVE, length: 61_000 }).at).toBe(60_100);
});

it("begins again after the end", () => {
  const over = clock({ at: 60_000, playing: false });
  expect(toggled(over, COURSE)).toMatchObject({ at: 0, playing: true });
  expect(toggled(over, LIVE)).toMatchObject({ at: 60_000, playing: true });
  expect(toggled(clock({ at: 5 }), COURSE)).toMatchObject({ at: 5, playing: false });
});

it("cannot be set beside the recording", () => {
  expect(set(STOPPED, -5, COURSE).at).toBe(0);
  expect(set(STOPPED, 1e9, COURSE).at).toBe(60_000);
});

it("has a fastest and a slowest speed", () => {
  expect(faster(1, 1)).toBe(1.5);
  expect(faster(1, -1)).toBe(0.5);
  expect(faster(16, 1)).toBe(16);
  expect(faster(0.5, -1)).toBe(0.5);
});
