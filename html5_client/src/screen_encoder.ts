/** Frames to access units, in the first codec that this browser can encode. */
import type { Codec } from "@deskside/browser/picture";

const BITS_PER_SECOND = 3_000_000;
const FRAMES_PER_SECOND = 15;

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
  #settle: ((unit: Unit | null) => void) | null = null;
  #count = 0;

  private constructor(codec: Codec, config: VideoEncoderConfig) {
    this.#codec = codec;
    this.#encoder = new VideoEncoder({
      output: (chunk) => this.#came(chunk),
      error: () => this.#settleWith(null),
    });
    this.#encoder.configure(config);
  }

  /** Return an encoder for pictures of this size, or null where the browser has none. */
  static async open(width: number, height: number): Promise<ScreenEncoder | null> {
    for (const [codec, name] of CHOICES) {
      const config: VideoEncoderConfig = {
        codec: name,
        width,
        height,
        bitrate: BITS_PER_SECOND,
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
