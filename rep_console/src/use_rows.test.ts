import { expect, test } from "vitest";
import { rowsSeen } from "./use_rows.ts";

test("of many rows only those in sight are drawn, and a few around them", () => {
  const { first, last } = rowsSeen(5_000, 500, 200, 50);
  expect(first).toBeLessThanOrEqual(100);
  expect(last).toBeGreaterThanOrEqual(110);
  expect(last - first).toBeLessThan(30);
});

test("the first and the last rows are no special case", () => {
  expect(rowsSeen(0, 500, 3, 50)).toEqual({ first: 0, last: 3 });
  expect(rowsSeen(9_500, 500, 200, 50).last).toBe(200);
  expect(rowsSeen(0, 500, 0, 50)).toEqual({ first: 0, last: 0 });
});
