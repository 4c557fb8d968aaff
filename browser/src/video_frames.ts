/**
 * Video of the picture, decoded by WebCodecs: one access unit in, its frame out.
 *
 * A decoder that fails is thrown away; the next key frame makes another, and until then the page asks
 * for one.
 */

import type { Codec, Rectangle } from "./picture.ts";

export interface Unit {
  readonly codec: Codec;
  readonly area: Rectangle;
  readonly data: Uint8Array;
  readonly key: boolean;
  readonly sequence: number;
}

interface Pending {
  readonly sequence: number;
  readonly settle: (frame: VideoFrame | null) => void;
}

export class VideoFrames {
  readonly #lost: (why: string) => void;
  #decoder: VideoDecoder | null = null;
  #configured = "";
  #pending: Pending[] = [];

  constructor(lost: (why: string) => void) {
    this.#lost = lost;
  }

  /** Return the frame of `unit`, or null where it cannot be decoded any more. */
  decode(unit: Unit): Promise<VideoFrame | null> {
    if (unit.key) this.#configure(unit);
    const decoder = this.#decoder;
    if (!decoder) {
      this.#lost("a frame without its key frame");
      return Promise.resolve(null);
    }
    return new Promise((settle) => {
      this.#pending.push({ sequence: unit.sequence, settle });
      const { data, key, sequence: timestamp } = unit;
      decoder.decode(new EncodedVideoChunk({ type: key ? "key" : "delta", timestamp, data }));
    });
  }

  /** Forget the video so far; what still was to come of it comes to nothing. */
  reset(): void {
    if (this.#decoder && this.#decoder.state !== "closed") this.#decoder.close();
    this.#decoder = null;
    this.#configured = "";
    const pending = this.#pending;
    this.#pending = [];
    for (const { settle } of pending) settle(null);
  }

  close(): void {
    this.reset();
  }

  #configure(unit: Unit): void {
    const codec = codecString(unit);
    const wanted = `${codec} ${unit.area.width}x${unit.area.height}`;
    if (this.#decoder?.state === "configured" && wanted === this.#configured) return;
    this.reset();
    this.#configured = wanted;
    const decoder = new VideoDecoder({
      output: (frame) => this.#came(frame),
      error: (fault) => {
        if (decoder !== this.#decoder) return;
        this.reset();
        this.#lost(fault.message);
      },
    });
    decoder.configure({
      codec,
      codedWidth: unit.area.width,
      codedHeight: unit.area.height,
      optimizeForLatency: true,
    });
    this.#decoder = decoder;
  }

  #came(frame: VideoFrame): void {
    // Frames come in the order of their units; one that was left out comes to nothing.
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
      if (next.sequence === frame.timestamp) {
        next.settle(frame);
        return;
      }
      next.settle(null);
    }
    frame.close();
  }
}

/** What WebCodecs calls the codec of a key frame; H.264 says its profile in its own first bytes. */
export function codecString({ codec, data }: Pick<Unit, "codec" | "data">): string {
  if (codec === "vp8") return "vp8";
  if (codec === "vp9") return "vp09.00.51.08";
  for (let at = 0; at + 7 < data.length; at++) {
    const startsUnit = data[at] === 0 && data[at + 1] === 0 && data[at + 2] === 1;
    // A sequence parameter set begins with profile, constraints and level (H.264 §7.3.2.1.1).
    if (startsUnit && ((data[at + 3] ?? 0) & 0x1f) === 7) {
      const bytes = Array.from(data.subarray(at + 4, at + 7));
      return `avc1.${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    }
  }
  return "avc1.42e033";
}
