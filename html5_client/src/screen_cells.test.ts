import { expect, it } from "vitest";
import { CELL, ScreenCells } from "./screen_cells.ts";

const WIDTH = 2 * CELL + 10;
const HEIGHT = CELL + 6;

function blank(): Uint8ClampedArray {
  return new Uint8ClampedArray(WIDTH * HEIGHT * 4).fill(255);
}

function withPixel(x: number, y: number, red = 7): Uint8ClampedArray {
  const pixels = blank();
  pixels[(y * WIDTH + x) * 4] = red;
  return pixels;
}

it("sees all as new at first, and nothing where nothing changed", () => {
  const cells = new ScreenCells(WIDTH, HEIGHT);
  expect(cells.look(blank())).toEqual([0, 1, 2, 3, 4, 5]);
  expect(cells.look(blank())).toEqual([]);
});

it.each([
  [0, 0, 0],
  [CELL - 1, CELL - 1, 0],
  [CELL, 0, 1],
  [WIDTH - 1, CELL - 1, 2],
  [0, CELL, 3],
  [WIDTH - 1, HEIGHT - 1, 5],
])("finds a pixel at %i, %i in its cell", (x, y, cell) => {
  const cells = new ScreenCells(WIDTH, HEIGHT);
  cells.look(blank());
  expect(cells.look(withPixel(x, y))).toEqual([cell]);
});

it("puts cells together, never beyond the screen", () => {
  const cells = new ScreenCells(WIDTH, HEIGHT);
  expect(cells.rectangles([0, 1, 2, 3, 4, 5])).toEqual([
    { x: 0, y: 0, width: WIDTH, height: HEIGHT },
  ]);
  expect(cells.rectangles([1, 2, 3])).toEqual([
    { x: CELL, y: 0, width: CELL + 10, height: CELL },
    { x: 0, y: CELL, width: CELL, height: 6 },
  ]);
});

it("gives the pixels of rectangles one after the other", () => {
  const cells = new ScreenCells(WIDTH, HEIGHT);
  cells.look(withPixel(CELL, 1, 9));
  const rgb = cells.pixels([
    { x: CELL - 1, y: 1, width: 2, height: 1 },
    { x: 0, y: 0, width: 1, height: 1 },
  ]);
  expect([...rgb]).toEqual([255, 255, 255, 9, 255, 255, 255, 255, 255]);
});

it("takes a cell for moving only when it changes again and again", () => {
  const cells = new ScreenCells(WIDTH, HEIGHT);
  cells.look(blank());
  cells.look(withPixel(0, 0, 1));
  expect(cells.moves(0)).toBe(false);
  for (let red = 2; red < 9; red++) cells.look(withPixel(0, 0, red));
  expect(cells.moves(0)).toBe(true);
  expect(cells.moves(5)).toBe(false);
  for (let look = 0; look < 9; look++) cells.look(withPixel(0, 0, 8));
  expect(cells.moves(0)).toBe(false);
});
