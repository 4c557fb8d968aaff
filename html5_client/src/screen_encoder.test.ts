/** Which codec a screen is encoded with: the first of ours that the browser has. */
import { afterEach, expect, it, vi } from "vitest";
import { ScreenEncoder } from "./screen_encoder.ts";

const SIZE = [640, 480, 1_000_000] as const;

/** A browser that encodes `known`; it hands out each frame as soon as it is put in. */
function browser(known: readonly string[]): void {
  class Encoder {
    static isConfigSupported(config: VideoEncoderConfig): Promise<{ supported: boolean }> {
      if (known.includes("throws")) return Promise.reject(new TypeError("no such codec"));
      return Promise.resolve({ supported: known.includes(config.codec.split(".")[0] ?? "") });
    }
    state = "configured";
    #init: VideoEncoderInit;
    constructor(init: VideoEncoderInit) {
      this.#init = init;
    }
    configure(config: VideoEncoderConfig): void {
      expect(config.avc).toEqual(
        config.codec.startsWith("avc1") ? { format: "annexb" } : undefined,
      );
    }
    encode(): void {
      const chunk = { byteLength: 1, type: "key", copyTo: (into: Uint8Array) => into.set([7]) };
      this.#init.output(chunk as unknown as EncodedVideoChunk);
    }
    flush(): Promise<void> {
      return Promise.resolve();
    }
    close(): void {
      this.state = "closed";
    }
  }
  vi.stubGlobal("VideoEncoder", Encoder);
  vi.stubGlobal(
    "VideoFrame",
    class {
      close = vi.fn();
    },
  );
}

afterEach(() => vi.unstubAllGlobals());

it.each([
  [["avc1", "vp8", "vp09"], "h264"],
  [["vp8", "vp09"], "vp8"],
  [["vp09"], "vp9"],
])("of %s takes the first of ours: %s", async (known, codec) => {
  browser(known);
  const encoder = await ScreenEncoder.open(...SIZE);
  const unit = await encoder?.encode({} as VideoFrame, false);
  expect(unit).toEqual({ codec, data: new Uint8Array([7]), key: true });
});

it.each([[[]], [["throws"]]])("has none where the browser encodes nothing: %s", async (known) => {
  browser(known);
  expect(await ScreenEncoder.open(...SIZE)).toBeNull();
});
