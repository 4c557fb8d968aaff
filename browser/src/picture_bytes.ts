/**
 * The messages of the picture as bytes, as `protocol/picture_bytes.py` has them; `docs/picture.md`
 * tells every byte. Both are held to `tests/golden/picture/messages.json`.
 */

import type { Bodies, CursorShape, Kind, PictureMessage, Rectangle } from "./picture.ts";
import {
  BadPicture,
  BLANKED,
  CODECS,
  CODINGS,
  DRAWN,
  SHARING,
  TROUBLES,
  WANTED,
} from "./picture.ts";

export const VERSION = 1;
export const MOST_BYTES = 8 * 1024 * 1024;
const MOST_RECTANGLES = 1024;
const MOST_CLIPBOARD_BYTES = 256 * 1024;
const MOST_CURSOR_SIDE = 128;
const HEADER_BYTES = 20;
const RECTANGLE_BYTES = 8;

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#step(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#step(2));
  }

  i16(): number {
    return this.#view.getInt16(this.#step(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#step(4));
  }

  u64(): number {
    const number = this.u32() * 2 ** 32 + this.u32();
    if (!Number.isSafeInteger(number)) throw new BadPicture("a number beyond any");
    return number;
  }

  word<T>(words: readonly T[]): T {
    const word = words[this.u8()];
    if (word === undefined) throw new BadPicture("an unknown word");
    return word;
  }

  flag(): boolean {
    return this.word([false, true]);
  }

  bytes(size = this.left): Uint8Array {
    const at = this.#step(size);
    return this.#bytes.subarray(at, at + size);
  }

  /** What is left, of which there must be something. */
  data(): Uint8Array {
    if (!this.left) throw new BadPicture("it holds no data");
    return this.bytes();
  }

  text(size = this.u8()): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.bytes(size));
    } catch (fault) {
      if (fault instanceof BadPicture) throw fault;
      throw new BadPicture("a text is not UTF-8");
    }
  }

  rectangle(): Rectangle {
    return { x: this.u16(), y: this.u16(), width: this.u16(), height: this.u16() };
  }

  #step(size: number): number {
    if (this.left < size) throw new BadPicture("it ends too early");
    const at = this.#at;
    this.#at += size;
    return at;
  }
}

class Writer {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  u8(...numbers: readonly number[]): void {
    for (const number of numbers) this.#view.setUint8(this.#step(1), number);
  }

  u16(...numbers: readonly number[]): void {
    for (const number of numbers) this.#view.setUint16(this.#step(2), number);
  }

  i16(...numbers: readonly number[]): void {
    for (const number of numbers) this.#view.setInt16(this.#step(2), number);
  }

  u32(number: number): void {
    this.#view.setUint32(this.#step(4), number);
  }

  u64(number: number): void {
    this.u32(Math.floor(number / 2 ** 32));
    this.u32(number % 2 ** 32);
  }

  word<T>(words: readonly T[], word: T): void {
    this.u8(words.indexOf(word));
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#step(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** A text behind its length in one byte, cut where it is longer. */
  short(text: string): void {
    const room = new Uint8Array(255);
    const { written } = new TextEncoder().encodeInto(text, room);
    this.u8(written);
    this.bytes(room.subarray(0, written));
  }

  rectangle({ x, y, width, height }: Rectangle): void {
    this.u16(x, y, width, height);
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  #step(size: number): number {
    const at = this.#at;
    this.#at += size;
    if (this.#at > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#at, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}

interface Layout<B> {
  readonly number: number;
  write(writer: Writer, body: B): void;
  read(reader: Reader, rectangles: number): B;
}

const LAYOUTS: { readonly [K in Kind]: Layout<Bodies[K]> } = {
  // From the sharer.
  geometry: {
    number: 1,
    write(to, { width, height, sharing, chosen, trouble, names }) {
      to.u16(width, height);
      to.word(SHARING, sharing);
      to.u8(chosen);
      to.word(TROUBLES, trouble);
      for (const name of names) to.short(name);
    },
    read(from, rectangles) {
      const [width, height] = [from.u16(), from.u16()];
      const [sharing, chosen, trouble] = [from.word(SHARING), from.u8(), from.word(TROUBLES)];
      const names = Array.from({ length: rectangles }, () => from.text());
      if (chosen > names.length) throw new BadPicture("a monitor is chosen that is not there");
      return { width, height, sharing, chosen, trouble, names };
    },
  },
  patch: {
    number: 2,
    write(to, { coding, data }) {
      to.word(CODINGS, coding);
      to.bytes(data);
    },
    read: (from) => ({ coding: from.word(CODINGS), data: from.data() }),
  },
  video: {
    number: 3,
    write(to, { codec, area, data }) {
      to.word(CODECS, codec);
      to.rectangle(area);
      to.bytes(data);
    },
    read: (from) => ({ codec: from.word(CODECS), area: from.rectangle(), data: from.data() }),
  },
  move: {
    number: 4,
    write(to, { sources }) {
      for (const source of sources) to.u16(...source);
    },
    read: (from, rectangles) => ({
      sources: Array.from({ length: rectangles }, () => [from.u16(), from.u16()] as const),
    }),
  },
  cursor: {
    number: 5,
    write(to, { x, y, shown, shape }) {
      to.u8(Number(shown));
      to.u16(x, y);
      if (!shape) return;
      to.u16(shape.hot_x, shape.hot_y, shape.width, shape.height);
      to.bytes(shape.rgba);
    },
    read(from) {
      const [shown, x, y] = [from.flag(), from.u16(), from.u16()];
      return { shown, x, y, shape: from.left ? readShape(from) : null };
    },
  },
  // From the relay.
  blank: {
    number: 16,
    write: (to, { why }) => to.word(BLANKED, why),
    read: (from) => ({ why: from.word(BLANKED) }),
  },
  watched: {
    number: 17,
    write(to, { viewers, recorded }) {
      to.u16(viewers);
      to.u8(Number(recorded));
    },
    read: (from) => ({ viewers: from.u16(), recorded: from.flag() }),
  },
  // From viewers.
  pointer: {
    number: 32,
    write(to, { x, y, buttons }) {
      to.u16(x, y);
      to.u8(buttons);
    },
    read: (from) => ({ x: from.u16(), y: from.u16(), buttons: from.u8() }),
  },
  wheel: {
    number: 33,
    write(to, { x, y, right, down }) {
      to.u16(x, y);
      to.i16(right, down);
    },
    read: (from) => ({ x: from.u16(), y: from.u16(), right: from.i16(), down: from.i16() }),
  },
  key: {
    number: 34,
    write(to, { down, code, key, modifiers }) {
      to.u8(Number(down), modifiers);
      to.short(code);
      to.short(key);
    },
    read(from) {
      const [down, modifiers] = [from.flag(), from.u8()];
      return { down, modifiers, code: from.text(), key: from.text() };
    },
  },
  release_all: { number: 35, write: () => undefined, read: () => ({}) },
  drawing: {
    number: 36,
    write(to, { what, x, y, to_x, to_y }) {
      to.word(DRAWN, what);
      to.u16(x, y, to_x, to_y);
    },
    read(from) {
      const [what, x, y] = [from.word(DRAWN), from.u16(), from.u16()];
      return { what, x, y, to_x: from.u16(), to_y: from.u16() };
    },
  },
  // From either side.
  clipboard: {
    number: 48,
    write: (to, { text }) => to.bytes(new TextEncoder().encode(text)),
    read(from) {
      if (from.left > MOST_CLIPBOARD_BYTES) throw new BadPicture("too much text");
      return { text: from.text(from.left) };
    },
  },
  ack: {
    number: 49,
    write(to, { received, drawn }) {
      to.u64(received);
      to.u32(drawn);
    },
    read: (from) => ({ received: from.u64(), drawn: from.u32() }),
  },
  wish: {
    number: 50,
    write(to, { wanted, monitor }) {
      to.word(WANTED, wanted);
      to.u8(monitor);
    },
    read: (from) => ({ wanted: from.word(WANTED), monitor: from.u8() }),
  },
};

const KINDS = new Map(
  (Object.keys(LAYOUTS) as Kind[]).map((kind) => [LAYOUTS[kind].number, kind] as const),
);

function readShape(from: Reader): CursorShape {
  const [hot_x, hot_y, width, height] = [from.u16(), from.u16(), from.u16(), from.u16()];
  const fits = (side: number) => side > 0 && side <= MOST_CURSOR_SIDE;
  if (!fits(width) || !fits(height)) throw new BadPicture(`a cursor of ${width}x${height}`);
  if (hot_x >= width || hot_y >= height) throw new BadPicture("a cursor points outside itself");
  return { hot_x, hot_y, width, height, rgba: from.bytes(width * height * 4) };
}

/** Return `message` as bytes. */
export function encode(message: PictureMessage): Uint8Array<ArrayBuffer> {
  const layout = LAYOUTS[message.kind] as Layout<unknown>;
  const to = new Writer();
  to.u8(VERSION, layout.number);
  to.u16(message.stream);
  to.u32(message.sequence);
  to.u64(message.time);
  to.u8(Number(message.key) | (Number(message.checkpoint) << 1) | (Number(message.more) << 2), 0);
  to.u16(message.rectangles.length);
  for (const rectangle of message.rectangles) to.rectangle(rectangle);
  layout.write(to, message.body);
  return to.done();
}

/** Read one message; its large parts stay views of `bytes`. Throws `BadPicture`. */
export function decode(bytes: Uint8Array): PictureMessage {
  if (bytes.length > MOST_BYTES) throw new BadPicture(`a message of ${bytes.length} bytes`);
  const from = new Reader(bytes);
  if (from.left < HEADER_BYTES) throw new BadPicture("shorter than a header");
  const [version, number] = [from.u8(), from.u8()];
  if (version !== VERSION) throw new BadPicture(`version ${version}; this is ${VERSION}`);
  const [stream, sequence, time] = [from.u16(), from.u32(), from.u64()];
  const [flags, zero, count] = [from.u8(), from.u8(), from.u16()];
  if (flags > 7 || zero) throw new BadPicture("a bit is set that means nothing");
  const kind = KINDS.get(number);
  if (!kind) throw new BadPicture(`unknown kind ${number}`);
  if (count > MOST_RECTANGLES || count * RECTANGLE_BYTES > from.left) {
    throw new BadPicture(`${count} rectangles`);
  }
  const rectangles = Array.from({ length: count }, () => from.rectangle());
  const body = LAYOUTS[kind].read(from, count);
  if (from.left) throw new BadPicture(`${from.left} bytes too many`);
  const [key, checkpoint, more] = [1, 2, 4].map((bit) => Boolean(flags & bit));
  const head = { stream, sequence, time, rectangles, key, checkpoint, more };
  return { ...head, kind, body } as PictureMessage;
}
