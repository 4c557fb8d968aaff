/**
 * Where a player stands, and how it goes on: the rules alone, without a timer or a picture. Times are
 * ms from the recording's beginning.
 */
import { idleAt } from "./recording_index.ts";
import type { Span } from "./recording_index.ts";

export const SPEEDS = [0.5, 1, 1.5, 2, 4, 8, 16] as const;
export type Speed = (typeof SPEEDS)[number];

export interface ClockState {
  readonly at: number;
  readonly playing: boolean;
  readonly speed: Speed;
  /** Whether rests are left out. */
  readonly skipsIdle: boolean;
}

export const STOPPED: ClockState = { at: 0, playing: false, speed: 1, skipsIdle: true };

/** What the clock goes through. */
export interface Course {
  readonly length: number;
  /** Whether more of it is to come: then its end is a place to wait, not to stop. */
  readonly running: boolean;
  readonly idle: readonly Span[];
}

/** After so long without a picture (ms) nobody was watching: a tab in the background, a slow machine. */
export const LONGEST_STEP_MS = 250;

/** Return where the clock stands after `elapsed` ms have gone by. */
export function advanced(clock: ClockState, elapsed: number, course: Course): ClockState {
  if (!clock.playing) return clock;
  const moved = clock.at + Math.min(elapsed, LONGEST_STEP_MS) * clock.speed;
  const rest = clock.skipsIdle ? idleAt(course.idle, moved) : null;
  // What is going on now may only look like a rest: its end is not known yet.
  const isOver = rest && !(course.running && rest.to >= course.length - LONGEST_STEP_MS * 4);
  const at = Math.min(isOver ? Math.max(moved, rest.to) : moved, course.length);
  return { ...clock, at, playing: at < course.length || course.running };
}

/** Return the clock set to `at`, as far as there is something. */
export function set(clock: ClockState, at: number, course: Course): ClockState {
  return { ...clock, at: Math.min(Math.max(0, at), course.length) };
}

/** Begin or stop; at the end, playing begins again from the beginning. */
export function toggled(clock: ClockState, course: Course): ClockState {
  const isOver = clock.at >= course.length && !course.running;
  const at = !clock.playing && isOver ? 0 : clock.at;
  return { ...clock, at, playing: !clock.playing };
}

/** Return the next faster speed, or with -1 the next slower. */
export function faster(speed: Speed, by: 1 | -1): Speed {
  return SPEEDS[SPEEDS.indexOf(speed) + by] ?? speed;
}
