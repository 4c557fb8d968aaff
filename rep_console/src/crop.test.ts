import { expect, test } from "vitest";
import { NEAREST, WHOLE, squareOf, within } from "./crop.ts";

test("the whole of a picture is its largest square in the middle", () => {
  expect(squareOf(WHOLE, 400, 300)).toEqual({ side: 300, left: 50, top: 0 });
  expect(squareOf(WHOLE, 300, 400)).toEqual({ side: 300, left: 0, top: 50 });
});

test("nearer is a smaller square around the same middle", () => {
  expect(squareOf({ x: 0.5, y: 0.5, zoom: 2 }, 400, 300)).toEqual({
    side: 150,
    left: 125,
    top: 75,
  });
});

test("the square never leaves the picture, however far it is dragged", () => {
  for (const [x, y] of [
    [-3, -3],
    [4, 0.5],
    [0.5, 9],
  ] as const) {
    for (const zoom of [0, 1, 2.5, 99]) {
      const crop = within({ x, y, zoom }, 400, 300);
      const { side, left, top } = squareOf(crop, 400, 300);
      expect(crop.zoom).toBeGreaterThanOrEqual(1);
      expect(crop.zoom).toBeLessThanOrEqual(NEAREST);
      expect(left).toBeGreaterThanOrEqual(-1e-9);
      expect(top).toBeGreaterThanOrEqual(-1e-9);
      expect(left + side).toBeLessThanOrEqual(400 + 1e-9);
      expect(top + side).toBeLessThanOrEqual(300 + 1e-9);
    }
  }
});
