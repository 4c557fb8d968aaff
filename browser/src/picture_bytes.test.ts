import { describe, expect, it } from "vitest";
import golden from "../../tests/golden/picture/messages.json?raw";
import type { CursorShape, PictureMessage, Rectangle } from "./picture.ts";
import { BadPicture } from "./picture.ts";
import { decode, encode, MOST_BYTES } from "./picture_bytes.ts";

type Plain = Record<string, unknown>;

const { good, bad } = JSON.parse(golden) as {
  readonly good: readonly { about: string; message: Plain; bytes: string }[];
  readonly bad: readonly { about: string; bytes: string }[];
};

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  const pairs = hex.match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function four({ x, y, width, height }: Rectangle): number[] {
  return [x, y, width, height];
}

/** A message as JSON says it: bytes are hex, rectangles lists of four. */
function plain(message: PictureMessage): Plain {
  const body: Plain = { ...message.body };
  if (body.data) body.data = toHex(body.data as Uint8Array);
  if (body.area) body.area = four(body.area as Rectangle);
  if (body.shape) {
    const shape = body.shape as CursorShape;
    body.shape = { ...shape, rgba: toHex(shape.rgba) };
  }
  return { ...message, rectangles: message.rectangles.map(four), body };
}

it("knows as many samples as Python", () => {
  expect(good.length).toBeGreaterThan(25);
  expect(bad.length).toBeGreaterThan(35);
});

describe.each(good)("$about", ({ message, bytes }) => {
  it("is read as in Python", () => {
    expect(plain(decode(fromHex(bytes)))).toEqual(message);
  });

  it("is written as in Python", () => {
    expect(toHex(encode(decode(fromHex(bytes))))).toBe(bytes);
  });
});

it.each(bad)("refuses $about", ({ bytes }) => {
  expect(() => decode(fromHex(bytes))).toThrow(BadPicture);
});

it("refuses more than 8 MiB", () => {
  const patch = fromHex(good.find(({ about }) => about === "a PNG")?.bytes ?? "");
  const grown = new Uint8Array(MOST_BYTES);
  grown.set(patch);
  expect(decode(grown).kind).toBe("patch");
  const more = new Uint8Array(MOST_BYTES + 1);
  more.set(patch);
  expect(() => decode(more)).toThrow(BadPicture);
});

it("reads a message that lies within a larger buffer", () => {
  const [first] = good;
  const bytes = fromHex(`ffff${first?.bytes ?? ""}`).subarray(2);
  expect(plain(decode(bytes))).toEqual(first?.message);
});

it("takes any damage for another message or refuses it", () => {
  // A linear congruential generator: the same damage in every run.
  let seed = 42;
  const draw = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed % below;
  };
  let refused = 0;
  for (let round = 0; round < 5000; round++) {
    const damaged = fromHex(good[draw(good.length)]?.bytes ?? "");
    for (let blow = 0; blow <= draw(4); blow++) {
      const at = draw(damaged.length);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << draw(8));
    }
    const cut = damaged.subarray(0, damaged.length - draw(3));
    try {
      expect(toHex(encode(decode(cut)))).toBe(toHex(cut));
    } catch (fault) {
      if (!(fault instanceof BadPicture)) throw fault;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(500);
  expect(refused).toBeLessThan(5000);
});
