/**
 * A screen as squares: which of them have changed, which move, and which a viewer has only roughly.
 *
 * Pixels are RGBA as canvases have them. What is compared is what the browser gave us, so "exact"
 * below means: as it was captured.
 */
import type { Rectangle } from "@deskside/browser/picture";

export const CELL = 64;

/** A cell that changed so often lately is in motion, and cheaper as video. */
const MOVING = 2.5;
const COOLING = 0.75;

export class ScreenCells {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  /** Cells that viewers have as video, less exact than they are. */
  readonly rough = new Set<number>();
  #before: Uint32Array | null = null;
  readonly #heat: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.columns = Math.ceil(width / CELL);
    this.rows = Math.ceil(height / CELL);
    this.#heat = new Float32Array(this.columns * this.rows);
  }

  get count(): number {
    return this.columns * this.rows;
  }

  /** Take the next picture and return the cells that changed; all of them with the first. */
  look(rgba: Uint8ClampedArray): number[] {
    const now = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4);
    const before = this.#before;
    this.#before = now;
    const changed: number[] = [];
    for (let cell = 0; cell < this.count; cell++) {
      const differs = !before || this.#differs(cell, before, now);
      const heat = (this.#heat[cell] ?? 0) * COOLING;
      this.#heat[cell] = differs ? heat + 1 : heat;
      if (differs) changed.push(cell);
    }
    return changed;
  }

  moves(cell: number): boolean {
    return (this.#heat[cell] ?? 0) > MOVING;
  }

  /** Return `cells` as few rectangles: runs of a row, put together where they lie below each other. */
  rectangles(cells: readonly number[]): Rectangle[] {
    const wanted = new Set(cells);
    const done: { from: number; to: number; top: number; bottom: number }[] = [];
    for (let row = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++) {
        if (!wanted.has(row * this.columns + column)) continue;
        const from = column;
        while (column + 1 < this.columns && wanted.has(row * this.columns + column + 1)) column++;
        const above = done.find(
          (each) => each.bottom === row && each.from === from && each.to === column + 1,
        );
        if (above) above.bottom = row + 1;
        else done.push({ from, to: column + 1, top: row, bottom: row + 1 });
      }
    }
    return done.map(({ from, to, top, bottom }) => ({
      x: from * CELL,
      y: top * CELL,
      width: Math.min(to * CELL, this.width) - from * CELL,
      height: Math.min(bottom * CELL, this.height) - top * CELL,
    }));
  }

  /** Return the pixels of `rectangles` as patches have them: RGB, one rectangle after the other. */
  pixels(rectangles: readonly Rectangle[]): Uint8Array<ArrayBuffer> {
    const size = rectangles.reduce((sum, { width, height }) => sum + width * height, 0);
    const rgb = new Uint8Array(size * 3);
    const from = this.#before;
    let at = 0;
    for (const { x, y, width, height } of from ? rectangles : []) {
      for (let row = y; row < y + height; row++) {
        const start = row * this.width + x;
        for (let index = start; index < start + width; index++) {
          // Little-endian, as every machine with a browser is.
          const word = from?.[index] ?? 0;
          rgb[at++] = word & 0xff;
          rgb[at++] = (word >> 8) & 0xff;
          rgb[at++] = (word >> 16) & 0xff;
        }
      }
    }
    return rgb;
  }

  #differs(cell: number, before: Uint32Array, now: Uint32Array): boolean {
    const left = (cell % this.columns) * CELL;
    const top = Math.floor(cell / this.columns) * CELL;
    const right = Math.min(left + CELL, this.width);
    const bottom = Math.min(top + CELL, this.height);
    for (let row = top; row < bottom; row++) {
      for (let at = row * this.width + left; at < row * this.width + right; at++) {
        if (before[at] !== now[at]) return true;
      }
    }
    return false;
  }
}
