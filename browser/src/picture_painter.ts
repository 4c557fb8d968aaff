/**
 * Paints the picture's messages on a canvas, in their order. No network here: messages come in as
 * values, and what a page needs to know comes out of callbacks.
 *
 * Pixels and video are decoded beside each other, each as soon as it arrives, and painted one after
 * the other; so a small patch never overtakes what it belongs on top of.
 */

import { unzlibSync } from "fflate";
import type { Blanked, Bodies, CursorShape, PictureMessage, Rectangle } from "./picture.ts";
import { BadPicture } from "./picture.ts";
import { VideoFrames } from "./video_frames.ts";

/** What the painter tells the page. */
export interface Shown {
  /** The screen that is shown now: its size, its monitors and what is wrong with it; and which part
   * of it the canvas shows.
   */
  geometry(geometry: Bodies["geometry"], monitors: readonly Rectangle[], part: Rectangle): void;
  cursor(cursor: Bodies["cursor"]): void;
  blank(why: Blanked): void;
  /** All of a message is on the canvas. */
  painted(message: PictureMessage): void;
  /** The picture cannot go on without a new one. */
  lost(why: string): void;
}

type Paint = () => void;

/**
 * Patches up to this are unpacked at once, which a stream takes several turns of the event loop for.
 * Packed bytes bound how long the worst of them can take: deflate makes at most 1,032 times as much.
 */
const AT_ONCE_BYTES = 64 * 1024;
const AT_ONCE_PIXEL_BYTES = 1024 * 1024;

export class PicturePainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #shown: Shown;
  readonly #video: VideoFrames;
  /** Each begins when the one before it has ended, whatever was decoded first. */
  #turn: Promise<void> = Promise.resolve();
  /** What was decoded of a change that has not come whole. */
  #held: Paint[] = [];
  /** Counts screens; what was decoded for an earlier one is not painted. */
  #screen = 0;
  /** Counts blanks, which overtake everything. */
  #blanks = 0;
  #shape: CursorShape | null = null;
  /** What of the screen the canvas shows; all coordinates are still those of the whole. */
  #part: Rectangle = { x: 0, y: 0, width: 0, height: 0 };

  constructor(canvas: HTMLCanvasElement, shown: Shown) {
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) throw new BadPicture("this browser has no canvas");
    this.#canvas = canvas;
    this.#context = context;
    this.#shown = shown;
    this.#video = new VideoFrames((why) => shown.lost(why));
  }

  /** Take the next message; it is painted as soon as it and all before it are decoded. */
  take(message: PictureMessage): void {
    const screen = this.#screen;
    switch (message.kind) {
      case "geometry":
        this.#screen++;
        this.#video.reset();
        this.#beginInTurn(message.body, message.rectangles);
        break;
      case "blank":
        this.#screen++;
        this.#blanks++;
        this.#held = [];
        this.#video.reset();
        this.#clear();
        this.#shown.blank(message.body.why);
        break;
      case "cursor":
        this.#shape = message.body.shape ?? this.#shape;
        this.#shown.cursor({ ...message.body, shape: this.#shape });
        break;
      case "patch":
      case "video":
      case "move":
        this.#inTurn(message, this.#decode(message), screen);
    }
  }

  /** Resolves once everything that was taken so far is painted, or given up. */
  settled(): Promise<void> {
    return this.#turn;
  }

  close(): void {
    this.#screen++;
    this.#video.close();
  }

  #beginInTurn(geometry: Bodies["geometry"], monitors: readonly Rectangle[]): void {
    const blanks = this.#blanks;
    this.#turn = this.#turn.then(() => {
      if (blanks === this.#blanks) this.#begin(geometry, monitors);
    });
  }

  #inTurn(message: PictureMessage, decoding: Promise<Paint | null>, screen: number): void {
    // A failure is met in its turn; until then nobody else must complain of it.
    decoding.catch(() => undefined);
    this.#turn = this.#turn.then(async () => {
      try {
        const paint = await decoding;
        if (paint && screen === this.#screen) this.#paint(paint, message);
      } catch (fault) {
        this.#shown.lost(String(fault));
      }
    });
  }

  #paint(paint: Paint, message: PictureMessage): void {
    this.#held.push(paint);
    if (message.more) return;
    for (const each of this.#held) each();
    this.#held = [];
    this.#shown.painted(message);
  }

  #begin(geometry: Bodies["geometry"], monitors: readonly Rectangle[]): void {
    this.#held = [];
    const [before, part] = [this.#part, partOf(geometry, monitors)];
    this.#part = part;
    if (this.#canvas.width !== part.width || this.#canvas.height !== part.height) {
      this.#canvas.width = part.width;
      this.#canvas.height = part.height;
    }
    // Another monitor of the same size: what the one before showed is not there.
    const isElsewhere = before.x !== part.x || before.y !== part.y;
    if (geometry.trouble || isElsewhere) this.#clear();
    this.#shown.geometry(geometry, monitors, part);
  }

  #clear(): void {
    this.#context.fillStyle = "#000";
    this.#context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  async #decode(
    message: PictureMessage & { kind: "patch" | "video" | "move" },
  ): Promise<Paint | null> {
    const { rectangles } = message;
    if (message.kind === "move") return () => this.#move(rectangles, message.body.sources);
    if (message.kind === "video") return this.#decodeVideo(message);
    const { coding, data } = message.body;
    if (coding === "raw") return this.#pixels(rectangles, data);
    if (coding === "deflate") {
      const size = rectangles.reduce((sum, { width, height }) => sum + width * height * 3, 0);
      const isSmall = data.length <= AT_ONCE_BYTES && size <= AT_ONCE_PIXEL_BYTES;
      const rgb = isSmall ? unpacked(data, size) : await streamed(data, size);
      return this.#pixels(rectangles, rgb);
    }
    return this.#decodeImage(rectangles, data, coding);
  }

  #move(rectangles: readonly Rectangle[], sources: Bodies["move"]["sources"]): void {
    const { x: left, y: top } = this.#part;
    // All sources are what stood there before the message, so those that overlap are read first.
    const copies = rectangles.map(({ width, height }, at) => {
      const [x, y] = sources[at] ?? [0, 0];
      if (rectangles.length === 1) return null;
      return this.#context.getImageData(x - left, y - top, width, height);
    });
    for (const [at, { x, y, width, height }] of rectangles.entries()) {
      const [fromX, fromY] = sources[at] ?? [0, 0];
      const copy = copies[at];
      if (copy) this.#context.putImageData(copy, x - left, y - top);
      else this.#draw(this.#canvas, fromX - left, fromY - top, { x, y, width, height });
    }
  }

  #pixels(rectangles: readonly Rectangle[], rgb: Uint8Array): Paint {
    let at = 0;
    const images = rectangles.map(({ width, height }) => {
      const image = new ImageData(width, height);
      at = widen(rgb, at, image.data);
      return image;
    });
    return () => {
      for (const [index, image] of images.entries()) {
        const { x, y } = rectangles[index] ?? { x: 0, y: 0 };
        this.#context.putImageData(image, x - this.#part.x, y - this.#part.y);
      }
    };
  }

  /** Draw what stands in `image` from there on at the rectangle `to` of the screen. */
  #draw(image: CanvasImageSource, fromX: number, fromY: number, to: Rectangle): void {
    const { width, height } = to;
    const [x, y] = [to.x - this.#part.x, to.y - this.#part.y];
    this.#context.drawImage(image, fromX, fromY, width, height, x, y, width, height);
  }

  async #decodeImage(
    rectangles: readonly Rectangle[],
    data: Uint8Array,
    coding: "png" | "webp",
  ): Promise<Paint> {
    const [rectangle] = rectangles;
    const blob = new Blob([new Uint8Array(data)], { type: `image/${coding}` });
    // As they are: no colour profile, no premultiplied alpha.
    const options = { colorSpaceConversion: "none", premultiplyAlpha: "none" } as const;
    const image = await createImageBitmap(blob, options);
    if (image.width !== rectangle?.width || image.height !== rectangle.height) {
      throw new BadPicture("a picture of another size than it was said to have");
    }
    return () => {
      this.#draw(image, 0, 0, rectangle);
      image.close();
    };
  }

  async #decodeVideo({
    body: { codec, area, data },
    key,
    rectangles,
    sequence,
  }: PictureMessage & { kind: "video" }): Promise<Paint | null> {
    const frame = await this.#video.decode({ codec, area, data, key, sequence });
    if (!frame) return null;
    return () => {
      for (const each of rectangles) this.#draw(frame, each.x - area.x, each.y - area.y, each);
      frame.close();
    };
  }
}

/** Return what of a screen is shown: a chosen monitor, or all of it. */
function partOf(
  { width, height, chosen }: Bodies["geometry"],
  monitors: readonly Rectangle[],
): Rectangle {
  return monitors[chosen - 1] ?? { x: 0, y: 0, width, height };
}

/** Write RGB from `at` on as RGBA, and return where the next pixels stand. */
export function widen(rgb: Uint8Array, at: number, rgba: Uint8ClampedArray): number {
  const words = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4);
  for (let pixel = 0; pixel < words.length; pixel++, at += 3) {
    // Little-endian, as every machine with a browser is: A, B, G, R from the top.
    words[pixel] =
      0xff000000 | ((rgb[at + 2] ?? 0) << 16) | ((rgb[at + 1] ?? 0) << 8) | (rgb[at] ?? 0);
  }
  return at;
}

/** Unpack a patch's `size` bytes of pixels in one go; more or fewer than that is no patch. */
function unpacked(data: Uint8Array, size: number): Uint8Array {
  let rgb;
  try {
    // One byte more than there ought to be shows whether there are too many.
    rgb = unzlibSync(data, { out: new Uint8Array(size + 1) });
  } catch (fault) {
    throw new BadPicture(String(fault));
  }
  return whole(rgb, size);
}

/** The same beside everything else: slower for few pixels, and without a pause for many. */
async function streamed(data: Uint8Array, size: number): Promise<Uint8Array> {
  const rgb = new Uint8Array(size);
  const blob = new Blob([new Uint8Array(data)]);
  const reader = blob.stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  let at = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (at + part.value.length > size) {
      await reader.cancel();
      throw new BadPicture("more pixels than the rectangles have");
    }
    rgb.set(part.value, at);
    at += part.value.length;
  }
  return whole(rgb.subarray(0, at), size);
}

function whole(rgb: Uint8Array, size: number): Uint8Array {
  if (rgb.length > size) throw new BadPicture("more pixels than the rectangles have");
  if (rgb.length < size) throw new BadPicture("fewer pixels than the rectangles have");
  return rgb;
}
