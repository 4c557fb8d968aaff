import type { Frame, Talk } from "@deskside/browser/contract";
import { expect, test } from "vitest";
import { Boards } from "./boards.ts";

function told(...frames: readonly unknown[]): Boards {
  let hear: (frame: Frame) => void = () => undefined;
  const boards = new Boards({
    on: (listener) => {
      hear = listener;
      return () => undefined;
    },
  });
  for (const frame of frames) hear(frame as Frame);
  return boards;
}

function talk(session: string, since: number): Partial<Talk> {
  return { session, team: "support", since };
}

function talks(whole: boolean, came: readonly Partial<Talk>[], went: readonly string[] = []) {
  return { type: "talks", team: "support", whole, came, went };
}

function sessions(boards: Boards): readonly string[] {
  return (boards.state.get().talks.support ?? []).map(({ session }) => session);
}

test("the talk that lasts longest comes first, whatever came last", () => {
  const boards = told(talks(true, [talk("b", 20)]), talks(false, [talk("c", 30), talk("a", 10)]));
  expect(sessions(boards)).toEqual(["a", "b", "c"]);
});

test("a talk that changes stands there once, and one that went not at all", () => {
  const first = talks(true, [talk("a", 10), talk("b", 20)]);
  const boards = told(first, talks(false, [{ ...talk("b", 20), owner: "ben" }], ["a"]));
  expect(boards.state.get().talks.support).toEqual([{ ...talk("b", 20), owner: "ben" }]);
});

test("after a reconnect only what is told as the whole stands there", () => {
  expect(sessions(told(talks(true, [talk("a", 10)]), talks(true, [talk("b", 20)])))).toEqual(["b"]);
});

test("each team has a board of its own", () => {
  const frame = { type: "board", waiting: 0, longest_since: 0, talking: 0, there_since: [] };
  const boards = told({ ...frame, team: "support", waiting: 2 }, { ...frame, team: "network" });
  expect(Object.keys(boards.state.get().boards)).toEqual(["support", "network"]);
  expect(boards.state.get().boards.support?.waiting).toBe(2);
});
