import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PicturePen } from "./picture_pen.ts";
import type { Ink, Pen } from "./picture_pen.ts";
import type { Bodies } from "./picture.ts";

let drawn: Bodies["drawing"][];
let ink: Ink | null;
let surface: HTMLElement;
let frame: FrameRequestCallback | null;

beforeEach(() => {
  drawn = [];
  ink = null;
  frame = null;
  vi.stubGlobal("requestAnimationFrame", (next: FrameRequestCallback) => {
    frame = next;
    return 1;
  });
  vi.stubGlobal("cancelAnimationFrame", () => (frame = null));
  surface = document.createElement("div");
  surface.setPointerCapture = () => undefined;
  // The second of two monitors, 1000x500 from 2000 on, shown at a tenth of its size at 10, 20.
  surface.getBoundingClientRect = () => new DOMRect(10, 20, 100, 50);
});

afterEach(() => vi.unstubAllGlobals());

function taken(pen: Pen): PicturePen {
  return new PicturePen({
    pen,
    surface,
    part: () => ({ left: 2000, top: 0, width: 1000, height: 500 }),
    draw: (each) => drawn.push(each),
    ink: (each) => (ink = each),
  });
}

function point(type: string, clientX: number, clientY: number, button = 0): void {
  surface.dispatchEvent(new MouseEvent(type, { clientX, clientY, button, cancelable: true }));
}

it("draws a line on the customer's screen once it is let go of, and shows it until then", () => {
  taken("line");
  point("pointerdown", 10, 20);
  point("pointermove", 60, 45);
  frame?.(0);
  expect(ink).toEqual({ x: 10, y: 20, toX: 60, toY: 45 });
  expect(drawn).toEqual([]);
  point("pointerup", 60, 45);
  expect(drawn).toEqual([{ what: "line", x: 2000, y: 0, to_x: 2500, to_y: 250 }]);
  expect(ink).toBeNull();
});

it("keeps what is drawn within the picture", () => {
  taken("rectangle");
  point("pointerdown", 60, 45);
  point("pointerup", 500, -50);
  expect(drawn).toEqual([{ what: "rectangle", x: 2500, y: 250, to_x: 2999, to_y: 0 }]);
});

it("points once a frame, and where it was let go of", () => {
  taken("pointer");
  point("pointerdown", 10, 20);
  for (const at of [11, 12, 13]) point("pointermove", at, 20);
  frame?.(0);
  expect(drawn.map(({ x }) => x)).toEqual([2030]);
  point("pointerup", 20, 20);
  expect(drawn.map(({ x }) => x)).toEqual([2030, 2100]);
});

it("draws nothing without a press, with another button, or after it was put away", () => {
  const pen = taken("line");
  point("pointermove", 60, 45);
  point("pointerup", 60, 45);
  point("pointerdown", 60, 45, 2);
  point("pointerup", 60, 45, 2);
  pen.close();
  point("pointerdown", 60, 45);
  point("pointerup", 60, 45);
  expect(drawn).toEqual([]);
});
