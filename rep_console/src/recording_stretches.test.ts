import type { Fact } from "@deskside/browser/contract";
import { expect, it } from "vitest";
import { nextShared, stretchAt, stretchesOf } from "./recording_stretches.ts";

const BEGAN = 1_700_000_000_000;

/** What a test says of a fact; the rest is of no interest here. */
type Said = { readonly type: Fact["type"]; readonly second: number } & Record<string, unknown>;

function stretches(length: number, ...said: readonly Said[]) {
  const facts = said.map(({ second, ...rest }) => ({ ...rest, at: BEGAN + second * 1000 }));
  return stretchesOf(facts as unknown as Fact[], BEGAN, length * 1000);
}

function told(found: ReturnType<typeof stretches>): readonly (readonly [string, number, number])[] {
  return found.map(({ kind, from, to }) => [kind, from / 1000, to / 1000]);
}

const pause = (second: number, cut = 0): Said => ({
  type: "recording_paused",
  second,
  by: "ana",
  why: "card",
  cut_seconds: cut,
  viewed: false,
});

it("is one stretch of nothing where nobody shared", () => {
  expect(told(stretches(60, { type: "said", second: 5 }))).toEqual([["unshared", 0, 60]]);
});

it("follows sharing, and what could not be stored", () => {
  const found = stretches(
    60,
    { type: "screen_shared", second: 10 },
    { type: "sharing_changed", second: 12 },
    { type: "sharing_paused", second: 20 },
    { type: "sharing_resumed", second: 25 },
    { type: "sharing_stopped", second: 40 },
    { type: "screen_shared", second: 50 },
    { type: "ended", second: 55 },
  );
  expect(told(found)).toEqual([
    ["unshared", 0, 10],
    ["shared", 10, 20],
    ["unstored", 20, 25],
    ["shared", 25, 40],
    ["unshared", 40, 50],
    ["shared", 50, 55],
    ["unshared", 55, 60],
  ]);
});

it("has a pause begin where its cut does, also over what happened meanwhile", () => {
  const found = stretches(
    60,
    { type: "screen_shared", second: 10 },
    { type: "sharing_paused", second: 26 },
    { type: "sharing_resumed", second: 28 },
    pause(30, 10),
    { type: "recording_resumed", second: 45 },
  );
  expect(told(found)).toEqual([
    ["unshared", 0, 10],
    ["shared", 10, 20],
    ["paused", 20, 45],
    ["shared", 45, 60],
  ]);
  expect(found[2]).toMatchObject({ by: "ana", why: "card", cut: 10, viewed: false });
});

it("keeps two pauses apart, and nothing after the permission is withdrawn", () => {
  const found = stretches(
    60,
    { type: "screen_shared", second: 0 },
    pause(10),
    { type: "recording_resumed", second: 20 },
    pause(20),
    { type: "recording_withdrawn", second: 30 },
    { type: "screen_shared", second: 40 },
    { type: "ended", second: 50 },
  );
  expect(told(found)).toEqual([
    ["shared", 0, 10],
    ["paused", 10, 20],
    ["paused", 20, 30],
    ["withdrawn", 30, 60],
  ]);
});

it("finds where one stands, and where there is something to see next", () => {
  const found = stretches(60, { type: "screen_shared", second: 10 }, pause(20));
  expect(stretchAt(found, 9_999)?.kind).toBe("unshared");
  expect(stretchAt(found, 10_000)?.kind).toBe("shared");
  expect(stretchAt(found, 60_000)?.kind).toBe("paused");
  expect(stretchAt([], 0)).toBeNull();
  expect(nextShared(found, 0)?.from).toBe(10_000);
  expect(nextShared(found, 10_000)).toBeNull();
});
