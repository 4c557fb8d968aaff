/** Frames to access units, in the first codec that this browser can encode. */
import type { Codec } from "@deskside/browser/picture";

const MOST_BITS = 3_000_000;
const LEAST_BITS = 150_000;
const FRAMES_PER_SECOND = 15;

/** A line has to change so much for the encoder to be told: it may begin anew with that. */
const CHANGE = 1.4;

export interface Unit {
  readonly codec: Codec;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly key: boolean;
}

const CHOICES: readonly [Codec, string][] = [
  ["h264", "avc1.42e034"],
  ["vp8", "vp8"],
  ["vp9", "vp09.00.51.08"],
];

export class ScreenEncoder {
  readonly #codec: Codec;
  readonly #encoder: VideoEncoder;
  #config: VideoEncoderConfig;
  #settle: ((unit: Unit | null) => void) | null = null;
  #count = 0;

  private constructor(codec: Codec, config: VideoEncoderConfig) {
    this.#codec = codec;
    this.#config = config;
    this.#encoder = new VideoEncoder({
      output: (chunk) => this.#came(chunk),
      error: () => this.#settleWith(null),
    });
    this.#encoder.configure(config);
  }

  /**
   * Return an encoder for pictures of this size, for a line of so many bits a second, or null
   * where the browser has none.
   */
  static async open(width: number, height: number, bits: number): Promise<ScreenEncoder | null> {
    for (const [codec, name] of CHOICES) {
      const config: VideoEncoderConfig = {
        codec: name,
        width,
        height,
        bitrate: bounded(bits),
        framerate: FRAMES_PER_SECOND,
        latencyMode: "realtime",
        ...(codec === "h264" && { avc: { format: "annexb" } }),
      };
      const { supported } = await VideoEncoder.isConfigSupported(config).catch(() => ({
        supported: false,
      }));
      if (supported) return new ScreenEncoder(codec, config);
    }
    return null;
  }

  get isBroken(): boolean {
    return this.#encoder.state === "closed";
  }

  /** Follow a line that carries so many bits a second now. */
  fit(bits: number): void {
    const bitrate = bounded(bits);
    const before = this.#config.bitrate ?? bitrate;
    const isNear = bitrate < before * CHANGE && bitrate > before / CHANGE;
    if (isNear || this.isBroken) return;
    this.#config = { ...this.#config, bitrate };
    this.#encoder.configure(this.#config);
  }

  /** Return `frame` as a unit; null where the encoder failed, which is then of no use any more. */
  encode(frame: VideoFrame, key: boolean): Promise<Unit | null> {
    if (this.isBroken) return Promise.resolve(null);
    return new Promise((settle) => {
      this.#settle = settle;
      // Times of capture may repeat; encoders want them to grow.
      const timed = new VideoFrame(frame, { timestamp: ++this.#count * 66_667 });
      this.#encoder.encode(timed, { keyFrame: key || this.#count === 1 });
      timed.close();
      // Asks it not to wait for more frames before this one.
      const nothingCame = () => this.#settle === settle && this.#settleWith(null);
      this.#encoder.flush().then(nothingCame, nothingCame);
    });
  }

  close(): void {
    if (!this.isBroken) this.#encoder.close();
    this.#settleWith(null);
  }

  #came(chunk: EncodedVideoChunk): void {
    const data = new Uint8Array(chunk.byteLength);
    chunk.copyTo(data);
    this.#settleWith({ codec: this.#codec, data, key: chunk.type === "key" });
  }

  #settleWith(unit: Unit | null): void {
    const settle = this.#settle;
    this.#settle = null;
    settle?.(unit);
  }
}

function bounded(bits: number): number {
  return Math.round(Math.max(LEAST_BITS, Math.min(MOST_BITS, bits)));
}
