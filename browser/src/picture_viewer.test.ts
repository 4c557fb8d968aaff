import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Bodies, PictureMessage } from "./picture.ts";
import { PictureViewer } from "./picture_viewer.ts";
import type { PictureEar } from "./picture_viewer.ts";
import { Store } from "./store.ts";

const AREA = { x: 0, y: 0, width: 64, height: 64 };

/** Frames come out of it when the test says so. */
class FakeDecoder {
  static all: FakeDecoder[] = [];
  state = "configured";
  readonly #output: (frame: unknown) => void;
  readonly #waiting: number[] = [];

  constructor({ output }: { output: (frame: unknown) => void }) {
    this.#output = output;
    FakeDecoder.all.push(this);
  }

  configure(): void {
    this.state = "configured";
  }

  decode({ timestamp }: { timestamp: number }): void {
    this.#waiting.push(timestamp);
  }

  close(): void {
    this.state = "closed";
  }

  next(): void {
    const timestamp = this.#waiting.shift();
    this.#output({ timestamp, close: () => undefined });
  }
}

class FakeChunk {
  readonly timestamp: number;

  constructor({ timestamp }: { timestamp: number }) {
    this.timestamp = timestamp;
  }
}

let ear: PictureEar;
let answers: Bodies["ack"][];
let viewer: PictureViewer;
let sequence: number;

beforeEach(() => {
  vi.useFakeTimers();
  FakeDecoder.all = [];
  vi.stubGlobal("VideoDecoder", FakeDecoder);
  vi.stubGlobal("EncodedVideoChunk", FakeChunk);
  answers = [];
  sequence = 0;
  const context = { fillRect: () => undefined, drawImage: () => undefined };
  const canvas = { getContext: () => context, style: {} } as unknown as HTMLCanvasElement;
  viewer = new PictureViewer({
    canvas,
    line: (its) => {
      ear = its;
      return {
        state: new Store({ open: true, why: "" }),
        start: () => undefined,
        stop: () => undefined,
        renew: () => undefined,
        send: (kind, body) => {
          if (kind === "ack") answers.push(body as Bodies["ack"]);
          return 1;
        },
      };
    },
  });
});

afterEach(() => {
  viewer.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function come(what: Partial<PictureMessage>, size: number): void {
  const message = {
    stream: 1,
    sequence: ++sequence,
    time: 0,
    rectangles: [AREA],
    key: false,
    checkpoint: false,
    more: false,
    ...what,
  } as PictureMessage;
  ear.take(message, size);
}

const move = (size: number) => come({ kind: "move", body: { sources: [[0, 0]] } }, size);
const video = (size: number) => {
  const body = { codec: "vp8", area: AREA, data: new Uint8Array(1) } as const;
  come({ kind: "video", body, key: sequence === 0 }, size);
};

it("answers what is drawn at once when it is drawn, and once", async () => {
  move(100);
  expect(answers).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(answers).toEqual([{ received: 100, drawn: 1 }]);
});

it("answers what takes long to decode as it comes, and again when it is drawn", async () => {
  video(100);
  video(50);
  await vi.advanceTimersByTimeAsync(100);
  expect(answers).toEqual([{ received: 150, drawn: 0 }]);
  FakeDecoder.all[0]?.next();
  await vi.advanceTimersByTimeAsync(0);
  FakeDecoder.all[0]?.next();
  await vi.advanceTimersByTimeAsync(100);
  expect(answers.slice(1)).toEqual([
    { received: 150, drawn: 1 },
    { received: 150, drawn: 2 },
  ]);
});

it("answers at once what is not drawn, and what came before it", async () => {
  video(100);
  come({ kind: "clipboard", body: { text: "copied" }, rectangles: [] }, 30);
  expect(answers).toEqual([{ received: 130, drawn: 0 }]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(answers).toHaveLength(1);
});

it("owes no answer once the line has begun anew", async () => {
  video(100);
  ear.opened();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(answers).toEqual([]);
});
