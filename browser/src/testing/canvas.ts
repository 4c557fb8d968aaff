/** A page with nothing but a canvas, for `tests/end_to_end/test_painting.py`. */
import { PicturePainter } from "../picture_painter.ts";
import { decode } from "../picture_bytes.ts";

interface Painted {
  readonly told: string[];
  /** Take messages, each as base64, and wait until so many have been painted or were lost. */
  take(messages: readonly string[], until: number): Promise<void>;
  /** Return the colours of a rectangle: RGB, row by row. */
  pixels(x: number, y: number, width: number, height: number): number[];
  size(): [number, number];
}

declare global {
  interface Window {
    painted: Painted;
  }
}

const canvas = document.createElement("canvas");
document.body.append(canvas);
const told: string[] = [];
let done = 0;
let look = (): void => undefined;

function tell(what: string, counts = false): void {
  told.push(what);
  if (counts) done++;
  look();
}

const painter = new PicturePainter(canvas, {
  geometry: ({ width, height, trouble }) => tell(`screen ${width}x${height} ${trouble}`.trim()),
  cursor: ({ x, y, shape }) => tell(`cursor ${x},${y} ${shape ? shape.width : "-"}`),
  blank: (why) => tell(`blank ${why}`, true),
  painted: ({ sequence }) => tell(`painted ${sequence}`, true),
  lost: (why) => tell(`lost ${why}`, true),
});

window.painted = {
  told,
  async take(messages, until) {
    for (const message of messages) {
      painter.take(decode(Uint8Array.from(atob(message), (c) => c.charCodeAt(0))));
    }
    await new Promise<void>((enough) => {
      look = () => done >= until && enough();
      look();
    });
  },
  pixels(x, y, width, height) {
    const rgba = canvas.getContext("2d")?.getImageData(x, y, width, height).data ?? [];
    return Array.from(rgba).filter((_, at) => at % 4 !== 3);
  },
  size: () => [canvas.width, canvas.height],
};
