import { expect, test } from "vitest";
import { madeAt, uuid7, uuid7Maker } from "./uuid7.ts";

test("an id has the shape that the broker takes", () => {
  expect(uuid7()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("ids sort in the order they were made, even when the clock stands or goes back", () => {
  let now = 1_700_000_000_000;
  const make = uuid7Maker(() => now);
  const ids = Array.from({ length: 10_000 }, (_, index) => {
    if (index === 5_000) now -= 3_600_000;
    return make();
  });
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test("an id tells when it was made", () => {
  const now = 1_763_762_400_123;
  expect(madeAt(uuid7Maker(() => now)())).toBe(now);
});
